/// Tells when the HTTP listener is bound, so that a preload begins only when probes are answered already.
public final class Listening: Sendable {
  private let stream: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  /// Makes one for one listener and one lifespan.
  public init() { (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1)) }

  /// The listener is bound; call it from the server's "is running" hook. Further calls change nothing.
  public func began() {
    continuation.yield()
    continuation.finish()
  }

  /// Returns once the listener is bound, or when the calling task is cancelled.
  func wait() async { for await _ in stream { return } }
}
