/// A payload that works, but not at its best, and can say why ("running on the CPU: no accelerator was found").
///
/// Asked once, right after the factory returned; the notes appear as `limits` in the cell's snapshot. A cell with limits
/// counts as ready.
public protocol LimitReporting: Sendable {
  /// One short sentence for each limit; empty when there is none.
  var limits: [String] { get }
}
