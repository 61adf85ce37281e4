import Foundation
import Retrieval
import Testing

/// `codeintel eval` and `codeintel tune` on a small judged collection, with the real model.
@Suite(.enabled(if: CodeIntelProcess.modelFolder != nil, "the embedding model is missing: run scripts/model"))
struct EvalCommandTests {
  private struct Tuned: Decodable {
    let best: [FusionTuner.Trial]
  }

  /// Three documents, two judged questions and one without a judgment.
  private func dataset() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    _ = try folder.write(
      """
      {"_id": "d1", "title": "", "text": "func triggerGracefulShutdown() { drain(); close() }"}
      {"_id": "d2", "title": "", "text": "def boil_soup(minutes):\\n    return minutes > 10"}
      {"_id": "d3", "title": "", "text": "let bicycle = Vehicle(wheels: 2)"}

      """, to: "set/corpus.jsonl")
    _ = try folder.write(
      """
      {"_id": "q1", "text": "graceful shutdown"}
      {"_id": "q2", "text": "cook soup for ten minutes"}
      {"_id": "q3", "text": "nobody judged this"}

      """, to: "set/queries.jsonl")
    _ = try folder.write("query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td2\t1\n", to: "set/qrels.tsv")
    return folder
  }

  @Test func `eval judges each channel and their fusion, as Markdown, as JSON and as runs`() async throws {
    let folder = try dataset()
    let runs = folder.path + "/found.trec"
    let table = try await CodeIntelProcess.run(["eval", folder.path + "/set", "--quiet", "--runs", runs])
    #expect(table.status == 0, "\(table.errors)")
    for row in ["faiss |", "bm25 |", "fused ("] { #expect(table.output.contains("| \(row)"), "\(table.output)") }
    // Two judged questions, three documents, at least the one that is found by each of two channels.
    let lines = try String(contentsOfFile: runs, encoding: .utf8).split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("q1 Q0 d1 1 ") && $0.hasSuffix(" faiss") })
    #expect(lines.allSatisfy { $0.split(separator: " ").count == 6 && !$0.hasPrefix("q3") })

    let answer = try await CodeIntelProcess.run(
      ["eval", folder.path + "/set", "--quiet", "--json", "--channels", "bm25,faiss", "--k", "60"])
    let report = try JSONDecoder().decode(EvaluationReport.self, from: Data(answer.output.utf8))
    #expect(report.documents == 3 && report.queries == 2 && report.fusion.k == 60)
    #expect(report.judgments == "qrels.tsv" && table.output.contains("2 questions of qrels.tsv, depth 200"))
    #expect(report.channels["faiss"]?.nDCG10 == 1 && report.fused.nDCG10 == 1)
    #expect(report.comparisons.map(\.channel) == ["faiss", "bm25"])
    #expect(report.latency["faiss"] != nil && report.latency["bm25"] != nil)
  }

  @Test func `eval builds the dense index of the kind that the settings name`() async throws {
    let folder = try dataset()
    var scores: [String: [Double]] = [:]
    for kind in ["flat", "ivf-sq8"] {
      let file = folder.path + "/\(kind).trec"
      let outcome = try await CodeIntelProcess.run(
        ["eval", folder.path + "/set", "--quiet", "--channels", "faiss", "--runs", file],
        environment: ["CODEINTEL_INDEX_KIND": kind])
      #expect(outcome.status == 0, "\(outcome.errors)")
      let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
      scores[kind] = lines.compactMap { Double($0.split(separator: " ")[4]) }
    }
    let (exact, coded) = (try #require(scores["flat"]), try #require(scores["ivf-sq8"]))
    #expect(exact.count == 6 && coded.count == 6)
    #expect(exact != coded && zip(exact, coded).allSatisfy { abs($0 - $1) < 0.01 })
  }

  @Test func `weights change the channels that they name, and 0 is 0`() async throws {
    let folder = try dataset()
    func fusion(_ arguments: [String]) async throws -> [String: Double] {
      let outcome = try await CodeIntelProcess.run(["eval", folder.path + "/set", "--quiet", "--json"] + arguments)
      #expect(outcome.status == 0, "\(outcome.errors)")
      return try JSONDecoder().decode(EvaluationReport.self, from: Data(outcome.output.utf8)).fusion.weights
    }
    let changed = try await fusion(["--channels", "faiss,bm25", "--weights", "bm25=0.7"])
    #expect(changed["faiss"] == 1 && changed["bm25"] == 0.7)
    let silent = try await fusion(["--channels", "faiss,bm25", "--weights", "bm25=0"])
    #expect(silent["faiss"] == 1 && silent["bm25"] == 0)
  }

  @Test func `a file for the runs that cannot be written is told before anything is indexed`() async throws {
    let folder = try dataset()
    let outcome = try await CodeIntelProcess.run(
      ["eval", folder.path + "/set", "--quiet", "--json", "--runs", folder.path + "/none/found.trec"])
    #expect(outcome.status == 74 && outcome.output.isEmpty, "\(outcome.errors)")
    #expect(outcome.errors.contains("/none/found.trec"))
  }

  @Test func `the variables that tune names are settings, and eval finds its figure with them`() async throws {
    let folder = try dataset()
    let outcome = try await CodeIntelProcess.run(["tune", folder.path + "/set", "--quiet", "--limit", "1"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let line = try #require(outcome.output.split(separator: "\n").last { $0.hasPrefix("To use the first one: ") })
    let pairs = line.dropFirst("To use the first one: ".count).split(separator: " ").map {
      $0.split(separator: "=", maxSplits: 1)
    }
    let variables = Dictionary(uniqueKeysWithValues: pairs.map { (String($0[0]), String($0[1])) })
    #expect(
      variables.keys.sorted() == ["CODEINTEL_FUSION_METHOD", "CODEINTEL_FUSION_RRF_K", "CODEINTEL_FUSION_WEIGHTS"])
    // Three documents tell few settings apart.
    #expect(outcome.output.contains("are alike by nDCG@10"))
    let json = try await CodeIntelProcess.run(["tune", folder.path + "/set", "--quiet", "--json", "--limit", "1"])
    let best = try #require(try JSONDecoder().decode(Tuned.self, from: Data(json.output.utf8)).best.first)
    let again = try await CodeIntelProcess.run(
      ["eval", folder.path + "/set", "--quiet", "--json"], environment: variables)
    let report = try JSONDecoder().decode(EvaluationReport.self, from: Data(again.output.utf8))
    #expect(best.metrics == report.fused)
  }

  @Test(arguments: [["--k", "-1"], ["--k", "0"], ["--weights", "faiss=-1"], ["--depth", "-5"]])
  func `a number out of range is wrong usage, and the message names it`(_ words: [String]) async throws {
    let folder = try dataset()
    let outcome = try await CodeIntelProcess.run(["eval", folder.path + "/set", "--quiet"] + words)
    #expect(outcome.status == 64)
    // The first line; the usage that follows names every option.
    let message = outcome.errors.split(separator: "\n").first.map(String.init) ?? ""
    let says = ["--k": "must be a positive number", "--weights": "are 0 or more", "--depth": "must be from 1 to 10000"]
    let reason = try #require(says[words[0]])
    #expect(message.contains(words[0]) && message.contains(reason), "\(message)")
  }

  @Test(arguments: ["eval", "tune"])
  func `a collection that cannot be read is told with its file`(command: String) async throws {
    let folder = try dataset()
    let missing = try await CodeIntelProcess.run([command, folder.path + "/none", "--json", "--quiet"])
    #expect(missing.status == 64, "\(missing.errors)")
    #expect(missing.errors.contains("retrieval.evaluation"))
    _ = try folder.write("{\"_id\": \"d1\"\n", to: "set/corpus.jsonl")
    let broken = try await CodeIntelProcess.run([command, folder.path + "/set", "--json", "--quiet"])
    #expect(broken.status == 64, "\(broken.errors)")
    #expect(broken.errors.contains("corpus.jsonl"))
  }
}
