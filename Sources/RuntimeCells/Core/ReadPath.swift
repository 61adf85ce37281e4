internal import CCellSupport

/// How synchronous reads of a cell protect its payload.
enum ReadPath: Sendable {
  /// By marks where the system can (see ``CellRead``), else by counts.
  case marked
  /// By counts, as leases do.
  case striped

  /// The path of cells that were not told another one. Decided once in a process.
  static let ofProcess: ReadPath = {
    let wanted = cell_environment_value("RUNTIME_CELLS_READ_PATH").map { String(cString: $0) }
    return wanted == "striped" ? .striped : .marked
  }()

  /// Whether marks are possible: the kernel has the barrier, and the build is not for the thread sanitizer.
  static var canMark: Bool { cell_readers_available() }
}
