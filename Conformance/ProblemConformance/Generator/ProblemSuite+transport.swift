import ProblemDetails

extension ProblemSuite {
  /// R1 and R11: what the answer is beside its body.
  func transport(_ answer: ProblemAnswer) -> [ProblemFinding] {
    var findings: [ProblemFinding] = []
    func note(_ rule: ProblemRule, _ message: String) {
      findings.append(ProblemFinding(rule, "\(answer.name): \(message)"))
    }
    guard (400...599).contains(answer.status) else {
      note(.transport, "a problem with the status \(answer.status); only errors are problems")
      return findings
    }
    let type = answer["Content-Type"]
    if type?.lowercased() != ProblemDetails.mediaType {
      note(.object, "the media type is \(type.map { "\"\($0)\"" } ?? "missing"), not \(ProblemDetails.mediaType)")
    }
    if answer.method == "HEAD", !answer.body.isEmpty { note(.transport, "the answer to HEAD has a body") }
    switch answer.status {
    case 401 where answer["WWW-Authenticate"] == nil: note(.transport, "401 without WWW-Authenticate")
    case 405:
      guard let allowed = answer["Allow"] else {
        note(.transport, "405 without Allow")
        break
      }
      let methods = allowed.split(separator: ",").map { $0.drop { $0 == " " } }
      if methods.contains(where: { $0 == answer.method }) {
        note(.transport, "405 for a method that Allow names: \(allowed)")
      }
    case 429, 503:
      guard let wait = answer["Retry-After"] else {
        note(.transport, "\(answer.status) without Retry-After")
        break
      }
      if UInt64(wait) == nil, !wait.hasSuffix(" GMT") {
        note(.transport, "Retry-After is \"\(wait)\", neither whole seconds nor a date")
      }
    default: break
    }
    guard profile == .strict else { return findings }
    if answer["Cache-Control"]?.lowercased().contains("no-store") != true {
      note(.transport, "the answer may be stored: Cache-Control is not no-store")
    }
    if answer.body.count > maximumBytes {
      note(.transport, "the body has \(answer.body.count) bytes; \(maximumBytes) are enough to tell a problem")
    }
    return findings
  }
}
