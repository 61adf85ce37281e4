import Crypto

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The secret that administrators show. Kept as a keyed digest, compared in constant time, never printed.
public struct AdminToken: Sendable, CustomStringConvertible {
  /// Shorter tokens can be guessed.
  public static let minimumLength = 16

  private let key = SymmetricKey(size: .bits256)
  private let digest: [UInt8]

  /// A token from its text.
  ///
  /// - Throws: ``ServerError`` with `adminToken` when it is too short.
  public init(_ token: String) throws(ServerError) {
    guard token.utf8.count >= Self.minimumLength else {
      throw ServerError(
        .adminToken,
        "The admin token has fewer than \(Self.minimumLength) characters, so it could be guessed. "
          + "Make one with: head -c 24 /dev/urandom | base64")
    }
    digest = Array(HMAC<SHA256>.authenticationCode(for: Data(token.utf8), using: key))
  }

  /// The token that a file holds; white space at its ends does not count.
  ///
  /// - Throws: ``ServerError`` with `adminToken` when the file cannot be read or its content is too short.
  public init(file path: String) throws(ServerError) {
    let data: Data
    do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
      throw ServerError(
        .adminToken, "The admin token file \(path) cannot be read: it must exist and be readable by the service.",
        underlying: error)
    }
    let text = String(decoding: data, as: UTF8.self)
    let start = text.firstIndex { !$0.isWhitespace } ?? text.endIndex
    let end = text.lastIndex { !$0.isWhitespace }.map { text.index(after: $0) } ?? start
    try self.init(String(text[start..<end]))
  }

  /// Whether a presented token is this one. Takes the same time for every token of the same length.
  func matches(_ presented: some StringProtocol) -> Bool {
    HMAC<SHA256>.isValidAuthenticationCode(digest, authenticating: Data(presented.utf8), using: key)
  }

  /// Says nothing of the token.
  public var description: String { "AdminToken(redacted)" }
}
