import CellConformance
import CellContract
import ProblemDetails
import Synchronization

/// The lock cell with problem documents of its own that have one fault.
struct ReportingBackend: OverLockCell, ProblemReporting {
  enum Fault: String, CaseIterable {
    case text = "problem-as-text"
    case repeatsMember = "problem-repeats-member"
    case statusAsString = "problem-status-as-string"
    case withoutType = "problem-without-type"
    case status200 = "problem-status-200"
    case titleVaries = "problem-title-varies"
    case instanceFixed = "problem-instance-fixed"
    case oneType = "problem-one-type-for-all"
    case extensionName = "problem-extension-name"
    case nullMember = "problem-null-member"
    case leaksCause = "problem-leaks-cause"
  }

  let fault: Fault
  let inner = LockBackend()
  private static let occurrences = Atomic<Int>(0)

  var manifest: BackendManifest { BackendManifest(name: "lock/\(fault.rawValue)", capabilities: [.problems]) }

  func problem(for error: any Error) -> [UInt8] {
    let number = Self.occurrences.add(1, ordering: .relaxed).newValue
    let code = (error as? CellError)?.code.rawValue ?? "internal"
    var members: [String: ProblemValue] = [
      "type": .string("/problems/\(code)"), "title": .string(code), "status": 503,
      "instance": .string("urn:occurrence:\(number)"), "detail": "the runtime is not available",
    ]
    switch fault {
    case .text: return Array("\(error)".utf8)
    case .repeatsMember:
      return Array(ProblemValue.object(members).json.dropLast().utf8) + Array(#","status":503}"#.utf8)
    case .statusAsString: members["status"] = "503"
    case .withoutType: members["type"] = nil
    case .status200: members["status"] = 200
    case .titleVaries: members["title"] = .string("failure \(number)")
    case .instanceFixed: members["instance"] = "/search"
    case .oneType: members["type"] = "/problems/error"
    case .extensionName: members["retry-after"] = 3
    case .nullMember: members["generation"] = .null
    case .leaksCause: members["detail"] = .string("\(error)")
    }
    return Array(ProblemValue.object(members).json.utf8)
  }
}
