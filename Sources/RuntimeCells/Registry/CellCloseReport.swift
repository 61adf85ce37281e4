public import CellContract

/// What became of each cell in a `closeAll` or `shutdown`.
public struct CellCloseReport: Sendable {
  /// One cell's end.
  public struct Item: Sendable {
    /// The cell's name.
    public var cell: String
    /// How its close ended; nil when it did not end in time or was refused.
    public var outcome: CellCloseOutcome?
    /// What went wrong.
    public var error: CellError?
  }

  /// One item for each cell, in the order in which their closes ended.
  public var items: [Item] = []
  /// What sweep hooks threw, by the hook's name.
  public var sweepErrors: [String: any Error] = [:]

  /// All that went wrong in one error; nil if nothing did.
  public var error: CellError? {
    let errors = items.compactMap(\.error)
    guard !errors.isEmpty || !sweepErrors.isEmpty else { return nil }
    let names = errors.map { "'\($0.cell)'" } + sweepErrors.keys.sorted().map { "sweep '\($0)'" }
    return CellError(
      .closeIncomplete, cell: errors.first?.cell ?? "",
      message: "Not everything was closed as asked: \(names.joined(separator: ", ")). The other cells are closed.",
      underlying: sweepErrors.min { $0.key < $1.key }?.value, others: errors)
  }
}
