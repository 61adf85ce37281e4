import Embedding

/// An index and an encoder that nobody closes meanwhile.
struct OpenTokens: XTRResources {
  let index: XTRIndex
  let encoder: any TokenEncoder

  func withIndex<R: Sendable>(_ body: @Sendable (XTRIndex) async throws -> R) async throws -> R {
    try await body(index)
  }

  func withEncoder<R: Sendable>(_ body: @Sendable (any TokenEncoder) async throws -> R) async throws -> R {
    try await body(encoder)
  }
}
