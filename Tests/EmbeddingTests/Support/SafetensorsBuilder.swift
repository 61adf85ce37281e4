import Foundation

/// Writes the safetensors format, rightly or, where a test asks for it, wrongly.
struct SafetensorsBuilder {
  enum Element: String {
    case float32 = "F32"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case int64 = "I64"
  }

  private(set) var header: [String: [String: Any]] = [:]
  private(set) var data: [UInt8] = []

  mutating func add(_ name: String, _ shape: [Int], _ values: [Float], as element: Element = .float32) {
    let start = data.count
    for value in values {
      switch element {
      case .float32: append(value.bitPattern)
      case .float16: append(Self.half(value))
      case .bfloat16: append(UInt16(truncatingIfNeeded: value.bitPattern >> 16))
      case .int64: append(UInt64(bitPattern: Int64(value)))
      }
    }
    header[name] = ["dtype": element.rawValue, "shape": shape, "data_offsets": [start, data.count]]
  }

  private mutating func append(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
  }

  /// The half whose bits are those of `value` cut off: tests use values that fit.
  static func half(_ value: Float) -> UInt16 {
    if value == 0 { return value.sign == .minus ? 0x8000 : 0 }
    let sign: UInt16 = value < 0 ? 0x8000 : 0
    let exponent = Int(value.exponent) + 15
    if exponent <= 0 { return sign | UInt16((value.magnitude / 0x1p-24).rounded()) }
    return sign | UInt16(exponent) << 10 | UInt16(value.significandBitPattern >> 13)
  }

  /// The file's bytes. `padding` spaces after the JSON move the data's alignment.
  func bytes(padding: Int = 0) throws -> [UInt8] {
    try Self.file(JSONSerialization.data(withJSONObject: header, options: [.sortedKeys]), data, padding: padding)
  }

  static func file(_ json: Data, _ data: [UInt8], padding: Int = 0, length: UInt64? = nil) -> [UInt8] {
    let text = Array(json) + [UInt8](repeating: UInt8(ascii: " "), count: padding)
    return withUnsafeBytes(of: (length ?? UInt64(text.count)).littleEndian) { Array($0) } + text + data
  }
}
