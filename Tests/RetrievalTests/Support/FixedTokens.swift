import Embedding

/// The same question whatever the text, longer than what is read or not.
struct FixedTokens: TokenEncoder {
  let question: TokenVectors
  var isLong = false
  let modelID = "fixed"
  var dimension: Int { question.dimension }
  let maximumTokens = 64

  func encodeTokens(_ texts: [String]) async throws -> [TokenVectors] { texts.map { _ in question } }
  func tokens(of text: String) -> [String] { [] }
  func exceedsLimit(_ text: String) -> Bool { isLong }
}
