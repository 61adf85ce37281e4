import CellContract
import ProblemDetails

extension RuleCatalogue {
  /// One fault that a backend was made to tell, and the document that it told it by.
  struct ReportedFault {
    let name: String
    /// What it calls for: faults of the same action may share a type.
    let action: String
    let document: [UInt8]
    let secret: String
  }

  /// Provokes errors, and asks for each one's document.
  private static func faults(_ stage: Stage) throws -> [ReportedFault] {
    try stage.provokedFaults().map { fault in
      // Whichever of the cell's deadlines passed, a client can only allow more time or come again.
      let code = fault.failure.code == .initDeadlineExceeded ? .deadlineExceeded : fault.failure.code
      return ReportedFault(
        name: fault.name, action: code?.rawValue ?? fault.name,
        document: stage.subject.problem(for: fault.failure.error), secret: "failed on purpose")
    }
  }

  private static func object(_ stage: Stage, _ fault: ReportedFault) throws -> [String: ProblemValue] {
    do {
      guard let object = try ProblemValue(json: fault.document).objectValue else {
        throw KitError("the document is not an object")
      }
      return object
    } catch {
      throw StageStop.failed(Finding(.malformedProblem, "the document for \(fault.name) is no JSON object: \(error)"))
    }
  }

  private static func each(_ stage: Stage, _ body: (ReportedFault, [String: ProblemValue]) throws -> Void) throws {
    for fault in try faults(stage) { try body(fault, try object(stage, fault)) }
  }

