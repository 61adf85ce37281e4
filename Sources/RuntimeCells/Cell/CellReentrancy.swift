/// Where a cell's warning against waiting for oneself does not apply.
///
/// A factory that asks its own cell, directly or through other cells, would wait for ever and gets `reentrant` instead.
/// Work that a factory starts and does not wait for, a refresher in a task of its own for example, inherits the factory's
/// scope, so that it gets the error too while the factory runs. Start such work inside ``suppressed(_:)-(()->R)``. Once the
/// factory has returned, what it started may ask in any case.
///
/// ```swift
/// CellReentrancy.suppressed {
///   Task { try await cell.withValue { await $0.keepFresh() } }
/// }
/// ```
public enum CellReentrancy {
  /// Runs `body` as if no factory ran around it: what it asks for is no dependency of the factory's cell and never
  /// re-entrant. If the factory does wait for it, both wait for ever.
  public static func suppressed<R>(_ body: () throws -> R) rethrows -> R {
    try InitScope.$current.withValue(InitScope(), operation: body)
  }

  /// The same for a body that suspends.
  public static func suppressed<R>(_ body: () async throws -> R) async rethrows -> R {
    try await InitScope.$current.withValue(InitScope(), operation: body)
  }
}
