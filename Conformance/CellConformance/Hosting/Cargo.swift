/// What travels with a probe: a real resource that somebody outside the rules wants a cell to hold.
///
/// Cells of the kit's backends hold probes, and nothing else. A probe with a cargo is a payload that matters to somebody: the
/// factory that the cell runs makes the resource, and the disposer that the cell calls gives it up.
protocol Cargo: Sendable {
  /// Makes the resource for the probe with that serial.
  func make(serial: Int) async throws

  /// Gives the resource of that probe up.
  func dispose(serial: Int) async throws
}
