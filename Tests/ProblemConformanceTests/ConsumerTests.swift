import ProblemConformance
import ProblemDetails
import Testing

/// How problems are read: our own reader, and readers with one fault each, which must be caught.
@Suite struct ConsumerTests {
  /// What our clients use.
  struct OurReader: ProblemConsumer {
    func read(_ answer: ProblemAnswer) async throws -> ProblemReading? {
      let problem = try ProblemDetails(decoding: answer.body, answered: answer.status, at: answer.target)
      return ProblemReading(
        identity: problem.identity(at: answer.target), status: problem.status ?? 0, title: problem.title,
        detail: problem.detail, instance: problem.instance)
    }
  }

  /// Our reader with one fault.
  struct BrokenReader: ProblemConsumer {
    enum Fault: String, CaseIterable {
      case wantsTypes = "gives up on a member of the wrong type"
      case writesTypes = "turns a member of the wrong type into text"
      case wantsKnown = "gives up on members that it does not know"
      case anyCase = "takes Type for type"
      case typeAsItCame = "does not resolve the type"
      case titleDecides = "decides by the title"
      case parsesDetail = "looks for addresses in the detail"
      case blankDiffers = "takes no type for another than about:blank"
      case fetchesType = "asks for the type's page"
      case memberStatus = "acts on the member status"
      case wantsStatus = "takes a problem without status for none"

      var rule: String {
        switch self {
        case .wantsTypes, .writesTypes: "C1"
        case .wantsKnown, .anyCase: "C2"
        case .typeAsItCame, .titleDecides, .parsesDetail, .blankDiffers, .fetchesType: "C3"
        case .memberStatus, .wantsStatus: "C4"
        }
      }
    }

    struct GaveUp: Error {}

    let fault: Fault

    var fetches: Int { get async { fault == .fetchesType ? 1 : 0 } }

    func read(_ answer: ProblemAnswer) async throws -> ProblemReading? {
      let members = try ProblemValue(json: answer.body).objectValue ?? [:]
      guard var reading = try await OurReader().read(answer) else { return nil }
      switch fault {
      case .wantsTypes:
        for name in ["type", "title", "detail", "instance"] {
          if let value = members[name], value.stringValue == nil { throw GaveUp() }
        }
      case .writesTypes: reading.detail = members["detail"].map { $0.stringValue ?? $0.json }
      case .wantsKnown: if !Set(members.keys).isSubset(of: ProblemDetails.reservedMembers) { throw GaveUp() }
      case .anyCase: reading.identity = members["Type"]?.stringValue ?? reading.identity
      case .typeAsItCame: reading.identity = members["type"]?.stringValue ?? ProblemDetails.aboutBlank
      case .titleDecides: reading.identity = members["title"]?.stringValue ?? reading.identity
      case .parsesDetail:
        if members["detail"]?.stringValue?.contains("https://") == true { reading.identity = "other" }
      case .blankDiffers: if members["type"] == nil { reading.identity = "unknown" }
      case .fetchesType: break
      case .memberStatus:
        reading.status = members["status"]?.integerValue.flatMap { Int(exactly: $0) } ?? reading.status
      case .wantsStatus: if members["status"] == nil { return nil }
      }
      return reading
    }
  }

  @Test(arguments: ["http://service.example:8080/api/search?q=a", "https://service.example/", "http://h/a/b/c#d"])
  func `our reader reads as RFC 9457 asks`(address: String) async {
    let findings = await ProblemConsumerSuite(address: address).findings(in: OurReader())
    #expect(findings == [])
  }

  @Test(arguments: BrokenReader.Fault.allCases)
  func `a broken reader is caught by its rule`(fault: BrokenReader.Fault) async {
    let found = await ProblemConsumerSuite().findings(in: BrokenReader(fault: fault))
    #expect(found.contains { $0.rule.id == fault.rule }, "\(found)")
  }

  @Test func `every rule about readers has a broken reader`() {
    #expect(Set(BrokenReader.Fault.allCases.map(\.rule)) == ["C1", "C2", "C3", "C4"])
  }
}
