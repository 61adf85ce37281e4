import ProblemDetails

/// Checks how a program reads problems (C1 to C4).
public struct ProblemConsumerSuite: Sendable {
  /// The address that the answers claim to come from; relative types are resolved against it.
  public var address: String

  /// A suite whose answers come from `address`, an absolute http URL with a path.
  public init(address: String = "http://service.example:8080/api/search?q=a") { self.address = address }

  /// What is wrong with how `consumer` reads.
  public func findings(in consumer: some ProblemConsumer) async -> [ProblemFinding] {
    var findings = await illTyped(consumer)
    findings += await unknown(consumer)
    findings += await identity(consumer)
    findings += await status(consumer)
    let fetches = await consumer.fetches
    if fetches > 0 { findings.append(ProblemFinding(.identity, "reading problems led to \(fetches) further requests")) }
    return findings
  }

  static let sound: [String: ProblemValue] = [
    "type": "/problems/out-of-credit", "title": "Out of credit", "status": 403, "detail": "The balance is 30.",
    "instance": "urn:uuid:0b8f9a1e-2d3c-4b5a-8f6e-7d8c9b0a1f2e",
  ]

  /// Hands a document over, and notes when the reader gives up on it.
  private func read(
    _ members: [String: ProblemValue], status: Int = 403, by consumer: some ProblemConsumer, _ rule: ProblemRule,
    _ what: String, _ findings: inout [ProblemFinding]
  ) async -> ProblemReading? {
    let answer = ProblemAnswer(
      target: address, status: status, headers: [.init("Content-Type", ProblemDetails.mediaType)],
      body: Array(ProblemValue.object(members).json.utf8))
    do {
      if let reading = try await consumer.read(answer) { return reading }
      findings.append(ProblemFinding(rule, "\(what): the answer was taken for no problem"))
    } catch {
      findings.append(ProblemFinding(rule, "\(what): the reader gave up: \(error)"))
    }
    return nil
  }

  // MARK: - C1

  private func illTyped(_ consumer: some ProblemConsumer) async -> [ProblemFinding] {
    var findings: [ProblemFinding] = []
    let wrong: [ProblemValue] = [.null, true, 4.5, [], ["a"], [:], ["type": "/problems/other"]]
    for name in ["type", "title", "status", "detail", "instance"] {
      for value in wrong + [name == "status" ? "403" : 403] {
        var members = Self.sound
        members[name] = value
        let what = "with \"\(name)\": \(value.json)"
        var absent = members
        absent[name] = nil
        guard let reading = await read(members, by: consumer, .illTyped, what, &findings),
          let expected = await read(absent, by: consumer, .illTyped, "without \"\(name)\"", &findings)
        else { continue }
        if reading != expected {
          findings.append(ProblemFinding(.illTyped, "\(what) is read otherwise than without it: \(reading)"))
        }
      }
    }
    return findings
  }

  // MARK: - C2

  private func unknown(_ consumer: some ProblemConsumer) async -> [ProblemFinding] {
    var findings: [ProblemFinding] = []
    let extras: [(String, ProblemValue)] = [
      ("balance", 30), ("accounts", ["/1", "/2"]), ("nested", ["type": "/problems/other", "status": 500]),
      ("a-b", .null), ("x", true), ("Type", "/problems/other"), ("errors", [["detail": 7]]), ("", "nameless"),
    ]
    guard let plain = await read(Self.sound, by: consumer, .unknown, "a plain problem", &findings) else {
      return findings
    }
    for (name, value) in extras {
      var members = Self.sound
      members[name] = value
      let reading = await read(members, by: consumer, .unknown, "with the further member \"\(name)\"", &findings)
      if let reading, reading != plain {
        findings.append(ProblemFinding(.unknown, "the further member \"\(name)\" changes the reading to \(reading)"))
      }
    }
    return findings
  }

  // MARK: - C3

  private func identity(_ consumer: some ProblemConsumer) async -> [ProblemFinding] {
    var findings: [ProblemFinding] = []
    func identity(_ change: [String: ProblemValue?], _ what: String) async -> String? {
      var members = Self.sound
      for (name, value) in change { members[name] = value }
      return await read(members, by: consumer, .identity, what, &findings)?.identity
    }
    let relative = await identity([:], "a relative type")
    for (type, resolved) in resolutions {
      let found = await identity(["type": .string(type)], "the type \"\(type)\"")
      if let found, found != resolved {
        findings.append(
          ProblemFinding(.identity, "the type \"\(type)\" of \(address) is taken for \"\(found)\", not \"\(resolved)\"")
        )
      }
    }
    let others: [(String, [String: ProblemValue?])] = [
      ("another title", ["title": "Kein Guthaben"]),
      ("another detail", ["detail": "type: /problems/other; https://example.com/problems/other; error 500"]),
      ("another status", ["status": 402]), ("another instance", ["instance": "/problems/other"]),
      ("no title", ["title": nil]),
    ]
    for (what, change) in others {
      let found = await identity(change, what)
      if let found, let relative, found != relative {
        findings.append(ProblemFinding(.identity, "with \(what) the problem is taken for \"\(found)\""))
      }
    }
    let blank = await identity(["type": "about:blank"], "about:blank")
    let absent = await identity(["type": nil], "no type")
    if let blank, let absent, blank != absent {
      findings.append(ProblemFinding(.identity, "no type is taken for \"\(absent)\", about:blank for \"\(blank)\""))
    }
    return findings
  }

  /// Types, and what they are at ``address`` (RFC 3986 section 5.2).
  private var resolutions: [(type: String, resolved: String)] {
    let scheme = address.prefix { $0 != ":" }
    let rest = address.dropFirst(scheme.count + 3)
    let host = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let origin = "\(scheme)://\(host)"
    let path = rest.dropFirst(host.count).prefix { $0 != "?" && $0 != "#" }
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "/"
    return [
      ("/problems/out-of-credit", origin + "/problems/out-of-credit"),
      ("out-of-credit", origin + folder + "out-of-credit"),
      ("//other.example/p", "\(scheme)://other.example/p"),
      ("https://other.example/problems/out-of-credit", "https://other.example/problems/out-of-credit"),
      ("urn:example:out-of-credit", "urn:example:out-of-credit"), ("tag:a@b.example,2026:p", "tag:a@b.example,2026:p"),
    ]
  }

  // MARK: - C4

  private func status(_ consumer: some ProblemConsumer) async -> [ProblemFinding] {
    var findings: [ProblemFinding] = []
    let told: [ProblemValue?] = [403, nil, 200, 503, 999, "403"]
    for (answered, member) in [403, 503].flatMap({ status in told.map { (status, $0) } }) {
      var members = Self.sound
      members["status"] = member
      let what = "the status \(answered) with the member \(member?.json ?? "missing")"
      guard let reading = await read(members, status: answered, by: consumer, .transportStatus, what, &findings) else {
        continue
      }
      if reading.status != answered {
        findings.append(ProblemFinding(.transportStatus, "\(what) is acted on as \(reading.status)"))
      }
    }
    return findings
  }
}