  static let problems: [Rule] = [
    Rule(
      "CELL-8.01", .must, "An error is told as one JSON object",
      spec: "A problem document MUST be one JSON object (RFC 8259) in which no member appears twice.",
      why: "RFC 9457 section 3; parsers disagree on what a repeated member means.",
      check: "Is the document put together from text?",
      kills: [.init("problem-as-text", .malformedProblem), .init("problem-repeats-member", .malformedProblem)]
    ) { stage in try each(stage) { _, _ in } },

    Rule(
      "CELL-8.02", .must, "The five members have their types",
      spec: "type, title, detail and instance MUST be strings and status a number, where they are there.",
      why: "RFC 9457 section 3.1: a member of another type counts as absent.",
      check: "Is the status written as a string?",
      kills: [.init("problem-status-as-string", .malformedProblem)]
    ) { stage in
      try each(stage) { fault, members in
        for name in ["type", "title", "detail", "instance"] {
          if let value = members[name] {
            try stage.expect(value.stringValue != nil, .malformedProblem, "\(fault.name): \"\(name)\" is no string")
          }
        }
        if let status = members["status"] {
          try stage.expect(
            status.integerValue != nil, .malformedProblem, "\(fault.name): \"status\" is no whole number")
        }
      }
    },

    Rule(
      "CELL-8.03", .must, "type, title and a status of 400 to 599 are there",
      spec: "A problem document MUST have a type that is a URI reference, a title, and a status from 400 to 599.",
      why: "RFC 9457 leaves them optional; clients of this contract decide by the type and the status.",
      check: "Does every error have an entry in the catalogue of problem types?",
      kills: [
        .init("problem-without-type", .malformedProblem), .init("problem-status-200", .malformedProblem),
        .init("problem-swap-without-type", .malformedProblem),
      ]
    ) { stage in
      try each(stage) { fault, members in
        let type = members["type"]?.stringValue ?? ""
        try stage.expect(
          !type.isEmpty && type != ProblemDetails.aboutBlank, .malformedProblem,
          "\(fault.name): the type is \"\(type)\"")
        let isReference = (try? ProblemDetails(type: type, status: 500).validate()) != nil
        try stage.expect(isReference, .malformedProblem, "\(fault.name): \"\(type)\" is no URI reference")
        try stage.expect(members["title"]?.stringValue?.isEmpty == false, .malformedProblem, "\(fault.name): no title")
        let status = members["status"]?.integerValue ?? 0
        try stage.expect((400...599).contains(status), .malformedProblem, "\(fault.name): the status is \(status)")
      }
    },

    Rule(
      "CELL-8.04", .must, "The same fault has the same type, title and status, and each time its own instance",
      spec: "Two occurrences of one fault MUST agree in type, title and status and MUST differ in instance.",
      why: "RFC 9457 sections 3.1.3 and 3.1.5: the title belongs to the type, the instance to the occurrence.",
      check: "Does the title carry the cell's name, or is the instance the request's path?",
      kills: [
        .init("problem-title-varies", .malformedProblem), .init("problem-instance-fixed", .malformedProblem),
        .init("problem-shutdown-instance-fixed", .malformedProblem),
      ]
    ) { stage in
      let first = try faults(stage)
      let second = try faults(stage)
      for (one, other) in zip(first, second) {
        let (left, right) = (try object(stage, one), try object(stage, other))
        for name in ["type", "title", "status"] {
          try stage.expect(
            left[name] == right[name], .malformedProblem, "\(one.name) twice: \"\(name)\" differs between occurrences")
        }
        let instances = [left["instance"], right["instance"]]
        try stage.expect(
          instances[0] != nil && instances[0] != instances[1], .malformedProblem,
          "\(one.name) twice: the instance does not tell the occurrences apart")
      }
    },

    Rule(
      "CELL-8.05", .must, "Different faults have different types",
      spec: "Faults that call for different action MUST have different types; deadlines of a cell may share one.",
      why: "A client that cannot tell a closed cell from a failed one cannot act.",
      check: "Do all errors fall into one catch-all type?",
      kills: [
        .init("problem-one-type-for-all", .malformedProblem), .init("problem-overload-as-deadline", .malformedProblem),
      ]
    ) { stage in
      var seen: [String: ReportedFault] = [:]
      try each(stage) { fault, members in
        let type = members["type"]?.stringValue ?? ""
        let twin = seen[type]
        try stage.expect(
          twin == nil || twin?.action == fault.action, .malformedProblem,
          "\(fault.name) and \(twin?.name ?? "") have the same type \"\(type)\"")
        seen[type] = fault
      }
    },

    Rule(
      "CELL-8.06", .must, "Further members have legal names and no nulls",
      spec: "Extension names MUST be three or more of A-Z, a-z, 0-9 and _, a letter first; no member MUST be null.",
      why: "RFC 9457 section 3.2, so that every language can name them.",
      check: "Are there names with a hyphen, or optional values written as null?",
      kills: [.init("problem-extension-name", .malformedProblem), .init("problem-null-member", .malformedProblem)]
    ) { stage in
      try each(stage) { fault, members in
        for (name, value) in members {
          try stage.expect(value != .null, .malformedProblem, "\(fault.name): \"\(name)\" is null")
          guard !ProblemDetails.reservedMembers.contains(name) else { continue }
          try stage.expect(
            ExtensionName.isValid(name), .malformedProblem, "\(fault.name): \"\(name)\" is no extension name")
        }
      }
    },

    Rule(
      "CELL-8.07", .must, "A server fault tells nothing of the inside",
      spec: "A document with a status of 500 or more MUST NOT carry the text of the error underneath.",
      why: "RFC 9457 section 5: such texts hold paths, queries and names of hosts.",
      check: "Is the description of `underlying` part of the detail?",
      kills: [.init("problem-leaks-cause", .leakedDetail), .init("problem-leaks-swap-cause", .leakedDetail)]
    ) { stage in
      try each(stage) { fault, members in
        guard (members["status"]?.integerValue ?? 0) >= 500 else { return }
        let text = ProblemValue.object(members).json
        try stage.expect(
          !text.contains(fault.secret), .leakedDetail,
          "\(fault.name): the document holds the text of the error underneath")
      }
    },
  ]
}
