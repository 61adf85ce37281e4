import Indexing
import RuntimeCells

/// The vectors of the generation served so far, found again by the text they were made from.
struct ReusableVectors: Sendable {
  /// A row whose text is a chunk's text.
  struct Match {
    /// The old row.
    let row: Int64
    /// False when another chunk of the same text took it before.
    let isOnly: Bool
  }

  /// Chunks with the same content that are compared beyond those asked for; a licence header may occur in every file.
  private static let maximumTwins = 8

  /// Its dense index.
  let index: DenseIndex
  private let chunks: ChunkStore
  private let text: @Sendable (Chunk) -> String
  private var isTaken: [Bool]

  /// Opens the previous generation's vectors, or nil when there are none of the same model and embedding text.
  ///
  /// Files that cannot be read mean that everything is embedded anew; they never fail a build.
  static func open(
    _ previous: Generation?, matching builder: DenseArtifactBuilder, threads: DedicatedThreads
  ) async throws -> ReusableVectors? {
    guard let previous, let record = previous.manifest.artifact(builder.channel),
      record.model == builder.modelRecord, record.settings["embedding_text"] == builder.space.textVersion
    else { return nil }
    let space = builder.space
    let opened = try await threads.run { () -> (DenseIndex, ChunkStore)? in
      guard let index = try? DenseIndex.open(space, in: previous.directory, record: record),
        // What codes stand for is not what the model gave.
        index.kind.serves(builder.kind) || builder.keeps(index.kind),
        let chunks = try? previous.openChunks()
      else { return nil }
      return (index, chunks)
    }
    guard let (index, chunks) = opened else { return nil }
    // An index of another length than its store cannot be trusted row by row.
    guard chunks.count == index.count else {
      // Nothing is written here, so a failing close loses nothing.
      try? chunks.close()
      return nil
    }
    return ReusableVectors(
      index: index, chunks: chunks, text: space.text, isTaken: [Bool](repeating: false, count: index.count))
  }

  /// The old rows of those chunks whose embedded text is unchanged, by the chunks' new rows. Each old row goes to one chunk;
  /// further chunks of the same text get one that is taken.
  mutating func matches(for wanted: [Chunk]) async throws -> [Int64: Match] {
    let candidates = try await chunks.rows(forContentHashes: wanted.map(\.contentHash))
    let demand = Dictionary(wanted.map { ($0.contentHash, 1) }, uniquingKeysWith: +)
    var compared: [String: [Int64]] = [:]
    for (hash, rows) in candidates {
      // Those that are free first, in the order of the tree: equal texts then stay in order.
      let most = demand[hash, default: 0] + Self.maximumTwins
      let free = rows.lazy.filter { [isTaken] in !isTaken[Int($0)] }.prefix(most)
      let taken = rows.lazy.filter { [isTaken] in isTaken[Int($0)] }.prefix(Self.maximumTwins)
      compared[hash] = Array(free) + Array(taken)
    }
    let rows = Set(compared.values.joined())
    guard !rows.isEmpty else { return [:] }
    let texts = Dictionary(
      try await chunks.chunks(rows: rows.sorted()).map { ($0.row, text($0)) }, uniquingKeysWith: { first, _ in first })
    var found: [Int64: Match] = [:]
    for chunk in wanted {
      let own = text(chunk)
      let same = (compared[chunk.contentHash] ?? []).filter { texts[$0] == own }
      if let free = same.first(where: { !isTaken[Int($0)] }) {
        isTaken[Int(free)] = true
        found[chunk.row] = Match(row: free, isOnly: true)
      } else if let taken = same.first {
        found[chunk.row] = Match(row: taken, isOnly: false)
      }
    }
    return found
  }

  /// Closes the store that was opened for reading.
  func close() {
    // Nothing is written here, so a failing close loses nothing.
    try? chunks.close()
  }
}
