/// The word pieces of a BERT vocabulary, found by their UTF-8 bytes.
///
/// An open-addressing table over one block of bytes: the longest match at a place needs one pass that hashes all
/// prefixes, then one probe a prefix. Memory is about 12 bytes a piece plus the text.
struct Vocabulary: Sendable {
  /// Number of pieces; ids are 0..<count.
  let count: Int
  /// Length in bytes of the longest piece, a leading `##` not counted.
  private(set) var longestPiece = 0

  private var text: [UInt8] = []
  private var starts: [Int] = []
  private var continues: [Bool] = []
  /// Ids by hash, -1 for a free slot; the size is a power of two at least twice the count.
  private var slots: [Int32] = []

  /// Pieces in the order of their ids; of equal ones the last counts.
  init(pieces: [[UInt8]]) {
    count = pieces.count
    var size = 16
    while size < count * 2 { size *= 2 }
    slots = [Int32](repeating: -1, count: size)
    for (id, piece) in pieces.enumerated() {
      // "##" alone is a word of two characters, not the continuation by nothing.
      let isContinuation = piece.count > 2 && piece[0] == UInt8(ascii: "#") && piece[1] == UInt8(ascii: "#")
      let body = isContinuation ? piece[2...] : piece[...]
      starts.append(text.count)
      text.append(contentsOf: body)
      continues.append(isContinuation)
      longestPiece = max(longestPiece, body.count)
      var hash = Self.seed(continuation: isContinuation)
      for byte in body { hash = Self.extend(hash, byte) }
      var slot = Self.slot(hash, size)
      while slots[slot] >= 0, !matches(Int(slots[slot]), body, isContinuation) { slot = (slot + 1) & (size - 1) }
      slots[slot] = Int32(id)
    }
    starts.append(text.count)
  }

  /// The id of `bytes` as the beginning of a word (`continuation` false) or as its continuation.
  func id(of bytes: ArraySlice<UInt8>, continuation: Bool) -> Int32? {
    var hash = Self.seed(continuation: continuation)
    for byte in bytes { hash = Self.extend(hash, byte) }
    return find(hash, bytes, continuation)
  }

  /// The longest piece that `bytes` begins with, at a character boundary.
  func longestPrefix(of bytes: ArraySlice<UInt8>, continuation: Bool) -> (id: Int32, length: Int)? {
    let limit = min(bytes.count, longestPiece)
    return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: limit + 1) { hashes in
      var hash = Self.seed(continuation: continuation)
      for offset in 0..<limit {
        hash = Self.extend(hash, bytes[bytes.startIndex + offset])
        hashes[offset] = hash
      }
      var length = limit
      while length > 0 {
        // A piece cannot end inside a character: what follows must not be a UTF-8 continuation byte.
        let end = bytes.startIndex + length
        if end == bytes.endIndex || bytes[end] & 0xC0 != 0x80,
          let id = find(hashes[length - 1], bytes[bytes.startIndex..<end], continuation)
        {
          return (id, length)
        }
        length -= 1
      }
      return nil
    }
  }

  private func find(_ hash: UInt64, _ bytes: ArraySlice<UInt8>, _ continuation: Bool) -> Int32? {
    var slot = Self.slot(hash, slots.count)
    while slots[slot] >= 0 {
      if matches(Int(slots[slot]), bytes, continuation) { return slots[slot] }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  private func matches(_ id: Int, _ bytes: ArraySlice<UInt8>, _ continuation: Bool) -> Bool {
    continues[id] == continuation && end(of: id) - starts[id] == bytes.count
      && text[starts[id]..<end(of: id)].elementsEqual(bytes)
  }

  /// The spelling of piece `id`, with `##` before a continuation.
  func piece(_ id: Int) -> String {
    (continues[id] ? "##" : "") + String(decoding: text[starts[id]..<end(of: id)], as: UTF8.self)
  }

  private func end(of id: Int) -> Int { id + 1 < starts.count ? starts[id + 1] : text.count }

  // FNV-1a, whose state after a prefix is the prefix's hash; a multiply-shift spreads it over the slots.
  private static func seed(continuation: Bool) -> UInt64 {
    continuation ? 0xcbf2_9ce4_8422_2325 : 0x8422_2325_cbf2_9ce4
  }
  private static func extend(_ hash: UInt64, _ byte: UInt8) -> UInt64 { (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
  private static func slot(_ hash: UInt64, _ size: Int) -> Int {
    Int((hash &* 0x9E37_79B9_7F4A_7C15) >> 32) & (size - 1)
  }
}
