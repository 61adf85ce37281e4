import ProblemDetails

extension ParameterReader {
  /// What a weight may be. 0 is left out on purpose: `channels` is how a channel is not asked.
  static let weightRange = 0.001...1000.0

  /// Weights by channel: `bm25:0.5,faiss:2` in a query, an object of numbers in a body.
  mutating func weights(_ name: String, of channels: Set<String>) -> [String: Double]? {
    guard let value = values.removeValue(forKey: name) else { return nil }
    let pairs: [(String, Double?)]
    switch (source, value) {
    case (.query, .string(let text)):
      pairs = text.split(separator: ",", omittingEmptySubsequences: false).map { part in
        let halves = part.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(halves[0]), halves.count > 1 ? Self.decimal(halves[1]) : nil)
      }
    case (.body, .object(let members)): pairs = members.map { ($0.key, Self.number($0.value)) }
    default: pairs = []
    }
    let weights = Dictionary(pairs.map { ($0.0, $0.1 ?? .nan) }) { _, _ in .nan }
    let isUsable = weights.allSatisfy { channels.contains($0.key) && Self.weightRange.contains($0.value) }
    guard !weights.isEmpty, isUsable else {
      let form = source == .query ? "must be like bm25:0.5,faiss:2, each once," : "must be an object"
      let accepted = channels.sorted().joined(separator: ", ")
      fault(name, "\(form) with weights from 0.001 to 1000 for one or more of \(accepted)")
      return nil
    }
    return weights
  }

  /// What a fusion constant may be.
  static let constantRange = 0.001...1000.0

  /// A number in a range: in a query with at most three decimals.
  mutating func number(_ name: String, in range: ClosedRange<Double>) -> Double? {
    guard let value = values.removeValue(forKey: name) else { return nil }
    let number: Double? =
      switch (source, value) {
      case (.query, .string(let text)): Self.decimal(text[...])
      case (.body, _): Self.number(value)
      default: nil
      }
    guard let number, range.contains(number) else {
      let form = source == .query ? " with at most three decimals" : ""
      fault(
        name,
        "must be a number from \(Self.text(range.lowerBound)) to \(Self.text(range.upperBound))\(form)")
      return nil
    }
    return number
  }

  private static func text(_ number: Double) -> String {
    number == number.rounded() ? "\(Int(number))" : "\(number)"
  }

  private static func number(_ value: ProblemValue) -> Double? {
    switch value {
    case .integer(let number): Double(number)
    case .number(let number): number
    default: nil
    }
  }

  /// A number written plainly, with at most three decimals: as the OpenAPI document's pattern has it.
  private static func decimal(_ text: Substring) -> Double? {
    let halves = text.split(separator: ".", omittingEmptySubsequences: false)
    guard halves.count <= 2,
      halves.allSatisfy({ half in !half.isEmpty && half.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      halves[0] == "0" || !halves[0].hasPrefix("0"), halves.count == 1 || halves[1].count <= 3
    else { return nil }
    return Double(text)
  }
}
