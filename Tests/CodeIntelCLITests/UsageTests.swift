import Foundation
import ProblemDetails
import Testing

/// What the command line says when it cannot do what was asked: exit codes and problem objects.
@Suite struct UsageTests {
  private func problem(in errors: String) throws -> ProblemDetails {
    let line = try #require(errors.split(separator: "\n").last { $0.hasPrefix("{") })
    return try ProblemDetails(decoding: Array(line.utf8))
  }

  @Test(arguments: [
    ["search"], ["index"], ["search", "x", "--limit", "0"], ["search", "x", "--limit", "many"],
    ["search", "x", "--offset", "-1"], ["search", "x", "--limit", "1000", "--offset", "9500"],
    ["search", "x", "--deadline", "0"], ["search", "x", "--k", "0"], ["search", "x", "--weights", "fais=1"],
    ["search", "x", "--weights", "faiss"], ["index", ".", "--max-file-bytes", "0"], ["unknown"],
    ["search", "x", "--explian"], ["search", "x", "--fusion", "best"], ["search", "x", "--path", "[a"],
    ["search", "x", "--kind", "func"],
    ["search", "x", "--language", "klingon"], ["search", "x", "--exclude-path", ""],
  ])
  func `wrong usage exits with 64 and explains on standard error`(arguments: [String]) async throws {
    let outcome = try await CodeIntelProcess.run(arguments)
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("Usage:") || outcome.errors.contains("Error:"))
  }

  @Test func `under --json wrong usage is a problem object too`() async throws {
    let outcome = try await CodeIntelProcess.run(["search", "x", "--limit", "0", "--json"])
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    let problem = try problem(in: outcome.errors)
    #expect(problem.extensions["code"] == .string("usage"))
    #expect(problem.detail?.contains("--limit") == true)
  }

  @Test func `an unknown kind is wrong usage that names the known ones`() async throws {
    let outcome = try await CodeIntelProcess.run(["search", "x", "--kind", "func", "--json"])
    let problem = try problem(in: outcome.errors)
    #expect(problem.detail?.contains("function, class, struct") == true)
    #expect(problem.detail?.contains("found func") == true)
  }

  @Test(arguments: ["--index", "--model"])
  func `an empty path is wrong usage, not the working directory`(flag: String) async throws {
    #expect(try await CodeIntelProcess.run(["search", "x", flag, ""]).status == 64)
  }

  @Test func `help exits with 0 and names every command`() async throws {
    let outcome = try await CodeIntelProcess.run(["--help"])
    #expect(outcome.status == 0)
    for command in ["index", "search", "runtime", "config"] { #expect(outcome.output.contains(command)) }
  }

  @Test func `searching without an index tells what to do`() async throws {
    let folder = try TemporaryFolder()
    let outcome = try await CodeIntelProcess.run(["search", "anything", "--index", folder.path + "/none"])
    #expect(outcome.status == ProblemCatalogue.type(forCode: "indexing.no-index").exitStatus.rawValue)
    #expect(outcome.errors.contains("codeintel index"))
    #expect(outcome.output.isEmpty)
  }

  @Test func `under --json an error is one problem object on standard error`() async throws {
    let folder = try TemporaryFolder()
    let outcome = try await CodeIntelProcess.run(["search", "anything", "--json", "--index", folder.path + "/none"])
    let problem = try problem(in: outcome.errors)
    #expect(problem.extensions["code"] == .string("indexing.no-index"))
    #expect(problem.status == ProblemCatalogue.type(forCode: "indexing.no-index").status)
    #expect(outcome.output.isEmpty)
  }

  @Test func `a missing model is named with the file and the command that provides it`() async throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("func a() {}", to: "source/a.swift")
    let outcome = try await CodeIntelProcess.run(
      ["index", folder.path + "/source", "--json", "--index", folder.path + "/index", "--model", folder.path + "/none"])
    let problem = try problem(in: outcome.errors)
    #expect(problem.extensions["code"] == .string("embedding.missing-file"))
    #expect(outcome.status == ProblemCatalogue.type(forCode: "embedding.missing-file").exitStatus.rawValue)
    #expect(ProblemCatalogue.type(forCode: "embedding.missing-file").remedy.contains("scripts/model"))
  }
}
