/// What a cell's owner wants to know of the call that led to something: the caller's trace, request or tenant.
///
/// A factory runs in a place of the cell's own and inherits nothing of the request it happens to be started by. A cell that
/// is configured with a context takes one in the task of each caller that may start something, runs the factories inside
/// it, and hands it to the observers with the event that ends what the call began.
public protocol CellCallContext: Sendable {
  /// Runs a blocking factory; must call `body` once and give what it gives.
  func run<R>(_ run: CellFactoryRun, _ body: () throws -> R) rethrows -> R

  /// Runs a factory that suspends; must call `body` once and give what it gives.
  func run<R>(_ run: CellFactoryRun, _ body: () async throws -> R) async rethrows -> R
}

extension CellCallContext {
  /// Just runs it.
  public func run<R>(_ run: CellFactoryRun, _ body: () throws -> R) rethrows -> R { try body() }

  /// Just runs it.
  public func run<R>(_ run: CellFactoryRun, _ body: () async throws -> R) async rethrows -> R { try await body() }
}
