/// The grammar of names in the exposition formats, and the way from a swift-metrics label to such a name.
enum MetricName {
  /// `[a-zA-Z_][a-zA-Z0-9_]*`. Colons are legal in Prometheus but kept for recording rules.
  static func isValid(_ name: String) -> Bool {
    guard let first = name.utf8.first, isLetter(first) else { return false }
    return name.utf8.allSatisfy { isLetter($0) || isDigit($0) }
  }

  /// As ``isValid(_:)``, without the prefix `__` that Prometheus keeps for itself.
  static func isValidLabel(_ name: String) -> Bool {
    isValid(name) && !name.hasPrefix("__")
  }

  /// `http.route` becomes `http_route`; a leading digit gets an underscore before it. Nil when nothing is left.
  static func sanitized(_ label: String) -> String? {
    guard let first = label.utf8.first else { return nil }
    if isValid(label) { return label }
    var bytes: [UInt8] = isDigit(first) ? [UInt8(ascii: "_")] : []
    var named = false
    for scalar in label.unicodeScalars {
      // One underscore for each scalar, not for each byte of it.
      let byte = scalar.isASCII ? UInt8(truncatingIfNeeded: scalar.value) : 0
      let legal = isLetter(byte) || isDigit(byte)
      if legal && byte != UInt8(ascii: "_") { named = true }
      bytes.append(legal ? byte : UInt8(ascii: "_"))
    }
    return named ? String(decoding: bytes, as: UTF8.self) : nil
  }

  /// The name under which a handle's label is shown: counters end in `_total`, timers in `_seconds`.
  static func exposed(_ label: String, as handle: HandleKind) -> String? {
    guard let name = sanitized(label) else { return nil }
    switch handle {
    case .counter: return name.hasSuffix("_total") ? name : name + "_total"
    case .timer: return name.hasSuffix("_seconds") ? name : name + "_seconds"
    case .gauge, .recorder: return name
    }
  }

  /// Every name that a family's lines use in either format: no other family may use one of them.
  static func occupied(by name: String, kind: MetricKind) -> [String] {
    switch kind {
    case .counter:
      let base = name.hasSuffix("_total") ? String(name.dropLast(6)) : name
      return [base, base + "_total", base + "_created"]
    case .gauge: return [name]
    case .histogram: return [name, name + "_bucket", name + "_count", name + "_sum", name + "_created"]
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
    default: false
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}

/// The kinds of swift-metrics handles, as far as naming and storage tell them apart.
enum HandleKind: Hashable, Sendable {
  /// `Counter` and `FloatingPointCounter`.
  case counter
  /// `Meter` and `Recorder(aggregate: false)`.
  case gauge
  /// `Recorder(aggregate: true)`.
  case recorder
  /// `Timer`.
  case timer

  var metricKind: MetricKind {
    switch self {
    case .counter: .counter
    case .gauge: .gauge
    case .recorder, .timer: .histogram
    }
  }
}
