import Foundation

/// One request a connection, over ``RawConnection``: enough for tests that have several requests under way.
struct SimpleClient: Sendable {
  struct Answer: Sendable {
    let status: Int
    let head: String
    let body: [UInt8]
  }

  let port: Int

  func send(_ method: String, _ target: String, token: String? = nil) async throws -> Answer {
    let connection = try await RawConnection.open(port: port)
    let authorization = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
    try await connection.send(
      "\(method) \(target) HTTP/1.1\r\nHost: test\r\n\(authorization)Connection: close\r\n\r\n")
    return Self.parsed(await connection.textUntilClosed())
  }

  static func parsed(_ text: String) -> Answer {
    let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
    let head = String(parts.first ?? "")
    let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return Answer(status: status, head: head, body: parts.count > 1 ? Array(parts[1].utf8) : [])
  }
}
