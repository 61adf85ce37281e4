import ProblemDetails

/// Checks what a service says when something goes wrong, against RFC 9457 and RFC 9110.
///
/// It knows neither the service nor a test framework: hand it each answer to a request that must fail, in whatever way it was
/// fetched, and record its findings as you record failures.
///
/// ```swift
/// let suite = ProblemSuite(types: published)
/// for answer in answers { #expect(suite.findings(in: answer) == []) }
/// #expect(suite.findings(among: answers) == [])
/// ```
public struct ProblemSuite: Sendable {
  /// How much is asked for.
  public enum Profile: Sendable, Hashable {
    /// What the RFCs say: absent members are legal, unpublished types are somebody else's.
    case standard
    /// And what makes problems dependable: type, title, status and instance are always there, every type is published, answers
    /// are not stored and stay small.
    case strict
  }

  /// How much is asked for.
  public var profile: Profile
  /// What is published about the types.
  public var types: [ProblemTypeEntry]
  /// Texts that no document may hold: paths of the host, the text of an error that a test made underneath.
  public var secrets: [String]
  /// The largest body that a strict profile takes, in bytes.
  public var maximumBytes: Int

  /// A suite.
  public init(
    _ profile: Profile = .strict, types: [ProblemTypeEntry], secrets: [String] = [], maximumBytes: Int = 65_536
  ) {
    self.profile = profile
    self.types = types
    self.secrets = secrets
    self.maximumBytes = maximumBytes
  }

  /// What is wrong with the answer to a request that must fail.
  public func findings(in answer: ProblemAnswer) -> [ProblemFinding] {
    var findings = transport(answer)
    // The answer to HEAD is told by its header fields alone.
    guard answer.method != "HEAD" else { return findings }
    switch Self.members(answer) {
    case .success(let members): findings += document(members, in: answer)
    case .failure(let finding): findings.append(finding)
    }
    return findings
  }

  /// What is wrong among answers that may each be right: a title that differs within a type, an instance that comes twice.
  public func findings(among answers: [ProblemAnswer]) -> [ProblemFinding] {
    var findings: [ProblemFinding] = []
    var titles: [String: (title: String, answer: ProblemAnswer)] = [:]
    var instances: [String: ProblemAnswer] = [:]
    for answer in answers where answer.method != "HEAD" {
      guard case .success(let members) = Self.members(answer) else { continue }
      if let type = members["type"]?.stringValue, let title = members["title"]?.stringValue {
        if let first = titles[type], first.title != title, type != ProblemDetails.aboutBlank {
          findings.append(
            ProblemFinding(
              .title,
              "\(type) has the title \"\(first.title)\" in \(first.answer.name) and \"\(title)\" in \(answer.name)"))
        }
        titles[type] = titles[type] ?? (title, answer)
      }
      if let instance = members["instance"]?.stringValue {
        if let first = instances[instance] {
          findings.append(
            ProblemFinding(.instance, "the instance \(instance) is that of \(first.name) and of \(answer.name)"))
        }
        instances[instance] = answer
      }
    }
    return findings
  }

  /// The members of the document.
  private static func members(_ answer: ProblemAnswer) -> Result<[String: ProblemValue], MembersError> {
    do {
      guard let members = try ProblemValue(json: answer.body).objectValue else {
        return .failure(ProblemFinding(.object, "\(answer.name): the body is JSON, but no object"))
      }
      return .success(members)
    } catch {
      return .failure(ProblemFinding(.object, "\(answer.name): the body is no JSON object: \(error)"))
    }
  }

  private typealias MembersError = ProblemFinding
}

extension ProblemFinding: Error {}
