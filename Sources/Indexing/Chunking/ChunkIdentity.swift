/// Gives the drafts of one file their ids and hashes.
enum ChunkIdentity {
  /// Chunks with rows from 0; the writer adds the file's first row.
  static func chunks(of file: SourceFile, drafts: [ChunkDraft]) -> [Chunk] {
    var seen: [String: Int] = [:]
    return drafts.enumerated().map { index, draft in
      let hash = Checksum.hex(of: draft.text)
      let key = "\(file.path)\u{0}\(draft.symbol ?? "")\u{0}\(hash)"
      let duplicate = seen[key, default: 0]
      seen[key] = duplicate + 1
      let id = Checksum.hex(of: "\(key)\u{0}\(duplicate)").prefix(16)
      return Chunk(
        id: String(id), row: Int64(index), path: file.path, language: file.language, symbol: draft.symbol,
        kind: draft.kind, startLine: draft.lines.lowerBound, endLine: draft.lines.upperBound, text: draft.text,
        contentHash: hash)
    }
  }
}
