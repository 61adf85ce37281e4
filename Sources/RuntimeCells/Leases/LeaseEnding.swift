/// Is told of a lease's end before its count is given back: a gate, or a record of who holds leases.
///
/// A lease knows at most one, so that a lease of a cell which has neither costs one test of a pointer. Whoever hands one out
/// keeps it until then.
@usableFromInline
class LeaseEnding: @unchecked Sendable {
  // @unchecked: subclasses guard their state.
  init() {}

  /// The lease ends. Called once for each lease, on any thread.
  @usableFromInline func leaseEnds() {}
}
