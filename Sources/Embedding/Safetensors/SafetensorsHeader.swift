#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The table of contents of a safetensors file: 8 bytes of little-endian length, that many bytes of JSON, then data.
///
/// Everything is checked before anything is trusted: lengths against the file's, sizes against shapes without
/// overflow, and that the tensors cover the data exactly, without holes or overlaps, as the format demands.
struct SafetensorsHeader: Sendable {
  struct Entry: Sendable {
    let element: TensorElement
    let shape: [Int]
    /// Byte range in the file.
    let range: Range<Int>
  }

  let entries: [String: Entry]

  /// The format's own bound on the JSON part.
  private static let maximumHeader = 100_000_000

  init(_ bytes: UnsafeRawBufferPointer, path: String) throws(EmbeddingError) {
    func malformed(_ what: String, tensor: String? = nil, underlying: (any Error)? = nil) -> EmbeddingError {
      EmbeddingError(
        .malformedSafetensors, "\(what): the file is damaged or no safetensors file, fetch it again", path: path,
        tensor: tensor, underlying: underlying)
    }
    guard bytes.count >= 8 else { throw malformed("the file has \(bytes.count) bytes, fewer than its length field") }
    let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    guard length <= UInt64(min(Self.maximumHeader, bytes.count - 8)) else {
      throw malformed("the header claims \(length) bytes of a file of \(bytes.count)")
    }
    let start = 8 + Int(length)
    let contents: Contents
    do {
      contents = try JSONDecoder().decode(Contents.self, from: Data(bytes[8..<start]))
    } catch {
      throw malformed("the header is no valid table of tensors", underlying: error)
    }
    var entries: [String: Entry] = [:]
    let available = bytes.count - start
    for (name, raw) in contents.tensors {
      guard raw.offsets.count == 2, raw.offsets[0] >= 0, raw.offsets[0] <= raw.offsets[1], raw.offsets[1] <= available
      else {
        throw malformed("offsets \(raw.offsets) lie outside the \(available) bytes of data", tensor: name)
      }
      guard let size = Self.byteCount(raw.shape, raw.dtype), size == raw.offsets[1] - raw.offsets[0] else {
        throw malformed(
          "shape \(raw.shape) of \(raw.dtype.rawValue) does not fill offsets \(raw.offsets)", tensor: name)
      }
      entries[name] = Entry(
        element: raw.dtype, shape: raw.shape, range: start + raw.offsets[0]..<start + raw.offsets[1])
    }
    var end = start
    for (name, entry) in entries.sorted(by: {
      ($0.value.range.lowerBound, $0.key) < ($1.value.range.lowerBound, $1.key)
    })
    where !entry.range.isEmpty {
      guard entry.range.lowerBound == end else {
        throw malformed("data before it is unclaimed or shared", tensor: name)
      }
      end = entry.range.upperBound
    }
    guard end == bytes.count else { throw malformed("\(bytes.count - end) bytes after the last tensor are unclaimed") }
    self.entries = entries
  }

  private static func byteCount(_ shape: [Int], _ element: TensorElement) -> Int? {
    var size = element.width
    for extent in shape {
      guard extent >= 0 else { return nil }
      let (product, overflow) = size.multipliedReportingOverflow(by: extent)
      guard !overflow else { return nil }
      size = product
    }
    return size
  }

  /// The header's JSON object: tensors by name, and free-form `__metadata__`, which is skipped.
  private struct Contents: Decodable {
    struct Raw: Decodable {
      let dtype: TensorElement
      let shape: [Int]
      let offsets: [Int]

      enum CodingKeys: String, CodingKey {
        case dtype, shape
        case offsets = "data_offsets"
      }
    }

    struct Name: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    var tensors: [String: Raw] = [:]

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Name.self)
      for key in container.allKeys where key.stringValue != "__metadata__" {
        tensors[key.stringValue] = try container.decode(Raw.self, forKey: key)
      }
    }
  }
}
