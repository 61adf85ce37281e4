import ProblemDetails
import Testing

private struct SampleError: ProblemConvertible {
  var problemCode = "cell.cooling-down"
  var problemDetail = "faiss cools down: open /var/x failed"
  var problemExtensions: [String: ProblemValue] = [:]
  var problemCause: (any Error)?
}

private struct ForeignError: Error, CustomStringConvertible {
  let description = "disk on fire"
}

@Suite struct ProblemMappingTests {
  @Test func `An error becomes the problem of its code`() throws {
    let problem = ProblemDetails(
      SampleError(problemExtensions: ["retry_after_seconds": 2.5, "cell": "faiss"]), instance: "urn:x:1")
    #expect(problem.type == "/problems/cell-cooling-down")
    #expect(problem.title == "Runtime cooling down")
    #expect(problem.status == 503)
    #expect(problem.detail == "faiss cools down: open /var/x failed")
    #expect(problem.instance == "urn:x:1")
    #expect(problem.extensions == ["retry_after_seconds": 2.5, "cell": "faiss", "code": "cell.cooling-down"])
    #expect(problem.exitStatus.rawValue == 75)
    #expect(try ProblemDetails(decoding: problem.encoded()) == problem)
  }

  @Test func `Two occurrences differ in their instance alone`() {
    var (first, second) = (ProblemDetails(SampleError()), ProblemDetails(SampleError()))
    #expect(first.instance != second.instance)
    (first.instance, second.instance) = (nil, nil)
    #expect(first == second)
  }

  @Test func `A code without an entry is an internal error that still says its code`() {
    let problem = ProblemDetails(SampleError(problemCode: "cell.of-tomorrow"))
    #expect(problem.type == "/problems/internal-error")
    #expect(problem.status == 500)
    #expect(problem.extensions["code"] == "cell.of-tomorrow")
    #expect(problem.exitStatus.rawValue == 70)
  }

  @Test func `Illegal extensions never keep an error from being told`() throws {
    let error = SampleError(
      problemExtensions: [
        "status": 200, "no-hyphens": 1, "nothing": .null, "rate": .number(.nan), "code": "other", "good": 1,
      ])
    let problem = ProblemDetails(error)
    #expect(problem.extensions == ["good": 1, "code": "cell.cooling-down"])
    #expect(try ProblemDetails(decoding: problem.encoded()) == problem)
  }

  @Test func `Towards clients a server fault shows its type's explanation and nothing of the inside`() {
    let error = SampleError(problemExtensions: ["path": "/var/x", "retry_after_seconds": 1])
    let problem = ProblemDetails(error, redaction: .serverFaults)
    #expect(problem.detail == ProblemType.cellCoolingDown.explanation)
    #expect(problem.extensions == ["code": "cell.cooling-down", "retry_after_seconds": 1])
    let kept = ProblemDetails(error, redaction: .serverFaults(keeping: ["path"]))
    #expect(kept.extensions == ["path": "/var/x"])
  }

  @Test func `A client's own fault is told in full`() {
    let error = SampleError(
      problemCode: "usage", problemDetail: "limit is -1; 1-1000 is", problemExtensions: ["flag": "limit"])
    #expect(
      ProblemDetails(error, instance: "urn:x:1", redaction: .serverFaults) == ProblemDetails(error, instance: "urn:x:1")
    )
  }

  @Test func `Any error can be described`() {
    #expect(ProblemDetails(describing: CancellationError()).type == "/problems/cancelled")
    let foreign = ProblemDetails(describing: ForeignError())
    #expect(foreign.type == "/problems/internal-error")
    #expect(foreign.detail == "disk on fire")
    #expect(ProblemDetails(describing: ForeignError(), redaction: .serverFaults).detail?.contains("fire") == false)
    #expect(ProblemDetails(describing: SampleError()).type == "/problems/cell-cooling-down")
  }

  @Test func `Unwrapping passes by wrappers and stops at the first error that tells more`() {
    let inner = SampleError(problemCause: SampleError(problemCode: "usage"))
    let middle = SampleError(problemCode: "cell.swap-failed", problemCause: inner)
    let outer = SampleError(problemCode: "cell.initialization-failed", problemCause: middle)
    #expect(ProblemDetails(describing: outer).type == "/problems/cell-initialization-failed")
    #expect(ProblemDetails(describing: outer, unwrapping: true).type == "/problems/cell-cooling-down")
  }

  @Test func `Unwrapping keeps the wrapper when the cause has no type of its own`() {
    for cause: any Error in [ForeignError(), SampleError(problemCode: "unheard.of")] {
      let outer = SampleError(problemCode: "cell.initialization-failed", problemCause: cause)
      #expect(ProblemDetails(describing: outer, unwrapping: true).type == "/problems/cell-initialization-failed")
    }
  }

  @Test func `A chain of causes without end is cut`() {
    final class Loop: ProblemConvertible {
      let problemCode = "cell.initialization-failed"
      let problemDetail = "again"
      var problemCause: (any Error)? { self }
    }
    #expect(ProblemDetails(describing: Loop(), unwrapping: true).type == "/problems/cell-initialization-failed")
  }

  @Test func `An error of this very module maps like any other`() {
    let error = ProblemDetailsError(.duplicateMember, "the member \"x\" appears twice", member: "x", offset: 7)
    let problem = ProblemDetails(error)
    #expect(problem.type == "/problems/malformed-problem")
    #expect(problem.extensions == ["code": "problem.duplicate-member", "member": "x", "offset": 7])
  }
}
