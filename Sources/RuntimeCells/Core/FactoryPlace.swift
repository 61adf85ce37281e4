internal import CellContract

/// What a factory runs in: the scope of the factories around it, and what its caller's context makes of it.
struct FactoryPlace: Sendable {
  var run: CellFactoryRun
  var context: (any CellCallContext)?
  /// Sees what the payload takes.
  var meter: FootprintMeter?

  /// Runs a blocking factory.
  func run<Value>(in scope: InitScope, _ make: () throws -> Value) throws -> Value {
    try InitScope.$current.withValue(scope) {
      if let meter { try meter.around { try inContext(make) } } else { try inContext(make) }
    }
  }

  private func inContext<Value>(_ make: () throws -> Value) throws -> Value {
    if let context { try context.run(run, make) } else { try make() }
  }

  /// Runs a factory that suspends.
  func run<Value>(in scope: InitScope, _ make: () async throws -> Value) async throws -> Value {
    try await InitScope.$current.withValue(scope) {
      if let meter { try await meter.around { try await inContext(make) } } else { try await inContext(make) }
    }
  }

  private func inContext<Value>(_ make: () async throws -> Value) async throws -> Value {
    if let context { try await context.run(run, make) } else { try await make() }
  }
}
