/// Reads walked files and tells source text from everything else.
struct SourceReader: Sendable {
  /// Gives a file's bytes, nil when there are more than the limit. Tests inject failures here.
  typealias Content = @Sendable (_ path: String, _ limit: Int) throws -> [UInt8]?

  let options: WalkOptions
  let content: Content

  init(options: WalkOptions, content: @escaping Content = { try FileSystem.read($0, limit: $1) }) {
    self.options = options
    self.content = content
  }

  enum Outcome: Sendable {
    case source(SourceFile)
    case skipped(SkipReason)
  }

  func read(_ file: WalkedFile) -> Outcome {
    switch bytes(of: file) {
    case .skipped(let reason): return .skipped(reason)
    case .bytes(let bytes, let hash):
      let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
      let text = bytes.starts(with: mark) ? bytes[mark.count...] : bytes[...]
      guard let string = String(validating: text, as: UTF8.self) else { return .skipped(.invalidUTF8) }
      return .source(SourceFile(path: file.path, text: string, language: nil, contentHash: hash))
    }
  }

  /// The content's hash alone; nil when the file would be skipped.
  func digest(_ file: WalkedFile) -> String? {
    guard case .bytes(let bytes, let hash) = bytes(of: file), String(validating: bytes, as: UTF8.self) != nil else {
      return nil
    }
    return hash
  }

  private enum Raw { case bytes([UInt8], hash: String), skipped(SkipReason) }

  private func bytes(of file: WalkedFile) -> Raw {
    let bytes: [UInt8]
    do {
      guard let found = try content(file.absolutePath, options.maximumFileBytes) else { return .skipped(.oversized) }
      bytes = found
    } catch {
      return .skipped(.unreadable)
    }
    if bytes.contains(0) { return .skipped(.binary) }
    if bytes.allSatisfy({ $0 == 0x20 || (0x09...0x0D).contains($0) }) { return .skipped(.empty) }
    if bytes.count > 1 << 14, isMinified(bytes) { return .skipped(.minified) }
    return .bytes(bytes, hash: Checksum.hex(of: bytes))
  }

  private func isMinified(_ bytes: [UInt8]) -> Bool {
    var lines = 1
    for byte in bytes where byte == 0x0A { lines += 1 }
    return bytes.count / lines > options.maximumMeanLineBytes
  }
}
