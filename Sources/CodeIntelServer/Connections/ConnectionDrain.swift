import Lifespan
import NIOCore
import PrometheusMetrics
import ServiceLifecycle

/// Ends the connections of a service without losing a request: told before the listener is closed.
///
/// From the moment that readiness says so, each answer says `Connection: close`. Then the system completes no further
/// connection, those in its queue are accepted, and only then may the listener be closed. What each connection does is
/// ``DrainHandler``.
final class ConnectionDrain: Sendable {
  private struct State {
    var hasBegun = false
    var listener: (any Channel)?
    var connections: [ObjectIdentifier: any Channel] = [:]
  }

  let tally = ConnectionTally()
  private let readiness: Readiness
  private let state = Locked(State())

  init(readiness: Readiness) { self.readiness = readiness }

  /// Whether connections are ended after their next answer.
  var isEnding: Bool { hasBegun || readiness.phase >= .draining }

  /// Whether connections without a request are ended, too.
  var hasBegun: Bool { state.withLock { $0.hasBegun } }

  func isListening(on channel: any Channel) { state.withLock { $0.listener = channel } }

  func opened(_ channel: any Channel) {
    state.withLock { $0.connections[ObjectIdentifier(channel)] = channel }
    tally.activated()
  }

  func closed(_ channel: any Channel) {
    state.withLock { _ = $0.connections.removeValue(forKey: ObjectIdentifier(channel)) }
    tally.deactivated()
  }

  /// Ends what is idle and returns when the listener can be closed.
  func begin() async throws {
    let (listener, connections) = state.withLock { state in
      state.hasBegun = true
      return (state.listener, Array(state.connections.values))
    }
    for connection in connections {
      connection.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }
    guard let listener else { return }
    let emptied = listener.eventLoop.makePromise(of: Void.self)
    listener.eventLoop.execute { self.empty(listener, emptied) }
    try await emptied.futureResult.get()
  }

  private func empty(_ listener: any Channel, _ emptied: EventLoopPromise<Void>) {
    do {
      try listener.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
        ListeningSocket(descriptor: $0).stopCompleting()
      }
    } catch {
      return emptied.fail(error)
    }
    look(listener, emptied)
  }

  /// Looks again and again whether all are accepted: the event loop accepts in between. At the most connections that may be
  /// open it accepts only as others end.
  private func look(_ listener: any Channel, _ emptied: EventLoopPromise<Void>) {
    guard listener.isActive else { return emptied.succeed() }
    do {
      let hasWaiting = try listener.pipeline.syncOperations.withUnsafeTransportIfAvailable(
        of: NIOBSDSocket.Handle.self
      ) { ListeningSocket(descriptor: $0).hasWaiting }
      if hasWaiting != true && tally.isSettled { return emptied.succeed() }
    } catch {
      return emptied.fail(error)
    }
    listener.eventLoop.scheduleTask(in: .milliseconds(2)) { self.look(listener, emptied) }
  }

  /// Stands behind the listener in a group, so that it is stopped before it.
  struct Step: Service {
    let drain: ConnectionDrain

    func run() async throws {
      do { try await gracefulShutdown() } catch is CancellationError { return }
      try await drain.begin()
    }
  }
}
