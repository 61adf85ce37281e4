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
