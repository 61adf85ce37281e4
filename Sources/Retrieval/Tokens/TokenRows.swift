import CKernels

/// Half-precision token vectors in a mapped file, for building.
struct TokenRows: Sendable {
  let file: MappedIndexFile
  let count: Int
  let dimension: Int

  private var base: UnsafePointer<UInt16>? {
    file.bytes.baseAddress?.assumingMemoryBound(to: UInt16.self)
  }

  /// Some rows as floats.
  func read(_ rows: some Collection<Int>) -> [Float] {
    [Float](unsafeUninitializedCapacity: rows.count * dimension) { buffer, used in
      used = rows.count * dimension
      guard var out = buffer.baseAddress, let base else { return }
      for row in rows {
        ck_widen_f16(base + row * dimension, dimension, out)
        out += dimension
      }
    }
  }
}
