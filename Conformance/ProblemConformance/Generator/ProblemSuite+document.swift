import ProblemDetails

extension ProblemSuite {
  /// R2 to R10: what the document says.
  func document(_ members: [String: ProblemValue], in answer: ProblemAnswer) -> [ProblemFinding] {
    var notes = Notes(answer: answer)
    checkType(members, &notes)
    checkStatus(members, &notes)
    checkTitle(members, &notes)
    checkDetail(members, &notes)
    checkInstance(members, &notes)
    checkExtensions(members, &notes)
    checkSeveral(members, &notes)
    return notes.findings
  }

  /// Findings on one answer.
  struct Notes {
    let answer: ProblemAnswer
    var findings: [ProblemFinding] = []

    mutating func add(_ rule: ProblemRule, _ message: String) {
      findings.append(ProblemFinding(rule, "\(answer.name): \(message)"))
    }

    /// The string of a member; a member of another type is a finding, and so is an absent one that is wanted.
    mutating func text(_ members: [String: ProblemValue], _ name: String, _ rule: ProblemRule, isWanted: Bool)
      -> String?
    {
      guard let value = members[name] else {
        if isWanted { add(rule, "there is no \"\(name)\"") }
        return nil
      }
      guard let text = value.stringValue else {
        add(rule, "\"\(name)\" is no string")
        return nil
      }
      if text.isEmpty { add(rule, "\"\(name)\" is empty") }
      return text
    }
  }

  private var isStrict: Bool { profile == .strict }

  private func checkType(_ members: [String: ProblemValue], _ notes: inout Notes) {
    guard let type = notes.text(members, "type", .type, isWanted: isStrict), !type.isEmpty else { return }
    guard (try? ProblemDetails(type: type).validate()) != nil else {
      return notes.add(.type, "the type \"\(type)\" is no URI reference")
    }
    if !type.hasPrefix("/"), !Self.hasScheme(type) {
      notes.add(
        .type, "the type \"\(type)\" is relative and has not its full path: what it means depends on the address")
    }
    guard type != ProblemDetails.aboutBlank else {
      if isStrict { notes.add(.type, "the type is about:blank, which tells no more than the status") }
      return
    }
    guard let entry = types.first(where: { $0.uri == type }) else {
      if isStrict { notes.add(.documentation, "the type \"\(type)\" is not among the published ones") }
      return
    }
    if let title = members["title"]?.stringValue, title != entry.title {
      notes.add(.title, "the title is \"\(title)\"; that of \(type) is \"\(entry.title)\"")
    }
    if notes.answer.status != entry.status {
      notes.add(.documentation, "\(type) is published with the status \(entry.status)")
    }
  }

  private static func hasScheme(_ text: String) -> Bool {
    guard let colon = text.firstIndex(of: ":"), let first = text.first, first.isLetter else { return false }
    return text[..<colon].allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
  }

  private func checkStatus(_ members: [String: ProblemValue], _ notes: inout Notes) {
    guard let value = members["status"] else {
      if isStrict { notes.add(.status, "there is no \"status\"") }
      return
    }
    guard let status = value.integerValue else { return notes.add(.status, "\"status\" is no whole number") }
    guard (100...599).contains(status) else { return notes.add(.status, "the status \(status) is none of HTTP") }
    if status != notes.answer.status { notes.add(.status, "the member says \(status), the answer is another") }
  }

  private func checkTitle(_ members: [String: ProblemValue], _ notes: inout Notes) {
    guard let title = notes.text(members, "title", .title, isWanted: isStrict) else { return }
    // In the strict profile a type that is missing, or none, is a finding of its own already.
    let type = members["type"]?.stringValue ?? (isStrict ? "" : ProblemDetails.aboutBlank)
    guard type == ProblemDetails.aboutBlank, let phrase = StatusPhrase.of(notes.answer.status) else { return }
    if title != phrase { notes.add(.blank, "the type says nothing and the title is \"\(title)\", not \"\(phrase)\"") }
  }

  private func checkDetail(_ members: [String: ProblemValue], _ notes: inout Notes) {
    _ = notes.text(members, "detail", .detail, isWanted: false)
    let text = ProblemValue.object(members).json
    for secret in secrets where text.contains(secret) { notes.add(.detail, "the document holds \"\(secret)\"") }
    let marks = ["Fatal error", "Traceback (most recent", "SELECT ", "INSERT INTO", ".swift:", " at 0x", "0x00"]
    for mark in marks where text.contains(mark) { notes.add(.detail, "the document looks like debugging: \"\(mark)\"") }
    let folders = ["/home/", "/root/", "/usr/", "/var/", "/etc/", "/tmp/", "/private/"]
    guard let detail = members["detail"]?.stringValue else { return }
    for folder in folders where detail.contains(folder) {
      notes.add(.detail, "the detail names a path of the host: \"\(folder)…\"")
    }
  }

  private func checkInstance(_ members: [String: ProblemValue], _ notes: inout Notes) {
    guard let instance = notes.text(members, "instance", .instance, isWanted: isStrict), !instance.isEmpty else {
      return
    }
    if (try? ProblemDetails(instance: instance).validate()) == nil {
      notes.add(.instance, "the instance \"\(instance)\" is no URI reference")
    }
    let target = notes.answer.target
    let path = target.prefix { $0 != "?" && $0 != "#" }
    if [target[...], path, Self.path(of: path)].contains(instance[...]) {
      notes.add(.instance, "the instance is where the request went, which every occurrence there shares")
    }
  }

  /// The path of a whole URL; the text itself when it is a path.
  private static func path(of url: Substring) -> Substring {
    guard let host = url.firstRange(of: "://") else { return url }
    return url[host.upperBound...].drop { $0 != "/" }
  }
}
