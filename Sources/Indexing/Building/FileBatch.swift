/// A run of files that one thread reads and cuts in one go.
struct FileBatch: Sendable {
  let files: [WalkedFile]

  /// What became of one file.
  struct Result: Sendable {
    let file: WalkedFile
    let outcome: Outcome
  }

  enum Outcome: Sendable {
    case skipped(SkipReason)
    case chunked(language: String, contentHash: String, chunks: [Chunk], fallback: IndexingError?)
  }

  /// Consecutive batches of at most 32 files and about 256 KiB.
  static func split(_ files: [WalkedFile]) -> [FileBatch] {
    var batches: [FileBatch] = []
    var current: [WalkedFile] = []
    var bytes = 0
    for file in files {
      if !current.isEmpty, current.count == 32 || bytes + file.bytes > 1 << 18 {
        batches.append(FileBatch(files: current))
        (current, bytes) = ([], 0)
      }
      current.append(file)
      bytes += file.bytes
    }
    if !current.isEmpty { batches.append(FileBatch(files: current)) }
    return batches
  }

  /// Reads and cuts. Blocks and computes.
  func process(reader: SourceReader, plan: ChunkingPlan) -> [Result] {
    files.map { file in
      switch reader.read(file) {
      case .skipped(let reason): return Result(file: file, outcome: .skipped(reason))
      case .source(let source):
        let cut = plan.chunks(of: source)
        let chunks = ChunkIdentity.chunks(of: source, drafts: cut.drafts)
        return Result(
          file: file,
          outcome: .chunked(
            language: source.language, contentHash: source.contentHash, chunks: chunks, fallback: cut.fallback))
      }
    }
  }
}
