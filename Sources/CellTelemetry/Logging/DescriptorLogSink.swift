import PrometheusMetrics
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Writes lines to a file descriptor, each as a whole: lines of several threads never mix.
///
/// The caller's thread waits for the write; put a ``BoundedLogSink`` before it where that matters.
public final class DescriptorLogSink: LogSink {
  private let descriptor: Int32
  private let lock = Locked(())
  private let failures = Atomic<UInt64>(0)

  /// A sink over an open descriptor, which it does not close.
  public init(descriptor: Int32) { self.descriptor = descriptor }

  /// Standard error: where a program's log belongs.
  public static let standardError = DescriptorLogSink(descriptor: STDERR_FILENO)

  /// How many lines could not be written.
  public var failedWrites: UInt64 { failures.load(ordering: .relaxed) }

  /// Writes the line, or counts it as failed.
  public func write(_ line: [UInt8]) {
    let isWritten = lock.withLock { _ in
      var rest = line[...]
      while !rest.isEmpty {
        #if canImport(Glibc)
          let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        #elseif canImport(Musl)
          let count = rest.withUnsafeBytes { Musl.write(descriptor, $0.baseAddress, $0.count) }
        #else
          let count = rest.withUnsafeBytes { Darwin.write(descriptor, $0.baseAddress, $0.count) }
        #endif
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return false }
        rest = rest.dropFirst(count)
      }
      return true
    }
    if !isWritten { failures.wrappingAdd(1, ordering: .relaxed) }
  }
}
