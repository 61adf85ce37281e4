import Crypto

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// SHA-256 in lower-case hexadecimal.
enum Checksum {
  static func hex(of text: String) -> String {
    var text = text
    return text.withUTF8 { bytes in
      var hash = SHA256()
      hash.update(bufferPointer: UnsafeRawBufferPointer(bytes))
      return hex(hash.finalize())
    }
  }

  static func hex(of bytes: [UInt8]) -> String {
    bytes.withUnsafeBytes { raw in
      var hash = SHA256()
      hash.update(bufferPointer: raw)
      return hex(hash.finalize())
    }
  }

  /// Reads the file in blocks: memory stays the same however large it is.
  static func hex(ofFile path: String) throws(SystemCallFailure) -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw SystemCallFailure("open", path) }
    defer { close(file) }
    var hash = SHA256()
    try FileSystem.forEachBlock(of: file, path: path, size: 1 << 20) { block in
      hash.update(bufferPointer: block)
      return true
    }
    return hex(hash.finalize())
  }

  private static func hex(_ digest: SHA256.Digest) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(64)
    for byte in digest {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static let digits = Array("0123456789abcdef".utf8)
}
