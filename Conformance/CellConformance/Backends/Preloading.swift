/// One cell of a preload: what it is called, what makes its payload.
public struct PreloadItem<Cell: Sendable>: Sendable {
  /// The cell's name.
  public let name: String
  /// The cell.
  public let cell: Cell
  /// Makes its payload.
  public let factory: ProbeFactory
}

/// A blocking backend with a preloader of its own (``Capability/preloading``); for all others the kit's own is used.
public protocol BlockingPreloading: BlockingCellBackend {
  /// Makes the payloads of the cells whose names are in `names`, all of them even if some fail.
  ///
  /// - Returns: the error of each cell that failed, by name.
  func preload(_ items: [PreloadItem<Cell>], only names: Set<String>) -> [String: any Error]

  /// The same, but when a cell fails, closes again those cells whose payload this preload made, and no other.
  func preloadOrRollBack(_ items: [PreloadItem<Cell>], only names: Set<String>) -> [String: any Error]
}

/// A suspending backend with a preloader of its own (``Capability/preloading``); for all others the kit's own is used.
public protocol SuspendingPreloading: SuspendingCellBackend {
  /// Makes the payloads of the cells whose names are in `names`, all of them even if some fail.
  ///
  /// - Returns: the error of each cell that failed, by name.
  func preload(_ items: [PreloadItem<Cell>], only names: Set<String>) async -> [String: any Error]

  /// The same, but when a cell fails, closes again those cells whose payload this preload made, and no other.
  func preloadOrRollBack(_ items: [PreloadItem<Cell>], only names: Set<String>) async -> [String: any Error]
}
