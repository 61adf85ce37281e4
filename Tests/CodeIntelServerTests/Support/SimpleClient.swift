import Foundation

/// One request a connection, over ``RawConnection``: enough for tests that have several requests under way.
struct SimpleClient: Sendable {
  struct Answer: Sendable {
    let status: Int
    let head: String
    let body: [UInt8]
  }

  let port: Int

  func send(
    _ method: String, _ target: String, token: String? = nil, headers: [(name: String, value: String)] = [],
    body: String? = nil
  ) async throws -> Answer {
    var fields = [("Host", "localhost"), ("Connection", "close")] + headers
    if let token { fields.append(("Authorization", "Bearer \(token)")) }
    if let body { fields.append(("Content-Length", "\(body.utf8.count)")) }
    let connection = try await RawConnection.open(port: port)
    try await connection.send(
      "\(method) \(target) HTTP/1.1\r\n" + fields.map { "\($0.0): \($0.1)\r\n" }.joined() + "\r\n" + (body ?? ""))
    let text = await connection.textUntilClosed()
    // The server has closed its side only, and may have closed the rest by now.
    try? await connection.close()
    return Self.parsed(text)
  }

  static func parsed(_ text: String) -> Answer {
    let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
    let head = String(parts.first ?? "")
    let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return Answer(status: status, head: head, body: parts.count > 1 ? Array(parts[1].utf8) : [])
  }
}
