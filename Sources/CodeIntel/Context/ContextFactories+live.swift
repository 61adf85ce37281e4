import Embedding
import Indexing
import Retrieval

extension ContextFactories {
  /// The real things, from the paths in the settings.
  public static let live = ContextFactories(
    embedder: { try await make($0, nil) },
    currentGeneration: { settings in
      guard let generation = try GenerationStore(root: settings.indexPath).current() else {
        throw IndexingError(
          .noIndex, "There is no index here yet: run 'codeintel index <folder>' first, or name another with --index.",
          path: settings.indexPath)
      }
      return generation
    },
    chunks: { try $0.openChunks() },
    faiss: { generation in
      try FaissIndex.open(
        path: generation.directory + "/" + DenseArtifactBuilder.indexFileName,
        expectedDimension: generation.manifest.artifact(CellName.faiss)?.model?.dim)
    })
}
