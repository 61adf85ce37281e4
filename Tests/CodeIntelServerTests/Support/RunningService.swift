import CodeIntelServer
import Hummingbird
import Logging
import ServiceLifecycle

/// The service on a real port while `body` runs; then it shuts down in order.
enum RunningService {
  /// What a test can do with it.
  struct Handle: Sendable {
    let port: Int
    /// Begins the orderly shutdown.
    let stop: @Sendable () async -> Void
    /// Whether `run()` has returned.
    let hasEnded: @Sendable () -> Bool
  }

  static func with<R: Sendable>(
    _ world: ServerWorld, _ body: @Sendable (Handle) async throws -> R
  ) async throws -> R {
    let (ports, continuation) = AsyncStream<Int>.makeStream()
    let services = world.service.services { port in
      continuation.yield(port ?? 0)
      continuation.finish()
    }
    let group = ServiceGroup(
      configuration: .init(
        services: services.map { .init(service: $0) }, logger: Logger(label: "t", factory: { _ in SwiftLogNoOpLogHandler() }))
    )
    let ended = TestFlag()
    async let running: Void = {
      defer { ended.set() }
      try await group.run()
    }()
    var iterator = ports.makeAsyncIterator()
    let port = await iterator.next() ?? 0
    let handle = Handle(port: port, stop: { await group.triggerGracefulShutdown() }, hasEnded: { ended.isSet })
    let result: Result<R, any Error>
    do { result = .success(try await body(handle)) } catch { result = .failure(error) }
    await group.triggerGracefulShutdown()
    try await running
    return try result.get()
  }
}
