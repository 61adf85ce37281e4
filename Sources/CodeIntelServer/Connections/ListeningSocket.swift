import NIOCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A socket that listens, by its descriptor. Use it on the event loop of its channel only.
struct ListeningSocket {
  let descriptor: CInt

  /// Completes no further connection, while those in the queue can still be accepted.
  ///
  /// Closing a listener resets what stands in its queue, so the queue must be empty and stay so before. On Linux a packet
  /// filter drops each SYN; who tries to connect tries again after a second and is then refused by the closed socket. Where
  /// there is no such filter the queue is made as short as it gets: one connection.
  func stopCompleting() {
    guard !dropNewConnections() else { return }
    _ = listen(descriptor, 0)
  }

  /// Whether a completed connection waits to be accepted.
  var hasWaiting: Bool {
    var question = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&question, 1, 0) > 0 && question.revents & Int16(POLLIN) != 0
  }

  private func dropNewConnections() -> Bool {
    #if os(Linux)
      let instructions: [Instruction] = [
        Instruction(code: 0x30, value: 13),  // load the byte of the TCP header that holds the flags
        Instruction(code: 0x54, value: 0x12),  // keep SYN and ACK
        Instruction(code: 0x15, ifFalse: 1, value: 0x02),  // SYN alone?
        Instruction(code: 0x06, value: 0),  // then nothing of it,
        Instruction(code: 0x06, value: .max),  // else the whole packet
      ]
      return instructions.withUnsafeBufferPointer { buffer in
        var program = Program(count: UInt16(buffer.count), instructions: buffer.baseAddress)
        return setsockopt(
          descriptor, SOL_SOCKET, Self.attachFilter, &program, socklen_t(MemoryLayout<Program>.size)) == 0
      }
    #else
      return false
    #endif
  }

  #if os(Linux)
    /// `SO_ATTACH_FILTER`, which the C library's module does not show.
    private static let attachFilter: CInt = 26

    /// `struct sock_filter` of linux/filter.h.
    private struct Instruction {
      let code: UInt16
      var ifTrue: UInt8 = 0
      var ifFalse: UInt8 = 0
      let value: UInt32
    }

    /// `struct sock_fprog`.
    private struct Program {
      let count: UInt16
      let instructions: UnsafePointer<Instruction>?
    }
  #endif
}
