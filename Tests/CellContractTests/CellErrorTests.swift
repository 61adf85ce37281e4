import CellContract
import Testing

@Suite struct CellErrorTests {
  @Test func `errors are equal when their codes are`() {
    let one = CellError(.closed, cell: "a", message: "one")
    #expect(one == CellError(.closed, cell: "b", message: "two", generation: CellGeneration(3)))
    #expect(one != CellError(.shutDown, cell: "a", message: "one"))
  }

  @Test func `a code matches any error that carries it in a catch clause`() {
    func thrower() throws { throw CellError(.draining, cell: "a", message: "busy") }
    do {
      try thrower()
      Issue.record("nothing was thrown")
    } catch CellError.Code.closed {
      Issue.record("the wrong clause matched")
    } catch CellError.Code.draining {
    } catch {
      Issue.record("no clause matched \(error)")
    }
  }

  @Test func `codes are stable strings with one slug each`() {
    let codes: [CellError.Code] = [
      .initializationFailed, .coolingDown, .failed, .initDeadlineExceeded, .warmingUp, .reentrant, .closed,
      .deadlineExceeded, .draining, .alreadyInitialized, .initializing, .seedNotAllowed, .swapFailed, .swapNotAllowed,
      .swapInProgress, .shutDown, .closeIncomplete, .disposeFailed, .wouldBlockTask, .threadsUnavailable, .empty,
      .overloaded, .notAdmitted, .tooLarge, .duplicateName, .unknownCell, .invalidArgument,
    ]
    #expect(Set(codes).count == codes.count)
    for code in codes {
      let slug = code.rawValue.dropFirst("cell.".count)
      #expect(code.rawValue.hasPrefix("cell."))
      #expect(slug.allSatisfy { $0.isLowercase || $0 == "-" }, "\(code)")
    }
  }

  @Test func `the description tells the cause and the other errors`() {
    let error = CellError(
      .closeIncomplete, cell: "", message: "Two cells stayed open.",
      underlying: CellError(.empty, cell: "x", message: "cause here"),
      others: [CellError(.deadlineExceeded, cell: "a", message: "a was held")])
    #expect(error.description.contains("Two cells stayed open."))
    #expect(error.description.contains("cause here"))
    #expect(error.description.contains("a was held"))
  }
}
