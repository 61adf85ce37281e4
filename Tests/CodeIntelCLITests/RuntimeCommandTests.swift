import ExternalTools
import Foundation
import ProblemDetails
import Testing

/// `codeintel runtime …` as an operator runs it: exit codes, envelopes, what goes to which stream.
@Suite(.enabled(if: EnvelopeSchema.isCheckable, "jsonschema is missing: run \(ExternalTool.provider)"))
struct RuntimeCommandTests {
  private func members(_ json: String) throws -> [String: ProblemValue] {
    try #require(try ProblemValue(json: Array(json.utf8)).objectValue)
  }

  private func problem(in errors: String) throws -> ProblemDetails {
    let line = try #require(errors.split(separator: "\n").last { $0.hasPrefix("{") })
    return try ProblemDetails(decoding: Array(line.utf8))
  }

  @Test(arguments: [
    ["prewarm"], ["prewarm", "some"], ["swap"], ["swap", "../x", "--url", "http://127.0.0.1:1"],
    ["status", "--url", "not an address"], ["status", "--url", "ftp://x"], ["status", "--timeout", "0"],
    ["vllm-probe", "--budget-ms", "-1"], ["nothing"],
  ])
  func `wrong usage exits with 64`(arguments: [String]) async throws {
    let outcome = try await CodeIntelProcess.run(["runtime"] + arguments)
    #expect(outcome.status == 64, "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
  }

  @Test(arguments: ["faiss-open", "xtr-open", "validate", "vllm-probe"])
  func `a check that fails exits with 2: the envelope on standard output, the problem on standard error`(
    command: String
  ) async throws {
    let folder = try TemporaryFolder()
    let outcome = try await CodeIntelProcess.run(
      ["runtime", command, "--json", "--root", folder.path + "/none", "--model", folder.path + "/none"])
    #expect(outcome.status == 2, "\(outcome.errors)")
    try await EnvelopeSchema.expectValid(outcome.output, "runtime-check")
    #expect(try members(outcome.output)["ok"] == .bool(false))
    let code = command == "vllm-probe" ? "embedding.missing-file" : "indexing.no-index"
    #expect(try problem(in: outcome.errors).extensions["code"] == .string(code))
  }

  @Test func `status of nothing shows every cell and exits with 2`() async throws {
    let folder = try TemporaryFolder()
    let arguments = ["--root", folder.path + "/none", "--model", folder.path + "/none"]
    let outcome = try await CodeIntelProcess.run(["runtime", "status", "--json"] + arguments)
    #expect(outcome.status == 2)
    try await EnvelopeSchema.expectValid(outcome.output, "runtime-status")
    let told = try problem(in: outcome.errors)
    #expect(told.type == "/problems/not-ready")
    #expect(told.detail?.contains("hybrid: ") == true)
    let names = try members(outcome.output)["cells"]?.arrayValue?.compactMap { $0.objectValue?["name"]?.stringValue }
    #expect(names == ["vllm", "hybrid", "faiss", "bm25", "chunks", "coderank_faiss", "splade", "xtr"])
    let text = try await CodeIntelProcess.run(["runtime", "status"] + arguments)
    #expect(text.output.contains("not ready"))
    #expect(!text.output.contains("\u{1B}"))
  }

