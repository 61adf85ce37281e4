import Embedding
import Indexing
import Retrieval
import RuntimeCells

extension ContextFactories {
  /// The real things, from the paths in the settings.
  public static let live = ContextFactories(
    embedder: { try await make($0, nil) },
    codeRankEmbedder: { try await inProcess($0.channels.codeRankModelFolder ?? $0.modelFolder, $0, nil) },
    tokenEmbedder: { try await inProcess($0.modelFolder, $0, nil) },
    spladeEncoder: { settings in
      // Reading a model blocks: not on a thread of the cooperative pool.
      let loader = DedicatedThreads(name: "load", count: 1)
      defer { loader.stop() }
      return try await loader.run {
        try SpladeEncoder(modelFolder: settings.channels.spladeModelFolder, threads: settings.computeThreads)
      }
    },
    currentGeneration: { settings in
      guard let generation = try GenerationStore(root: settings.indexPath).current() else {
        throw IndexingError(
          .noIndex, "There is no index here yet: run 'codeintel index <folder>' first, or name another with --index.",
          path: settings.indexPath)
      }
      return generation
    },
    chunks: { try $0.openChunks() },
    faiss: { try open(.whole, of: $0, $1) },
    codeRankFaiss: { try open(.signature, of: $0, $1) },
    bm25: { generation in
      guard generation.manifest.artifact(CellName.bm25) != nil else {
        throw RetrievalError(
          .indexVersion,
          "The index was made by an older version of this program and has no keyword index: run 'codeintel index' again.",
          expected: BM25ArtifactBuilder.indexFileName,
          actual: "generation \(generation.number) without it", path: generation.directory)
      }
      return try BM25Index.open(path: generation.directory + "/" + BM25ArtifactBuilder.indexFileName)
    },
    splade: { generation in
      try SpladeIndex.open(
        path: generation.directory + "/" + SpladeArtifactBuilder.indexFileName,
        expectedVocabulary: generation.manifest.artifact(CellName.splade)?.model?.dim)
    },
    xtr: { generation in
      try XTRIndex.open(
        path: generation.directory + "/" + TokenArtifactBuilder.indexFileName,
        expected: XTRMetadata(generation.manifest.artifact(CellName.xtr)))
    })

  private static func open(
    _ space: DenseSpace, of generation: Generation, _ settings: DenseIndexSettings
  ) throws -> DenseIndex {
    try DenseIndex.open(
      space, in: generation.directory, record: generation.manifest.artifact(space.channel),
      isMapped: settings.isMapped, scansInt8: settings.scansInt8)
  }
}
