import CFaiss

/// The checksum in the trailer of index files: XXH64 with seed 0.
enum FaissChecksum {
  /// The checksum of `bytes`.
  static func value(of bytes: [UInt8]) -> UInt64 { cfaiss_checksum(bytes, Int64(bytes.count)) }
}
