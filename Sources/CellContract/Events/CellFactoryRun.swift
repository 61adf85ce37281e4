/// One run of a factory.
public struct CellFactoryRun: Hashable, Sendable {
  /// The cell's name.
  public var cell: String
  /// The attempt's number, as in the event that ends it.
  public var attempt: UInt64
  /// Which try of a swap this is, from 1; nil when the run is for an initialisation.
  public var swapTry: Int?

  /// Makes the description of a run.
  public init(cell: String, attempt: UInt64, swapTry: Int? = nil) {
    self.cell = cell
    self.attempt = attempt
    self.swapTry = swapTry
  }
}
