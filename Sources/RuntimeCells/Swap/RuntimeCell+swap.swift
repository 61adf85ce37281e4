public import CellContract

extension RuntimeCell {
  /// Replaces the payload while the cell serves: builds the new one aside, validates and warms it, publishes it by one
  /// store, and lets the old one go after its last lease. No reader ever finds the cell empty or a generation going back.
  ///
  /// Anything that goes wrong before the publish leaves the old payload serving. After the publish nothing reverts by
  /// itself; trouble with the old payload's end is reported as an event. On an empty cell a swap initialises. A close
  /// beats a swap. Needs the environment variable `KGFOUNDRY_ALLOW_RUNTIME_SWAP` and a permit of the cell's authority.
  ///
  /// - Parameters:
  ///   - permit: from the ``SwapAuthority`` that the cell is configured with.
  ///   - options: attempts, policy, probation.
  ///   - steps: validation and warm-up.
  ///   - deadline: how long to wait for the publish, five minutes by default; nil waits as long as it takes.
  ///   - factory: makes the new payload; nil means the cell's own factory.
  /// - Throws: ``CellError`` with `swapNotAllowed`, `swapInProgress`, `swapFailed`, `deadlineExceeded`, `draining` (two
  ///   older payloads were in use until the deadline), `closed`, `shutDown`, `notAdmitted`, `empty` (no factory);
  ///   `CancellationError`.
  @discardableResult
  public func swap(
    permit: SwapPermit, options: SwapOptions = SwapOptions(), steps: SwapSteps<Value> = SwapSteps(),
    deadline: Duration? = .seconds(300), factory: CellFactory<Value>? = nil
  ) async throws -> SwapResult {
    try core.checkSwap(permit)
    guard let factory = factory ?? self.factory else {
      throw CellError(
        .empty, cell: name, message: "Cell '\(name)' has no factory of its own: pass one to swap to.")
    }
    return try await core.swap(factory, steps: steps, options: options, deadline: deadline)
  }

  /// Has the payload that served before the last swap serve again, at once, under a new generation number. Works as long
  /// as the swap's probation lasts.
  ///
  /// - Returns: the new generation of the restored payload.
  /// - Throws: ``CellError`` with `swapNotAllowed`, `swapFailed` (nothing is kept), `shutDown`.
  @discardableResult
  public func rollBack(permit: SwapPermit) throws -> CellGeneration {
    try core.checkSwap(permit)
    return try core.rollBack()
  }
}

extension CellCore {
  /// Refuses swaps that are not allowed here and now. The environment is read at each call.
  func checkSwap(_ permit: SwapPermit) throws(CellError) {
    guard CellGuard.isTruthy(configuration.environment[CellGuard.swapVariable]) else {
      throw CellError(
        .swapNotAllowed, cell: name,
        message: "Swapping cell '\(name)' is not allowed: set \(CellGuard.swapVariable)=1 where the service runs.")
    }
    guard let authority = configuration.swapAuthority, authority === permit.authority else {
      throw CellError(
        .swapNotAllowed, cell: name,
        message: "The permit was not made by the authority of cell '\(name)'. Only the admin layer's permits are good.")
    }
  }
}
