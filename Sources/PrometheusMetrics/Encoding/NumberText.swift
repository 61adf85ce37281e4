/// Numbers as the exposition formats write them.
enum NumberText {
  /// The canonical form that OpenMetrics asks for in `le`: Go's `%g` of the shortest digits, with `.0` where neither a
  /// point nor an exponent is left: `0.1`, `1.0`, `1e-05`, `1e+06`, `+Inf`.
  static func canonical(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if value == 0 { return "0.0" }
    let (digits, exponent) = shortest(value.magnitude)
    let sign = value < 0 ? "-" : ""
    if exponent < -4 || exponent >= 6 {
      let fraction = digits.dropFirst()
      let power = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
      return sign + digits.prefix(1) + (fraction.isEmpty ? "" : "." + fraction) + "e" + (exponent < 0 ? "-" : "+")
        + power
    }
    if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
    if digits.count <= exponent + 1 {
      return sign + digits + String(repeating: "0", count: exponent + 1 - digits.count) + ".0"
    }
    return sign + digits.prefix(exponent + 1) + "." + digits.dropFirst(exponent + 1)
  }

  /// The shortest digits that read back as `value`, and the power of ten of the first one. `value` is finite and positive.
  private static func shortest(_ value: Double) -> (digits: String, exponent: Int) {
    let text = value.description
    let parts = text.split(separator: "e", maxSplits: 1)
    let mantissa = parts.first ?? "0"
    var exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let point = mantissa.firstIndex(of: ".")
    let whole = point.map { mantissa[..<$0] } ?? mantissa
    let all = mantissa.filter { $0 != "." }
    exponent += whole.count - 1
    let leading = all.prefix { $0 == "0" }.count
    exponent -= leading
    var digits = all.dropFirst(leading)
    while digits.count > 1, digits.last == "0" { digits = digits.dropLast() }
    return (String(digits), exponent)
  }

  /// Appends a sample's value: whole numbers without a point, the rest in the shortest form that reads back the same.
  static func append(_ value: Double, to bytes: inout [UInt8]) {
    if value.magnitude < 0x1p53, value == value.rounded(.towardZero) {
      let whole = Int64(value)
      if whole < 0 { bytes.append(UInt8(ascii: "-")) }
      append(whole.magnitude, to: &bytes)
    } else if value.isNaN {
      bytes.append(contentsOf: "NaN".utf8)
    } else if value.isInfinite {
      bytes.append(contentsOf: (value < 0 ? "-Inf" : "+Inf").utf8)
    } else {
      bytes.append(contentsOf: value.description.utf8)
    }
  }

  /// Appends a whole number.
  static func append(_ value: UInt64, to bytes: inout [UInt8]) {
    if value < 10 {
      bytes.append(UInt8(ascii: "0") + UInt8(value))
      return
    }
    let start = bytes.count
    var rest = value
    while rest > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    }
    bytes[start...].reverse()
  }
}
