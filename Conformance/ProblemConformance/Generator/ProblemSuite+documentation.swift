import ProblemDetails

extension ProblemSuite {
  /// What is wrong with what is published about the types, without asking anybody (R10).
  public func findingsInTypes() -> [ProblemFinding] {
    var findings: [ProblemFinding] = []
    var seen: Set<String> = []
    for entry in types {
      func note(_ message: String) { findings.append(ProblemFinding(.documentation, "\(entry.uri): \(message)")) }
      if entry.uri.isEmpty || (try? ProblemDetails(type: entry.uri).validate()) == nil { note("is no URI reference") }
      if !seen.insert(entry.uri).inserted { note("is published twice") }
      if entry.title.isEmpty { note("has no title") }
      if !(400...599).contains(entry.status) { note("has the status \(entry.status), which is no error") }
    }
    return findings
  }

  /// What is wrong with the pages that the types' URIs lead to (R10).
  ///
  /// - Parameter fetch: asks for a URI by GET, as a person would who follows the `type` of a problem.
  public func findingsInPages(_ fetch: (_ uri: String) async throws -> ProblemAnswer) async -> [ProblemFinding] {
    var findings: [ProblemFinding] = []
    for entry in types {
      func note(_ message: String) { findings.append(ProblemFinding(.documentation, "\(entry.uri): \(message)")) }
      do {
        let page = try await fetch(entry.uri)
        guard page.status == 200 else {
          note("the page answers \(page.status)")
          continue
        }
        let text = String(decoding: page.body, as: UTF8.self)
        for (what, part) in [("title", entry.title), ("status", "\(entry.status)"), ("URI", entry.uri)]
        where !text.contains(part) {
          note("the page does not tell the \(what), \"\(part)\"")
        }
      } catch { note("the page cannot be had: \(error)") }
    }
    return findings
  }
}
