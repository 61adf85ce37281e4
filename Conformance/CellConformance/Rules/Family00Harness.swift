extension RuleCatalogue {
  static let harness: [Rule] = [
    Rule(
      "CELL-0.01", .must, "The kit finds the fault of its own broken cell in this very run",
      spec: "A run in which the canary of the backend's face is not caught says nothing about the backend.",
      why: "A suite that silently does not run, or runs in a build that hides faults, looks exactly like a green one.",
      check: "This is a fault of the kit or of the build, not of the backend: report it with the toolchain's version.",
      kills: [.init("canary-is-sound", .canaryMissed)]
    ) { stage in try Canary.check(stage) },

    Rule(
      "CELL-0.02", .must, "The manifest declares exactly the abilities whose protocols are there",
      spec: "A backend MUST declare an ability if and only if it conforms to that ability's protocol.",
      why: "An ability that is declared and missing, or there and undeclared, would be skipped in silence.",
      check: "Compare `manifest.capabilities` with the protocols that the backend type conforms to.",
      kills: [
        .init("declares-missing-capability", .capabilityMismatch), .init("hides-capability", .capabilityMismatch),
      ]
    ) { stage in
      let checkable = Set(Capability.allCases).subtracting(Capability.withoutProtocol)
      let declared = stage.subject.manifest.capabilities.intersection(checkable)
      let missing = declared.subtracting(stage.subject.conformances).map(\.rawValue).sorted()
      let hidden = stage.subject.conformances.subtracting(declared).map(\.rawValue).sorted()
      try stage.expect(
        missing.isEmpty, .capabilityMismatch, "declared without its protocol: \(missing.joined(separator: ", "))")
      try stage.expect(
        hidden.isEmpty, .capabilityMismatch, "there but not declared: \(hidden.joined(separator: ", "))")
    },

    Rule(
      "CELL-0.03", .must, "A new cell is empty",
      spec: "A cell that was just made MUST hold no payload and MUST NOT have called any factory.",
      why: "Laziness is the point of a cell; a payload nobody asked for costs memory and start-up time.",
      check: "Does the constructor share state between cells, for example a static variable?",
      kills: [.init("shares-payload-between-cells", .phantomValue)]
    ) { stage in
      let other = try stage.cell("other")
      try stage.payload(try other.get(), of: "getOrInitialize")
      let cell = try stage.cell()
      let seen = try cell.peek()
      try stage.expect(
        seen == nil, .phantomValue, "a new cell shows payload #\(seen ?? 0), which was made for another cell")
    },

    Rule(
      "CELL-0.04", .must, "Cells are independent of each other",
      spec: "What happens to one cell MUST NOT change another.",
      why: "Two models in one process must not close each other.",
      check: "Look for state keyed by nothing, or by a name that two cells may share.",
      kills: [.init("close-closes-all", .wrongState), .init("failure-spreads-to-others", .wrongState)]
    ) { stage in
      let first = try stage.cell("first")
      let second = try stage.cell("second")
      let kept = try stage.payload(try first.get(), of: "getOrInitialize of the first cell")
      try stage.payload(try second.get(), of: "getOrInitialize of the second cell")
      try stage.success(try second.close(), of: "close() of the second cell")
      let seen = try first.peek()
      try stage.expect(
        seen == kept, .wrongState,
        "closing the second cell left the first with \(seen.map { "#\($0)" } ?? "nothing"), not #\(kept)")
      let third = try stage.cell("third")
      _ = try second.get(.init(fails: true))
      let made = try third.get()
      try stage.expect(
        made.serial != nil, .wrongState, "after a failure of the second cell getOrInitialize of the third \(made)")
    },
  ]
}
