import ExternalTools
import Foundation
import ProblemDetails
import Testing

/// `codeintel config show`: every setting, its origin, and all mistakes at once.
@Suite struct ConfigCommandTests {
  @Test func `every setting is shown with its origin`() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("serve: { port: 99 }\n", to: "config.yaml")
    let outcome = try await CodeIntelProcess.run(
      ["config", "show", "--origin", "--config", file, "--index", "here"],
      environment: ["VLLM_PRELOAD": "1", "XDG_CONFIG_HOME": folder.path])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let lines = outcome.output.split(separator: "\n").map { $0.split(separator: " ", omittingEmptySubsequences: true) }
    func line(_ key: String) -> [Substring] { lines.first { $0.first == Substring(key) } ?? [] }
    #expect(line("index.path") == ["index.path", "here", "flags", "CODEINTEL_INDEX"])
    #expect(line("serve.port").dropFirst().prefix(2) == ["99", "file"])
    #expect(line("preload.vllm").contains("environment"))
    #expect(line("serve.host").contains("default"))
  }

  @Test(.enabled(if: EnvelopeSchema.isCheckable, "jsonschema is missing: run \(ExternalTool.provider)"))
  func `its JSON meets the schema and shows no secret`() async throws {
    let folder = try TemporaryFolder()
    let token = try folder.write("hunter2-hunter2-hunter2", to: "token")
    let outcome = try await CodeIntelProcess.run(
      ["config", "show", "--json"],
      environment: ["CODEINTEL_ADMIN_TOKEN_FILE": token, "XDG_CONFIG_HOME": folder.path])
    #expect(outcome.status == 0, "\(outcome.errors)")
    try await EnvelopeSchema.expectValid(outcome.output, "config-show")
    #expect(outcome.output.contains(token))
    #expect(!outcome.output.contains("hunter2"))
  }

  @Test(arguments: [["config", "show"], ["search", "x"], ["runtime", "xtr-open"]])
  func `settings that make no sense end every command with 78 and all faults`(arguments: [String]) async throws {
    let outcome = try await CodeIntelProcess.run(
      arguments + ["--json"], environment: ["CODEINTEL_SERVE_PORT": "x", "CODEINTEL_SRVE_HOST": "y"])
    #expect(outcome.status == 78)
    let line = try #require(outcome.errors.split(separator: "\n").last { $0.hasPrefix("{") })
    let problem = try ProblemDetails(decoding: Array(line.utf8))
    #expect(problem.extensions["code"] == .string("settings.invalid"))
    #expect(problem.extensions["faults"]?.arrayValue?.count == 2)
  }

  @Test func `a file that is not there is told in words`() async throws {
    let outcome = try await CodeIntelProcess.run(["config", "show", "--config", "/no/such/file"])
    #expect(outcome.status == 78)
    #expect(outcome.errors.contains("There is no such file, it may not be read, or it is a folder."))
    #expect(!outcome.errors.contains("NSCocoa"))
  }

  @Test func `completion scripts are generated for three shells`() async throws {
    for shell in ["bash", "zsh", "fish"] {
      let outcome = try await CodeIntelProcess.run(["--generate-completion-script", shell])
      #expect(outcome.status == 0)
      #expect(outcome.output.contains("prewarm"))
    }
  }
}
