public import CellContract

/// A payload in its slot. Not copyable, so that lending it to a closure retains nothing.
@frozen @usableFromInline
struct Payload<Value: Sendable>: ~Copyable, Sendable {
  @usableFromInline let value: Value

  @inlinable init(_ value: Value) { self.value = value }

  /// Lends the value. The borrow of `self` is what keeps the optimiser from retaining a class payload.
  @inlinable borrowing func lend<R, E: Error>(_ body: (Value) throws(E) -> R) throws(E) -> R {
    try body(value)
  }

  @inlinable borrowing func lend<R, E: Error>(
    _ generation: CellGeneration, _ body: (Value, CellGeneration) throws(E) -> R
  ) throws(E) -> R {
    try body(value, generation)
  }
}
