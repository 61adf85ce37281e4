/// What is made ready before the service says that it is, as the settings give it; the names are checked with all settings.
public struct PreloadSettings: Sendable, Equatable {
  /// The list of `CODEINTEL_INDEX_PRELOAD`.
  public var cells: [String] = []
  /// What `FAISS_PRELOAD` and its like say for a cell: true adds it, false takes it out.
  public var toggles: [String: Bool] = [:]
  /// Cells whose failure is a limit, not the end of the start.
  public var optional: Set<String> = []
  /// How long each cell may take.
  public var deadline: Duration = .seconds(120)
  /// How many are made at the same time.
  public var concurrency = 2
  /// How many bytes those made at the same time may need together; nil sets no bound.
  public var budgetBytes: UInt64?

  /// The names whose failure ends the start.
  var required: Set<String> {
    Set(cells).union(toggles.filter(\.value).keys).subtracting(toggles.filter { !$0.value }.keys).subtracting(optional)
  }

  /// Nothing is preloaded.
  public init() {}
}
