import CellConformance
import ProblemDetails

/// What the pages say of one report.
struct Summary {
  let name: String
  let page: ProblemValue

  private var members: [String: ProblemValue] { page.objectValue ?? [:] }

  private func text(_ path: String...) -> String {
    var value = page
    for name in path { value = value.objectValue?[name] ?? .null }
    switch value {
    case .string(let text): return text
    case .integer(let number): return String(number)
    case .number(let number): return String(number)
    default: return ""
    }
  }

  var result: String { text("result") }
  var version: String { text("kit_version") }
  var face: String { text("backend", "face") }
  var mode: String { text("timing", "mode") }
  var seconds: String { text("timing", "seconds") }
  var date: String { text("date") }

  /// Id and verdict of each rule.
  var rules: [(id: String, verdict: String)] {
    (members["rules"]?.arrayValue ?? []).map {
      ($0.objectValue?["id"]?.stringValue ?? "", $0.objectValue?["verdict"]?.stringValue ?? "")
    }
  }

  /// The core, and the abilities beyond it that the backend declares.
  var tier: String {
    guard result == "conformant" else { return "none" }
    let abilities = (members["backend"]?.objectValue?["capabilities"]?.arrayValue ?? []).compactMap(\.stringValue)
    return (["core"] + abilities.filter { $0 != "seeding" }).joined(separator: " + ")
  }

  /// Families of which every rule that applies passed, of families of which any applies.
  var familiesPassed: String {
    let scores = RuleCatalogue.families.keys.map { score(of: [$0]) }.filter { $0 != "-" }
    let whole = scores.count { score in
      let parts = score.split(separator: "/")
      return parts.first == parts.last
    }
    return "\(whole)/\(scores.count)"
  }

  /// Rules passed of rules that apply, over some families.
  func score(of families: Set<Int>) -> String {
    let own = rules.filter { RuleCatalogue.rule($0.id).map { families.contains($0.family) } ?? false }
      .filter { $0.verdict != "unsupported" && $0.verdict != "not-applicable" }
    return own.isEmpty ? "-" : "\(own.count { $0.verdict == "passed" })/\(own.count)"
  }
}
