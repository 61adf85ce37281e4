#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension ImpactFile {
  /// The number of the term that is this word, by halving the dictionary; nil when no row has the word.
  func term(_ word: [UInt8]) -> Int? {
    var (low, high) = (0, format.terms)
    return word.withUnsafeBytes { word in
      while low < high {
        let middle = low + (high - low) / 2
        let order = Self.compare(self.word(middle), word)
        if order == 0 { return middle }
        if order < 0 { low = middle + 1 } else { high = middle }
      }
      return nil
    }
  }

  /// The word of a term, in the mapped file.
  private func word(_ term: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(
      rebasing: file.bytes[(format.wordsAt + wordOffset(term))..<(format.wordsAt + wordOffset(term + 1))])
  }

  private func wordOffset(_ term: Int) -> Int {
    Int(UInt32(littleEndian: file.bytes.load(fromByteOffset: format.wordOffsetsAt + term * 4, as: UInt32.self)))
  }

  /// Below 0, 0 or above 0: bytes from the left, then lengths.
  private static func compare(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
    let common = min(left.count, right.count)
    if common > 0, let one = left.baseAddress, let other = right.baseAddress {
      let order = memcmp(one, other, common)
      if order != 0 { return Int(order) }
    }
    return left.count - right.count
  }

  func checkWords() throws {
    guard wordOffset(0) == 0, wordOffset(format.terms) == format.wordBytes else {
      throw corrupt(
        "has a dictionary that does not cover its words", expected: "0 to \(format.wordBytes)",
        actual: "\(wordOffset(0)) to \(wordOffset(format.terms))")
    }
    for term in 0..<format.terms {
      let (start, end) = (wordOffset(term), wordOffset(term + 1))
      let isInPlace = start <= end && end <= format.wordBytes
      guard isInPlace, term == 0 || Self.compare(word(term - 1), word(term)) < 0 else {
        throw corrupt("has words out of order", expected: "ascending words", actual: "word \(term)")
      }
    }
  }
}
