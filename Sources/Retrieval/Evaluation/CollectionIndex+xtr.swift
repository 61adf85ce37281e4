public import Embedding
import RuntimeCells

extension CollectionIndex.Part {
  /// Late interaction.
  public static func xtr(encoder: any TokenEncoder, element: TokenElement) -> Self {
    Self(builder: TokenArtifactBuilder(encoder: encoder, element: element)) { folder, threads in
      let index = try await threads.run { try XTRIndex.open(path: folder + "/" + TokenArtifactBuilder.indexFileName) }
      return XTRChannel(resources: OpenTokens(index: index, encoder: encoder), threads: threads)
    }
  }
}

/// An index and an encoder that nobody closes meanwhile.
private struct OpenTokens: XTRResources {
  let index: XTRIndex
  let encoder: any TokenEncoder

  func withIndex<R: Sendable>(_ body: @Sendable (XTRIndex) async throws -> R) async throws -> R {
    try await body(index)
  }

  func withEncoder<R: Sendable>(_ body: @Sendable (any TokenEncoder) async throws -> R) async throws -> R {
    try await body(encoder)
  }
}
