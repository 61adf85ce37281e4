import CellContract
import CodeIntel
import Embedding
import Indexing
import ProblemDetails
import Retrieval
import Testing

@Suite struct ProblemReportTests {
  @Test func `a cell that could not start tells its cause, not itself`() throws {
    let cause = IndexingError(.noIndex, "There is no index here.", path: "somewhere")
    let error = CellError(.initializationFailed, cell: "hybrid", message: "the factory failed", underlying: cause)
    let report = ProblemReport(error)
    #expect(report.problem.extensions["code"] == .string("indexing.no-index"))
    #expect(report.problem.extensions["path"] == .string("somewhere"))
    #expect(report.problem.detail?.contains("There is no index here.") == true)
    #expect(report.exitCode != 0)
  }

  @Test func `mismatches carry what was expected and what was found`() {
    let report = ProblemReport(
      RetrievalError(.dimensionMismatch, "other vectors", expected: "384", actual: "128"))
    #expect(report.problem.extensions["expected"] == .string("384"))
    #expect(report.problem.extensions["actual"] == .string("128"))
    #expect(report.problem.detail?.contains("Expected 384, found 128") == true)
  }

  @Test func `an empty text that was found is a member, and no words`() {
    let problem = ProblemReport(IndexingError(.pathPattern, "The path pattern is empty.", actual: "")).problem
    #expect(problem.detail == "The path pattern is empty.")
    #expect(problem.extensions["actual"] == .string(""))
  }

  @Test func `a foreign error is an internal one with the exit code of such`() {
    struct Foreign: Error {}
    let report = ProblemReport(Foreign())
    #expect(report.exitCode == 70)
    #expect(report.problem.status == 500)
  }

  @Test func `the JSON can be read back as the same problem`() throws {
    let report = ProblemReport(EmbeddingError(.missingFile, "no weights", path: "model/model.safetensors"))
    let decoded = try ProblemDetails(decoding: Array(try report.json().utf8))
    #expect(decoded == report.problem)
  }

  @Test func `an unfinished shutdown names every cell`() {
    let error = CellError(
      .closeIncomplete, cell: "", message: "two cells remain",
      others: [
        CellError(.deadlineExceeded, cell: "faiss", message: "still used", holders: 2),
        CellError(.disposeFailed, cell: "chunks", message: "disk full"),
      ])
    let detail = ProblemReport(error).problem.detail ?? ""
    #expect(detail.contains("faiss"))
    #expect(detail.contains("chunks"))
  }
}
