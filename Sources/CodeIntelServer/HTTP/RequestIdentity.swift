import HTTPTypes

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The identity of a request: in the answer's `X-Request-Id`, in each log line and in the span.
enum RequestIdentity {
  /// The client's own, if it has 1 to 128 letters, digits, `.`, `_`, `-` (so that it cannot forge log lines), else a new one.
  static func of(_ request: HTTPRequest) -> String {
    if let given = request.headerFields[.xRequestID], (1...128).contains(given.utf8.count),
      given.utf8.allSatisfy(isPlain)
    {
      return given
    }
    return new()
  }

  /// One that nobody has.
  static func new() -> String { UUID().uuidString.lowercased() }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
  }
}
