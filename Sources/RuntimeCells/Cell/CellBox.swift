/// Holds a value that cannot be copied, so that a cell can hold it: a file descriptor, a mapped file, a handle of a C
/// library whose `deinit` gives it back.
///
/// ```swift
/// let index = RuntimeCell(name: "index") { CellBox(try MappedFile(path)) }
/// let size = try await index.withValue { $0.value.size }
/// ```
///
/// The cell releases the box after the last lease, so the value's `deinit` runs once, under nobody. What may fail at the
/// end belongs into a disposer, which sees the box before that. Costs one allocation a payload and one load a use;
/// `docs/decisions.md` says why cells do not take such values themselves.
public final class CellBox<Value: Sendable & ~Copyable>: Sendable {
  /// The value. It can be used in place, and neither copied nor taken out.
  public let value: Value

  /// Takes the value over.
  public init(_ value: consuming Value) { self.value = value }
}
