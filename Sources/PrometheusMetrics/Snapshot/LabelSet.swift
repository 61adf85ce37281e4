/// The labels of one series: names in the family's order, and a value for each.
public struct LabelSet: Sendable, Hashable {
  /// The names, as the family's descriptor has them.
  public let names: [String]
  /// The values, in the same order. Any text; two that Swift holds for equal, such as é in one code point and in two, are one.
  public let values: [String]
  /// `cell="faiss",status="success"`: written once, copied by every scrape.
  let text: [UInt8]

  /// `names` and `values` have the same length.
  init(names: [String], values: [String]) {
    self.names = names
    self.values = values
    var text: [UInt8] = []
    for (name, value) in zip(names, values) {
      if !text.isEmpty { text.append(UInt8(ascii: ",")) }
      text.append(contentsOf: name.utf8)
      text.append(contentsOf: "=\"".utf8)
      Escaping.append(value, escapingQuotes: true, to: &text)
      text.append(UInt8(ascii: "\""))
    }
    self.text = text
  }

  /// The value of a label.
  public subscript(name: String) -> String? {
    names.firstIndex(of: name).map { values[$0] }
  }

  /// Compares names and values.
  public static func == (left: Self, right: Self) -> Bool { left.values == right.values && left.names == right.names }

  /// Hashes names and values.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(names)
    hasher.combine(values)
  }
}
