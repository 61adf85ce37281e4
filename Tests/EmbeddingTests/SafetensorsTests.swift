import Foundation
import Testing

@testable import Embedding

struct SafetensorsTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open(_ bytes: [UInt8]) throws -> SafetensorsFile {
    try folder.write(bytes, to: "model.safetensors")
    return try SafetensorsFile(path: folder.path + "/model.safetensors")
  }

  private func values(_ storage: FloatStorage) -> [Float] {
    Array(UnsafeBufferPointer(start: storage.base, count: storage.count))
  }

  @Test(arguments: [0, 1, 2, 3])
  func `values are read at any alignment`(padding: Int) throws {
    var builder = SafetensorsBuilder()
    builder.add("a", [2, 3], [1, -2, 3.5, 0, 1e-30, -7e20])
    builder.add("b", [2], [8, 9])
    let file = try open(builder.bytes(padding: padding))
    for mapped in [false, true] {
      #expect(try values(file.floats("a", shape: [2, 3], mapped: mapped)) == [1, -2, 3.5, 0, 1e-30, -7e20])
      #expect(try values(file.floats("b", shape: [2], mapped: mapped)) == [8, 9])
    }
    #expect(file.names == ["a", "b"])
    #expect(file.firstPresent(["c", "b", "a"]) == "b")
  }

  @Test func `half types widen exactly`() throws {
    let samples: [Float] = [0, -0.0, 1, -1.5, 65504, 0x1p-14, 0x1p-24, -0x1.8p-23, 0.25, 1023.5]
    var builder = SafetensorsBuilder()
    builder.add("half", [10], samples, as: .float16)
    builder.add("brain", [5], [0, -0.0, 1, -1.5, 0x1.02p100], as: .bfloat16)
    let file = try open(builder.bytes(padding: 1))
    #expect(try values(file.floats("half", shape: [10])).map(\.bitPattern) == samples.map(\.bitPattern))
    #expect(try values(file.floats("brain", shape: [5])) == [0, 0, 1, -1.5, 0x1.02p100])
  }

  @Test func `infinity and NaN halves stay what they are`() throws {
    var builder = SafetensorsBuilder()
    builder.add("half", [3], [0, 0, 0], as: .float16)
    var bytes = try builder.bytes()
    bytes.replaceSubrange(bytes.count - 6..<bytes.count, with: [0x00, 0x7C, 0x00, 0xFC, 0x01, 0x7E])
    let read = try values(open(bytes).floats("half", shape: [3]))
    #expect(read[0] == .infinity)
    #expect(read[1] == -.infinity)
    #expect(read[2].isNaN)
  }

  @Test func `metadata and empty tensors are accepted`() throws {
    let json = #"{"__metadata__":{"format":"pt"},"e":{"dtype":"F32","shape":[0,4],"data_offsets":[0,0]}}"#
    let file = try open(SafetensorsBuilder.file(Data(json.utf8), []))
    #expect(try file.floats("e", shape: [0, 4]).count == 0)
  }

  static let damaged: [(String, String, Int)] = [
    ("no JSON", "{", 8),
    ("not an object", "[]", 0),
    ("no offsets", #"{"a":{"dtype":"F32","shape":[2]}}"#, 8),
    ("unknown type", #"{"a":{"dtype":"F4","shape":[2],"data_offsets":[0,8]}}"#, 8),
    ("one offset", #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}"#, 8),
    ("reversed offsets", #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, 8),
    ("negative offset", #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}"#, 8),
    ("past the end", #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#, 8),
    ("shape too small", #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}"#, 8),
    ("negative extent", #"{"a":{"dtype":"F32","shape":[-2,-1],"data_offsets":[0,8]}}"#, 8),
    ("overflow", #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#, 0),
    ("number too large", #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,99999999999999999999]}}"#, 8),
    ("hole", #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8),
    ("unclaimed end", #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 8),
    (
      "overlap",
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8
    ),
  ]

  @Test(arguments: damaged)
  func `damaged files are refused`(name: String, json: String, size: Int) throws {
    let error = try #require(throws: EmbeddingError.self, "\(name)") {
      try open(SafetensorsBuilder.file(Data(json.utf8), [UInt8](repeating: 0, count: size)))
    }
    #expect(error.code == .malformedSafetensors)
    #expect(error.path == folder.path + "/model.safetensors")
  }

  @Test(arguments: [3, 9, 1 << 40, UInt64.max])
  func `a header longer than the file is refused`(length: UInt64) throws {
    let bytes = SafetensorsBuilder.file(Data("{}".utf8), [], length: length)
    let error = try #require(throws: EmbeddingError.self) { try open(bytes) }
    #expect(error.code == .malformedSafetensors)
  }

  @Test(arguments: [0, 1, 7])
  func `a file shorter than its length field is refused`(count: Int) throws {
    let error = try #require(throws: EmbeddingError.self) { try open([UInt8](repeating: 0, count: count)) }
    #expect(error.code == .malformedSafetensors)
  }

  @Test func `a missing file and a folder are told apart`() throws {
    let missing = try #require(throws: EmbeddingError.self) { try SafetensorsFile(path: folder.path + "/none") }
    #expect(missing.code == .missingFile)
    let directory = try #require(throws: EmbeddingError.self) { try SafetensorsFile(path: folder.path) }
    #expect(directory.code == .unreadableFile)
  }

  @Test func `a tensor that does not fit names itself and both shapes`() throws {
    var builder = SafetensorsBuilder()
    builder.add("a", [2, 3], [1, 2, 3, 4, 5, 6])
    builder.add("n", [1], [7], as: .int64)
    let file = try open(builder.bytes())
    let shape = try #require(throws: EmbeddingError.self) { try file.floats("a", shape: [3, 2]) }
    #expect(shape.code == .shapeMismatch)
    #expect(shape.tensor == "a")
    #expect(shape.expected == "[3, 2]")
    #expect(shape.actual == "[2, 3]")
    #expect(shape.description.contains("embedding.model-shape"))
    let absent = try #require(throws: EmbeddingError.self) { try file.floats("b", shape: [1]) }
    #expect(absent.code == .missingTensor)
    let type = try #require(throws: EmbeddingError.self) { try file.floats("n", shape: [1]) }
    #expect(type.code == .unsupportedElementType)
    #expect(type.actual == "I64")
  }
}
