extension Vocabulary {
  /// Reads `vocab.txt`: one piece a line, its id the line's number from 0.
  init(path: String) throws(EmbeddingError) {
    let file = try MappedFile(path: path)
    guard String(validating: file.bytes, as: UTF8.self) != nil else {
      throw EmbeddingError(.badVocabulary, "the vocabulary is not UTF-8 text: fetch the model again", path: path)
    }
    var lines = file.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
      // The reference drops trailing white space, carriage returns among it.
      var end = line.endIndex
      while end > line.startIndex, [0x20, 0x09, 0x0D].contains(line[end - 1]) { end -= 1 }
      return Array(line[line.startIndex..<end])
    }
    if lines.last?.isEmpty == true { lines.removeLast() }
    guard !lines.isEmpty else {
      throw EmbeddingError(.badVocabulary, "the vocabulary is empty: fetch the model again", path: path)
    }
    guard lines.count <= Int32.max else {
      throw EmbeddingError(.badVocabulary, "the vocabulary has \(lines.count) lines, too many", path: path)
    }
    self.init(pieces: lines)
  }
}
