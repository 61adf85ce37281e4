import HTTPTypes
import Hummingbird
import Lifespan
import NIOCore
import ProblemDetails
import PrometheusMetrics
import RuntimeCells
import ServiceLifecycle

/// `GET /events`: the cells table as server-sent events, one `cells` event whenever it has changed.
///
/// A stream ends when its client leaves, when the service shuts down, or after an hour; browsers then connect anew.
struct CellEventStream: Sendable {
  /// A comment line this often keeps proxies from closing a quiet stream, and finds clients that have left.
  private static let quietRounds = 15
  private static let maximumRounds = 3600

  let readiness: Readiness
  let settings: ServerSettings
  let clock: CellClock
  let open = Locked(0)

  /// - Throws: ``ServerError`` with `tooManyRequests` when as many watch as may.
  func response() throws -> Response {
    let isAdmitted = open.withLock { open in
      guard open < settings.maximumWatchers else { return false }
      open += 1
      return true
    }
    guard isAdmitted else {
      throw ServerError(
        .tooManyRequests, "\(settings.maximumWatchers) clients watch the cells already, which is all that may.",
        extensions: ["retry_after_seconds": 30])
    }
    let place = WatcherPlace(open)
    return Response(
      status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
      body: ResponseBody { writer in
        defer { place.leave() }
        // Tables are whole: who reads slowly may miss some.
        let (events, continuation) = AsyncStream<ByteBuffer>.makeStream(bufferingPolicy: .bufferingNewest(2))
        let producer = Task {
          try? await cancelWhenGracefulShutdown { try await produce { _ = continuation.yield($0) } }
          continuation.finish()
        }
        defer { producer.cancel() }
        for await event in events { try await writer.write(event) }
        try await writer.finish(nil)
      })
  }

  private func produce(_ send: (ByteBuffer) -> Void) async throws {
    var last = ""
    var quiet = 0
    for round in 0..<Self.maximumRounds {
      let report = readiness.report().forClients
      let table = ProblemValue.object(report.problemMembers).json
      if table != last {
        let retry = round == 0 ? "retry: 2000\n" : ""
        send(ByteBuffer(string: "\(retry)event: cells\ndata: \(table)\n\n"))
        (last, quiet) = (table, 0)
      } else if quiet >= Self.quietRounds {
        send(ByteBuffer(string: ": still here\n\n"))
        quiet = 0
      }
      quiet += 1
      try await clock.sleep(for: settings.watchInterval)
    }
  }

  /// Gives the place back once, also when the answer was never written (to HEAD).
  private final class WatcherPlace: Sendable {
    private let open: Locked<Int>
    private let isLeft = Locked(false)

    init(_ open: Locked<Int>) { self.open = open }

    func leave() {
      let isFirst = isLeft.withLock { left in
        defer { left = true }
        return !left
      }
      if isFirst { open.withLock { $0 -= 1 } }
    }

    deinit { leave() }
  }
}
