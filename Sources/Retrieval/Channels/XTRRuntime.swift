public import CellContract
public import RuntimeCells

/// What the cell `xtr` holds: no index yet, only the inner cell that opens it when it is first asked.
///
/// Making a runtime does no I/O, so that a program can hold the channel ready without paying for its file; whoever wants
/// the file opened early asks for ``metadata()``.
public final class XTRRuntime: AsyncCloseable {
  /// The cell `xtr-runtime` with the opened index.
  public let inner: RuntimeCell<XTRIndex>

  /// A runtime around a cell that may live longer: closing the runtime empties it, a later runtime fills it again.
  public init(inner: RuntimeCell<XTRIndex>) { self.inner = inner }

  /// Whether the index is open.
  public var isReady: Bool { inner.withValueIfReady { _ in true } ?? false }

  /// What the index says of itself; opens it first if need be.
  ///
  /// - Throws: `CellError` around the ``RetrievalError`` of opening.
  public func metadata() async throws -> XTRMetadata { try await withIndex { $0.metadata } }

  /// Lends the index, opening it first if need be.
  public func withIndex<R: Sendable>(_ body: @Sendable (XTRIndex) async throws -> R) async throws -> R {
    try await inner.withValue { try await body($0) }
  }

  /// Compares the opened index with what its users expect. On a difference the inner cell is closed, so that nothing can
  /// search an index that does not fit.
  ///
  /// - Throws: What `check` throws.
  public func validate(_ check: @Sendable (XTRMetadata) throws -> Void) async throws {
    do {
      try check(try await metadata())
    } catch {
      try await close()
      throw error
    }
  }

  /// Closes the index after its last reader.
  public func close() async throws { _ = try await inner.close(silent: false) }
}
