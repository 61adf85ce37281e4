import Testing

@testable import VLLMTransport

struct ServerMessageTests {
  @Test(arguments: [
    (
      #"{"error":{"message":"The model `nope` does not exist.","type":"NotFoundError","code":404}}"#,
      "The model `nope` does not exist."
    ),
    (#"{"error":"Unauthorized"}"#, "Unauthorized"),
    (#"{"detail":"Not Found"}"#, "Not Found"),
    (#"{"detail":[{"loc":["body"],"msg":"field required"},{"msg":"too short"}]}"#, "field required; too short"),
    (#"{"message":"plain"}"#, "plain"),
    ("<html>Bad\r\n\tGateway</html>", "<html>Bad Gateway</html>"),
    ("", ""),
  ])
  func `the message of every shape seen`(body: String, expected: String) {
    #expect(ServerMessage.excerpt(Array(body.utf8), hiding: []) == expected)
  }

  @Test func `key and texts are hidden, in JSON's spelling too`() {
    let body = #"{"error":{"message":"key sk-12345 of \"my \\\"secret\\\" text\" and my \"secret\" text"}}"#
    let shown = ServerMessage.excerpt(Array(body.utf8), hiding: ["sk-12345", #"my "secret" text"#])
    #expect(!shown.contains("sk-12345"))
    #expect(!shown.contains("secret"))
  }

  @Test func `any bearer token is hidden`() {
    #expect(
      ServerMessage.clean("got Bearer abc.def-1, wanted bearer xyz", hiding: []) == "got Bearer ***, wanted Bearer ***")
  }

  @Test func `long messages are cut, after hiding`() {
    let secret = String(repeating: "s", count: 50)
    let text = String(repeating: "x", count: ServerMessage.limit - 10) + " " + secret
    let shown = ServerMessage.clean(text, hiding: [secret])
    #expect(shown.count <= ServerMessage.limit + 1)
    #expect(!shown.contains("ss"))
    #expect(ServerMessage.clean(String(repeating: "y", count: 10_000), hiding: []).count == ServerMessage.limit + 1)
  }

  @Test func `control and direction characters become spaces`() {
    #expect(ServerMessage.clean("a\u{1B}[31mb\nc\u{202E}d\u{0}", hiding: []) == "a [31mb c d")
  }

  @Test func `bytes that are no text do no harm`() {
    #expect(!ServerMessage.excerpt([0xFF, 0xFE, 0x41], hiding: []).isEmpty)
  }
}
