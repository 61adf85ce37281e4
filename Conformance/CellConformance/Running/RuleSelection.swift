extension Sequence<Rule> {
  /// The rules that `patterns` names, all of them when it is empty: ids separated by commas, `*` at an end for any rest.
  package func selected(by patterns: String) -> [Rule] {
    let patterns = patterns.split(separator: ",")
    return filter { rule in
      patterns.isEmpty
        || patterns.contains { $0.last == "*" ? rule.id.hasPrefix($0.dropLast()) : rule.id == $0 }
    }
  }
}