  @Test func `a prewarm attempts all after a failure and exits with 2`() async throws {
    let folder = try TemporaryFolder()
    let outcome = try await CodeIntelProcess.run(
      ["runtime", "prewarm", "all", "--json", "--root", folder.path + "/none", "--model", folder.path + "/none"])
    #expect(outcome.status == 2)
    try await EnvelopeSchema.expectValid(outcome.output, "runtime-prewarm")
    let results = try #require(try members(outcome.output)["results"]?.objectValue)
    let outcomes = results.mapValues { $0.objectValue?["outcome"]?.stringValue }
    #expect(
      outcomes == [
        "vllm": "failed", "hybrid": "failed", "faiss": "failed", "chunks": "failed", "bm25": "failed",
        "coderank_faiss": "disabled", "splade": "disabled", "xtr": "disabled",
      ])
    #expect(results["xtr"]?.objectValue?["limits"]?.arrayValue == ["no index is open yet"])
    #expect(outcome.errors.contains("prewarm 8/8"))
    let told = try problem(in: outcome.errors)
    #expect(told.extensions["code"] == .string("embedding.missing-file"))
  }

  @Test func `a service that does not answer is unavailable, something else there is told apart`() async throws {
    let nobody = try await CodeIntelProcess.run(
      ["runtime", "status", "--json", "--url", "http://127.0.0.1:1", "--timeout", "5"])
    #expect(nobody.status == 69)
    let told = try problem(in: nobody.errors)
    #expect(told.extensions["code"] == .string("client.unreachable"))
    // Nobody waited five seconds for a refusal.
    #expect(told.detail?.contains("cannot be reached") == true && told.detail?.contains("within") == false)
  }

  @Test func `swap without a token tells how to give one`() async throws {
    let outcome = try await CodeIntelProcess.run(
      ["runtime", "swap", "--json", "--url", "http://127.0.0.1:1", "--token-file", "/no/such/file"])
    #expect(outcome.status == 64)
    #expect(try problem(in: outcome.errors).extensions["code"] == .string("client.token-unreadable"))
  }

  @Test(.enabled(if: CodeIntelProcess.modelFolder != nil, "the embedding model is missing: run scripts/model"))
  func `channels are built by flag; a damaged one is no failure unless it is to be preloaded`() async throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("func waterPlants() {}", to: "source/Garden.swift")
    let root = ["--index", folder.path + "/index"]
    let wrong = try await CodeIntelProcess.run(["index", folder.path + "/source", "--channels", "xtr,nothing"] + root)
    #expect(wrong.status == 64 && wrong.errors.contains("'nothing'"))
    let indexed = try await CodeIntelProcess.run(
      ["index", folder.path + "/source", "--channels", "xtr", "--json", "--quiet"] + root,
      environment: ["CODEINTEL_INDEX_CHANNELS": "bm25"])
    #expect(indexed.status == 0, "\(indexed.errors)")
    try await EnvelopeSchema.expectValid(indexed.output, "index-report")
    let open = try await CodeIntelProcess.run(["runtime", "xtr-open", "--json"] + root)
    #expect(open.status == 0 && !open.output.contains("disabled"))

    let generation = folder.url.appending(path: "index/generations/1")
    let name = try #require(
      try FileManager.default.contentsOfDirectory(atPath: generation.path).first { $0.hasPrefix("xtr") })
    var bytes = try Data(contentsOf: generation.appending(path: name))
    bytes[bytes.count / 2] ^= 0xFF
    try bytes.write(to: generation.appending(path: name))
    let optional = try await CodeIntelProcess.run(["runtime", "status", "--json"] + root)
    #expect(optional.status == 0, "\(optional.errors)")
    try await EnvelopeSchema.expectValid(optional.output, "runtime-status")
    #expect(optional.output.contains("\"check\" : \"error\""))
    let judged = try await CodeIntelProcess.run(["runtime", "validate", "--json"] + root)
    #expect(judged.status == 2, "\(judged.output)")
    try await EnvelopeSchema.expectValid(judged.output, "runtime-validate")
    let check = try members(judged.output)["checks"]?.arrayValue?.compactMap(\.objectValue).first {
      $0["name"] == .string("xtr-index")
    }
    #expect(check?["outcome"] == .string("failed") && check?["actual"]?.stringValue?.contains("damaged") == true)
    #expect(try problem(in: judged.errors).extensions["code"] == .string("retrieval.index-corrupt"))
    for (command, environment) in [(["status"], ["XTR_PRELOAD": "1"]), (["prewarm", "--xtr", "--quiet"], [:])] {
      let required = try await CodeIntelProcess.run(
        ["runtime"] + command + ["--json"] + root, environment: environment)
      #expect(required.status == 2, "\(command)")
      try await EnvelopeSchema.expectValid(required.output, "runtime-\(command[0])")
      #expect(required.errors.contains("index-corrupt") || required.errors.contains("damaged"), "\(required.errors)")
    }
  }

  @Test(.enabled(if: CodeIntelProcess.modelFolder != nil, "the embedding model is missing: run scripts/model"))
  func `parts that do not fit are told as a problem, too`() async throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("func waterPlants() {}", to: "source/Garden.swift")
    let root = ["--index", folder.path + "/index"]
    let indexed = try await CodeIntelProcess.run(["index", folder.path + "/source"] + root)
    #expect(indexed.status == 0, "\(indexed.errors)")
    let misfit = try await CodeIntelProcess.run(
      ["runtime", "validate", "--json"] + root, environment: ["CODEINTEL_EMBEDDER_PRECISION": "int8"])
    #expect(misfit.status == 2)
    try await EnvelopeSchema.expectValid(misfit.output, "runtime-validate")
    #expect(try members(misfit.output)["ok"] == .bool(false))
    #expect(try problem(in: misfit.errors).extensions["code"] == .string("retrieval.model-mismatch"))
  }

  @Test(.enabled(if: CodeIntelProcess.modelFolder != nil, "the embedding model is missing: run scripts/model"))
  func `over a real index every command is good, and its JSON meets its schema`() async throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("func waterPlants() {}", to: "source/Garden.swift")
    let root = ["--index", folder.path + "/index"]
    let indexed = try await CodeIntelProcess.run(["index", folder.path + "/source"] + root)
    #expect(indexed.status == 0, "\(indexed.errors)")
    for (command, schema) in [
      (["status"], "runtime-status"), (["prewarm", "--faiss", "--vllm", "--xtr", "--quiet"], "runtime-prewarm"),
      (["faiss-open"], "runtime-check"), (["vllm-probe", "--budget-ms", "60000"], "runtime-check"),
      (["validate"], "runtime-validate"),
    ] {
      let outcome = try await CodeIntelProcess.run(["runtime"] + command + ["--json"] + root)
      #expect(outcome.status == 0, "\(command): \(outcome.errors)")
      #expect(outcome.errors.isEmpty, "\(outcome.errors)")
      try await EnvelopeSchema.expectValid(outcome.output, schema)
      #expect(try members(outcome.output)["ok"] == .bool(true))
      #expect(try await CodeIntelProcess.run(["runtime"] + command + root).status == 0)
    }
    let lacking = try await CodeIntelProcess.run(["runtime", "xtr-open", "--json"] + root)
    #expect(lacking.status == 0)
    #expect(lacking.errors.isEmpty)
    try await EnvelopeSchema.expectValid(lacking.output, "runtime-check")
    #expect(lacking.output.contains("built without it"))
    let slow = try await CodeIntelProcess.run(["runtime", "vllm-probe", "--budget-ms", "0.001", "--json"])
    #expect(slow.status == 2)
    #expect(try problem(in: slow.errors).type == "/problems/over-latency-budget")
  }
}
