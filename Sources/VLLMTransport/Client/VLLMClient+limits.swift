public import CellContract

extension VLLMClient: LimitReporting {
  /// That the server is left alone after many failures; empty while it is asked.
  public var limits: [String] {
    guard case .closed = link.runner.circuit else {
      return [
        "the embedding server failed \(link.configuration.circuitFailures) times in a row and is left alone for now: "
          + "check that it runs"
      ]
    }
    return []
  }
}
