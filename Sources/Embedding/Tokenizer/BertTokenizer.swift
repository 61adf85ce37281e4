import CKernels

/// BERT's uncased word-piece tokenizer, token for token equal to the reference implementation (PyPI `tokenizers`).
///
/// Text is cleaned of control characters, decomposed, stripped of non-spacing marks and lower-cased, split at white
/// space, at punctuation and around CJK ideographs; each word becomes its longest known pieces from the left, or the
/// unknown token. Special tokens spelled out in a text (`[SEP]`) count as themselves, as they do in the reference.
/// Method: J. Devlin et al., BERT, 2018; Y. Wu et al., Google's neural machine translation system, 2016 (word pieces).
public struct BertTokenizer: Sendable {
  private let vocabulary: Vocabulary
  private let unknown: Int32
  private let start: Int32
  private let end: Int32
  private let special: [(spelling: [UInt8], id: Int32)]

  /// Words of more characters are unknown.
  private static let longestWord = 100

  /// A tokenizer over `vocab.txt` at `vocabularyPath`.
  ///
  /// - Throws: `EmbeddingError` with code `missing-file`, `unreadable-file` or `bad-vocabulary`.
  public init(vocabularyPath: String) throws(EmbeddingError) {
    try self.init(Vocabulary(path: vocabularyPath), path: vocabularyPath)
  }

  init(_ vocabulary: Vocabulary, path: String? = nil) throws(EmbeddingError) {
    func required(_ token: String) throws(EmbeddingError) -> Int32 {
      guard let id = vocabulary.id(of: Array(token.utf8)[...], continuation: false) else {
        throw EmbeddingError(
          .badVocabulary, "the vocabulary lacks \(token): it is not one of a BERT model", path: path, expected: token)
      }
      return id
    }
    self.vocabulary = vocabulary
    unknown = try required("[UNK]")
    start = try required("[CLS]")
    end = try required("[SEP]")
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"].compactMap { token in
      vocabulary.id(of: Array(token.utf8)[...], continuation: false).map { (Array(token.utf8), $0) }
    }
  }

  /// Number of token ids.
  public var vocabularyCount: Int { vocabulary.count }

  /// The spelling of an id as in `vocab.txt`; continuations begin with `##`. Traps like an array for an unknown id.
  public func piece(_ id: Int32) -> String { vocabulary.piece(Int(id)) }

  /// The ids of `text` between the start and the end token, at most `maximumTokens` (at least 2) in all.
  ///
  /// Reading stops when the limit is reached, so the cost does not grow with what lies beyond it.
  public func encode(_ text: String, maximumTokens: Int) -> [Int32] {
    var text = text
    return text.withUTF8 { bytes in
      var run = Run(limit: max(2, maximumTokens) - 1, ids: [start])
      read(bytes, into: &run)
      finishWord(&run)
      run.ids.append(end)
      return run.ids
    }
  }

  /// What has been read so far: finished ids and the word under way.
  private struct Run {
    let limit: Int
    var ids: [Int32]
    var word: [UInt8] = []
    var characters = 0
    var isFull: Bool { ids.count >= limit }
  }

  private func read(_ bytes: UnsafeBufferPointer<UInt8>, into run: inout Run) {
    var position = 0
    while position < bytes.count, !run.isFull {
      let byte = bytes[position]
      if byte < 0x80 {
        if byte == UInt8(ascii: "["), let found = specialToken(bytes, at: position) {
          finishWord(&run)
          if !run.isFull { run.ids.append(found.id) }
          position += found.length
          continue
        }
        readASCII(byte, into: &run)
        position += 1
      } else {
        let (scalar, length) = Self.decode(bytes, at: position)
        readScalar(scalar, into: &run)
        position += length
      }
    }
  }

  private func readASCII(_ byte: UInt8, into run: inout Run) {
    switch byte {
    case 0x20, 0x09, 0x0A, 0x0D: finishWord(&run)
    case 0x00..<0x20, 0x7F: break  // control characters vanish without ending a word
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): append(byte | 0x20, to: &run)
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): append(byte, to: &run)
    default:
      finishWord(&run)
      append(byte, to: &run)
      finishWord(&run)
    }
  }

  private func append(_ byte: UInt8, to run: inout Run) {
    run.word.append(byte)
    run.characters += 1
  }

  private func readScalar(_ scalar: UInt32, into run: inout Run) {
    let isIdeograph = Self.isIdeograph(scalar)
    if isIdeograph { finishWord(&run) }
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 4) { results in
      let count = Int(ck_bert_normalize(scalar, results.baseAddress))
      for result in results.prefix(count) {
        if result < 0x80 {
          readASCII(UInt8(result), into: &run)
        } else {
          let alone = ck_bert_is_punctuation(result)
          if alone { finishWord(&run) }
          Self.encode(result, into: &run.word)
          run.characters += 1
          if alone { finishWord(&run) }
        }
      }
    }
    if isIdeograph { finishWord(&run) }
  }

  private func finishWord(_ run: inout Run) {
    defer {
      run.word.removeAll(keepingCapacity: true)
      run.characters = 0
    }
    guard !run.word.isEmpty, !run.isFull else { return }
    let before = run.ids.count
    guard run.characters <= Self.longestWord else { return run.ids.append(unknown) }
    var rest = run.word[...]
    while !rest.isEmpty {
      guard let (id, length) = vocabulary.longestPrefix(of: rest, continuation: rest.startIndex > 0) else {
        run.ids.removeSubrange(before...)
        run.ids.append(unknown)
        return
      }
      run.ids.append(id)
      rest = rest.dropFirst(length)
    }
    if run.ids.count > run.limit { run.ids.removeSubrange(run.limit...) }
  }

  private func specialToken(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int) -> (id: Int32, length: Int)? {
    for (spelling, id) in special where position + spelling.count <= bytes.count {
      if bytes[position..<position + spelling.count].elementsEqual(spelling) { return (id, spelling.count) }
    }
    return nil
  }
}
