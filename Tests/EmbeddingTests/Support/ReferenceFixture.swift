import Foundation

/// The committed reference data: texts with the token ids and vectors that public libraries gave for them.
struct ReferenceFixture {
  struct Text: Decodable {
    let number: Int
    let kind: String
    let text: String
    let ids: [Int32]
  }

  let texts: [Text]
  let vectors: [[Float]]

  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/embedding")

  init() throws {
    let lines = try String(contentsOf: Self.folder.appendingPathComponent("texts.jsonl"), encoding: .utf8)
    texts = try lines.split(separator: "\n").map { try JSONDecoder().decode(Text.self, from: Data($0.utf8)) }
    let data = try Data(contentsOf: Self.folder.appendingPathComponent("vectors.f32"))
    let values = data.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count - 3, by: 4).map {
        Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self)))
      }
    }
    let width = texts.isEmpty ? 1 : values.count / texts.count
    vectors = stride(from: 0, to: values.count, by: width).map { Array(values[$0..<$0 + width]) }
  }
}

/// Cosine of the angle between two vectors, in double precision.
func cosine(_ left: some Sequence<Float>, _ right: some Sequence<Float>) -> Double {
  var dot = 0.0
  var leftSquares = 0.0
  var rightSquares = 0.0
  for (a, b) in zip(left, right) {
    dot += Double(a) * Double(b)
    leftSquares += Double(a) * Double(a)
    rightSquares += Double(b) * Double(b)
  }
  return dot / (leftSquares * rightSquares).squareRoot()
}
