import Crypto

/// What was indexed so far: counts, and a digest over every file's path and content.
struct SourceTally: Sendable {
  private(set) var files = 0
  private(set) var chunks = 0
  private(set) var chunksByLanguage: [String: Int] = [:]
  /// Files whose own chunker failed, the first few.
  private(set) var fallbacks: [String] = []
  private(set) var fallbackCount = 0
  private var hash = SHA256()

  mutating func add(path: String, contentHash: String) {
    files += 1
    hash.update(data: Array("\(path)\u{0}\(contentHash)\u{0}".utf8))
  }

  mutating func addChunk(language: String) {
    chunks += 1
    chunksByLanguage[language, default: 0] += 1
  }

  mutating func add(fallback path: String) {
    fallbackCount += 1
    if fallbacks.count < SkipReport.examplesPerReason { fallbacks.append(path) }
  }

  /// Lower-case hexadecimal SHA-256 over the files in the order in which they were added.
  var digest: String { hash.finalize().map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined() }
}
