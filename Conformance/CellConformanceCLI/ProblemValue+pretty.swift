import ProblemDetails

extension ProblemValue {
  /// JSON with one member a line, so that a committed file's changes can be read.
  var pretty: String { pretty("") }

  private func pretty(_ indent: String) -> String {
    let deeper = indent + "  "
    switch self {
    case .array(let items) where !items.isEmpty:
      return "[\n" + items.map { deeper + $0.pretty(deeper) }.joined(separator: ",\n") + "\n\(indent)]"
    case .object(let members) where !members.isEmpty:
      let lines = members.sorted { $0.key < $1.key }.map {
        "\(deeper)\(ProblemValue.string($0.key).json): \($0.value.pretty(deeper))"
      }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
    default: return json
    }
  }
}
