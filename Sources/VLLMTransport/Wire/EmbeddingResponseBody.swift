import Embedding

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The answer of `POST /v1/embeddings`: vectors as numbers or as base64 of little-endian 32-bit floats.
struct EmbeddingResponseBody: Decodable {
  struct Item: Decodable {
    var index: Int
    var embedding: Vector
  }

  struct Vector: Decodable {
    var values: [Float]

    init(from decoder: any Decoder) throws {
      let box = try decoder.singleValueContainer()
      guard let text = try? box.decode(String.self) else {
        values = try box.decode([Float].self)
        return
      }
      guard let bytes = Data(base64Encoded: text), bytes.count % 4 == 0 else {
        throw DecodingError.dataCorruptedError(in: box, debugDescription: "not base64 of 32-bit floats")
      }
      values = bytes.withUnsafeBytes { raw in
        (0..<raw.count / 4).map {
          Float(bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
        }
      }
    }
  }

  var data: [Item]

  /// The vectors by their `index`, one after another, each of length 1.
  ///
  /// - Parameters:
  ///   - body: the answer.
  ///   - count: number of texts that were sent.
  ///   - dimension: components that each vector must have; nil: as many as the first.
  /// - Throws: `EmbeddingError` with code `malformedResponse`, `dimensionMismatch` or `degenerateVector`.
  static func vectors(_ body: [UInt8], count: Int, dimension: Int?) throws(EmbeddingError) -> [Float] {
    let items: [Item]
    do { items = try JSONDecoder().decode(Self.self, from: Data(body)).data } catch {
      throw EmbeddingError(
        .malformedResponse, "the embedding server's answer cannot be read as embeddings", underlying: error)
    }
    guard items.count == count else {
      throw EmbeddingError(
        .malformedResponse, "the embedding server gave another number of vectors than texts were sent",
        expected: "\(count)", actual: "\(items.count)")
    }
    let width = dimension ?? items.first?.embedding.values.count ?? 0
    var values = [Float](repeating: 0, count: count * width)
    var seen = [Bool](repeating: false, count: count)
    for item in items {
      guard seen.indices.contains(item.index), !seen[item.index] else {
        throw EmbeddingError(
          .malformedResponse, "the embedding server numbered its vectors wrongly, so whose they are is unknown",
          expected: "each of 0 to \(count - 1) once", actual: "index \(item.index)")
      }
      seen[item.index] = true
      try place(item, width, &values)
    }
    return values
  }

  private static func place(_ item: Item, _ width: Int, _ values: inout [Float]) throws(EmbeddingError) {
    let vector = item.embedding.values
    guard vector.count == width, width > 0 else {
      throw EmbeddingError(
        .dimensionMismatch,
        "the embedding server's vectors have another length than they should: is it the right model?",
        expected: "\(width)", actual: "\(vector.count)")
    }
    // In double precision, so that no large component overflows; NaN and infinity end up in the sum.
    let sum = vector.reduce(0.0) { $0 + Double($1) * Double($1) }
    guard sum.isFinite, sum > 0 else {
      throw EmbeddingError(
        .degenerateVector,
        "the embedding server gave a vector without a direction for text \(item.index): is its model whole?",
        expected: "finite numbers, not all zero", actual: sum == 0 ? "zeros" : "NaN or infinity")
    }
    let scale = 1 / sum.squareRoot()
    // Servers normalise as the model says; those that do are left as they are, to the bit.
    let isUnit = abs(scale - 1) < 1e-6
    let base = item.index * width
    for (offset, value) in vector.enumerated() {
      values[base + offset] = isUnit ? value : Float(Double(value) * scale)
    }
  }
}
