import Foundation
import ProblemDetails
import Retrieval
import Testing

/// The whole path with the real model, as a user runs it.
@Suite(
  .serialized,
  .enabled(if: CodeIntelProcess.modelFolder != nil, "the embedding model is missing: run scripts/model"))
struct IndexAndSearchTests {
  private static let shutdown = """
    /// Stops the server after the requests in flight have been answered.
    final class GracefulStopper {
      func triggerGracefulShutdown() { drain(); close() }
      private func drain() {}
      private func close() {}
    }
    """

  private static let soup = """
    def boil_soup(minutes):
        \"\"\"Cooks a soup.\"\"\"
        return minutes > 10
    """

  private func tree() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    _ = try folder.write(Self.shutdown, to: "source/Stopper.swift")
    _ = try folder.write(Self.soup, to: "source/kitchen.py")
    return folder
  }

  private func index(_ folder: TemporaryFolder, killAt marker: String? = nil) async throws -> CodeIntelProcess.Outcome {
    try await CodeIntelProcess.run(
      ["index", folder.path + "/source", "--index", folder.path + "/index"], killAt: marker)
  }

  private func search(_ query: String, _ folder: TemporaryFolder) async throws -> SearchResponse {
    let outcome = try await CodeIntelProcess.run(["search", "--json", "--index", folder.path + "/index", "--", query])
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try JSONDecoder().decode(SearchResponse.self, from: Data(outcome.output.utf8))
  }

  @Test func `a question in words finds the definition that answers it`() async throws {
    let folder = try tree()
    let indexed = try await index(folder)
    #expect(indexed.status == 0, "\(indexed.errors)")
    #expect(indexed.output.contains("Indexed 2 files"))
    let response = try await search("where does the server halt gently", folder)
    #expect(response.hits.first?.path == "Stopper.swift")
    #expect(response.hits.first?.symbol?.contains("GracefulStopper") == true)
    let text = try await CodeIntelProcess.run(
      ["search", "cook soup", "--explain", "--index", folder.path + "/index"])
    #expect(text.output.contains("kitchen.py:1-3"))
    #expect(text.output.contains("boil_soup"))
    #expect(text.output.contains("stages:"))
  }

  @Test func `a kept graph is merged when asked`() async throws {
    let folder = try tree()
    for number in 0..<12 {
      _ = try folder.write("def wheel\(number)():\n    return \(number)\n", to: "source/wheel\(number).py")
    }
    let arguments = ["index", folder.path + "/source", "--index", folder.path + "/index"]
    let graph = ["CODEINTEL_INDEX_KIND": "hnsw", "CODEINTEL_INDEX_MERGE_PERCENT": "50"]
    #expect(try await CodeIntelProcess.run(arguments, environment: graph).status == 0)
    _ = try folder.write("def ride_bicycle():\n    return pedal()\n", to: "source/wheel3.py")
    let quick = try await CodeIntelProcess.run(arguments, environment: graph)
    #expect(quick.output.contains("as generation 2"), "\(quick.errors)")
    let opened = try await CodeIntelProcess.run(["runtime", "faiss-open", "--index", folder.path + "/index"])
    #expect(opened.output.contains("fresh beside a kept hnsw(16,100) index"), "\(opened.output)")
    #expect(try await search("ride a bicycle", folder).hits.first?.path == "wheel3.py")
    let merged = try await CodeIntelProcess.run(arguments + ["--merge"], environment: graph)
    #expect(merged.output.contains("Merged the dense index of generation 2: generation 3 is served."))
    #expect(try await search("ride a bicycle", folder).hits.first?.path == "wheel3.py")
    let again = try await CodeIntelProcess.run(arguments + ["--merge", "--json"], environment: graph)
    #expect(again.output.contains("\"reused\" : true") && !again.output.contains("merged_from"), "\(again.output)")
  }

  @Test(arguments: [
    "\"", "*", "@", "AND", ":", "NEAR(", "(a OR", "-- ;", "\u{1F980}\u{1F600}", "title:shutdown", "\u{0}\u{1}",
    String(repeating: "graceful shutdown ", count: 556),
  ])
  func `no query breaks a search`(query: String) async throws {
    let folder = try tree()
    _ = try await index(folder)
    // A NUL cannot be an argument: the shell's own limit.
    let response = try await search(query.replacing("\u{0}", with: ""), folder)
    #expect(response.hits.allSatisfy { $0.score.isFinite })
    #expect(query.utf8.count < 10_000 || !response.limits.isEmpty)
  }

  @Test(arguments: ["", "   ", "\n\t"])
  func `an empty query is refused with a reason`(query: String) async throws {
    let folder = try tree()
    _ = try await index(folder)
    let outcome = try await CodeIntelProcess.run(["search", query, "--json", "--index", folder.path + "/index"])
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("retrieval.query-empty"))
  }

  @Test func `a channel that the index lacks is told as such, not as a fault of fusion`() async throws {
    let folder = try tree()
    _ = try await index(folder)
    let outcome = try await CodeIntelProcess.run(
      ["search", "soup", "--channels", "splade", "--json", "--index", folder.path + "/index"])
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("/problems/no-channel-to-ask"))
    #expect(
      outcome.errors.contains("splade: this index was built without it") && outcome.errors.contains("has faiss, bm25"))
  }

  @Test func `odd files are skipped and counted, the rest is indexed`() async throws {
    let folder = try tree()
    _ = try folder.write(Data([0xFF, 0xFE, 0x41, 0x80, 0x0A]), to: "source/latin.txt")
    _ = try folder.write(Data([0x7F, 0x45, 0x4C, 0x46, 0, 1, 2]), to: "source/binary.dat")
    _ = try folder.write(Data(repeating: 0x61, count: 50 << 20), to: "source/huge.txt")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/source/loop", withDestinationPath: folder.path + "/source")
    let outcome = try await index(folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    for reason in ["invalid_utf8", "binary", "oversized", "symlink_loop"] {
      #expect(outcome.output.contains("Skipped 1 \(reason)"), "\(outcome.output)")
    }
    #expect(try await search("graceful shutdown", folder).hits.first?.path == "Stopper.swift")
  }

  @Test func `filters restrict the hits, and one that nothing passes is a limit with exit code 0`() async throws {
    let folder = try tree()
    _ = try await index(folder)
    func search(_ filter: String...) async throws -> SearchResponse {
      let outcome = try await CodeIntelProcess.run(
        ["search", "graceful shutdown", "--json", "--index", folder.path + "/index"] + filter)
      #expect(outcome.status == 0, "\(outcome.errors)")
      return try JSONDecoder().decode(SearchResponse.self, from: Data(outcome.output.utf8))
    }
    let python = try await search("--language", "python", "--language", "c")
    #expect(python.hits.map(\.path) == ["kitchen.py"])
    let functions = try await search("--path", "*.swift", "--path", "*.c", "--kind", "function", "--exclude-path", "x")
    #expect(!functions.hits.isEmpty)
    #expect(functions.hits.allSatisfy { $0.path == "Stopper.swift" && $0.symbol?.hasSuffix("()") == true })
    let none = try await search("--path", "nowhere/**")
    #expect(none.hits.isEmpty)
    #expect(none.limits == ["filter: generation 1 has no chunk that passes: path nowhere/**"])
  }

  @Test func `scores can be fused instead of ranks, by flag and by variable, and --explain shows how`() async throws {
    let folder = try tree()
    _ = try await index(folder)
    let place = ["--index", folder.path + "/index"]
    let flag = try await CodeIntelProcess.run(["search", "cook soup", "--explain", "--fusion", "relative"] + place)
    #expect(flag.output.contains("1.000000 = 1*1.0000"), "\(flag.output)")
    let variable = try await CodeIntelProcess.run(
      ["search", "cook soup", "--json"] + place, environment: ["CODEINTEL_FUSION_METHOD": "relative"])
    let response = try JSONDecoder().decode(SearchResponse.self, from: Data(variable.output.utf8))
    #expect(response.hits.first?.contributions.first?.normalizedScore == 1)
    let ranks = try await CodeIntelProcess.run(
      ["search", "cook soup", "--explain", "--fusion", "rrf"] + place,
      environment: ["CODEINTEL_FUSION_METHOD": "relative"])
    #expect(ranks.output.contains("/(5+rank)"), "\(ranks.output)")
  }

  @Test func `a long page, a deadline and fusion's numbers reach the search`() async throws {
    let folder = try tree()
    let indexed = try await CodeIntelProcess.run(
      ["index", folder.path + "/source", "--index", folder.path + "/index", "--json"])
    #expect(indexed.output.contains(#""truncated_chunks""#), "\(indexed.errors)")
    let place = ["--json", "--index", folder.path + "/index"]
    let outcome = try await CodeIntelProcess.run(
      [
        "search", "cook soup", "--limit", "1000", "--deadline", "3600000", "--k", "60", "--weights", "bm25=2",
      ] + place, environment: ["CODEINTEL_FUSION_RRF_K": "7", "CODEINTEL_FUSION_WEIGHTS": "faiss=3"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let response = try JSONDecoder().decode(SearchResponse.self, from: Data(outcome.output.utf8))
    let parts = Set(response.hits.flatMap(\.contributions).map { "\($0.channel) \($0.weight) \($0.k ?? 0)" })
    #expect(parts == ["faiss 3.0 60.0", "bm25 2.0 60.0"])
    let late = try await CodeIntelProcess.run(["search", "cook soup", "--deadline", "1"] + place)
    #expect(late.status == 75, "\(late.output)")
    #expect(late.errors.contains("retrieval.deadline-exceeded"))
  }

  @Test func `questions from standard input are answered one a line`() async throws {
    let folder = try tree()
    _ = try await index(folder)
    let outcome = try await CodeIntelProcess.run(
      ["search", "-", "--json", "--index", folder.path + "/index"], input: "graceful shutdown\ncook soup\n")
    let answers = try outcome.output.split(separator: "\n").map {
      try JSONDecoder().decode(SearchResponse.self, from: Data($0.utf8))
    }
    #expect(answers.map(\.query) == ["graceful shutdown", "cook soup"])
    #expect(answers.map { $0.hits.first?.path } == ["Stopper.swift", "kitchen.py"])
    let text = try await CodeIntelProcess.run(
      ["search", "-", "--index", folder.path + "/index"], input: "graceful shutdown\n\ncook soup\n")
    #expect(text.output.hasPrefix("Line 1: graceful shutdown\n1. "))
    #expect(text.output.contains("\nLine 3: cook soup\n1. ") && text.errors.contains("Line 2: "))
  }

  @Test func `a bad line stops no other one, is named, and decides the exit code`() async throws {
    let folder = try tree()
    _ = try await index(folder)
    let long = String(repeating: "x", count: 20_000)
    let outcome = try await CodeIntelProcess.run(
      ["search", "-", "--json", "--index", folder.path + "/index"],
      input: "graceful shutdown\n\n\(long) \(long) \(long) \(long)\ncook soup\n", writesInBackground: true)
    #expect(outcome.status == 64, "\(outcome.errors)")
    let answers = try outcome.output.split(separator: "\n").map {
      try JSONDecoder().decode(SearchResponse.self, from: Data($0.utf8))
    }
    #expect(answers.map(\.query) == ["graceful shutdown", "cook soup"])
    let told = outcome.errors.split(separator: "\n").filter { $0.hasPrefix("{") }
    let problems = try told.map { try ProblemDetails(decoding: Array($0.utf8)) }
    #expect(problems.map { $0.extensions["line"] } == [2, 3])
    #expect(problems.map { $0.extensions["code"] } == ["retrieval.query-empty", "retrieval.query-too-long"])
    #expect(problems.last?.detail?.hasPrefix("Line 3: ") == true)
  }

  @Test func `an index whose parts contradict each other is damaged, one that never was is missing`() async throws {
    let folder = try tree()
    _ = try await index(folder)
    for (current, code) in [("x", "indexing.current-corrupt"), ("7", "indexing.generation-missing")] {
      _ = try folder.write(current + "\n", to: "index/CURRENT")
      let outcome = try await CodeIntelProcess.run(["search", "soup", "--json", "--index", folder.path + "/index"])
      #expect(outcome.status == 78, "\(outcome.errors)")
      #expect(outcome.errors.contains(code))
    }
    let none = try await CodeIntelProcess.run(["search", "soup", "--json", "--index", folder.path + "/none"])
    #expect(none.status == 69)
  }

  @Test func `a second run does nothing, and says so`() async throws {
    let folder = try tree()
    _ = try await index(folder)
    #expect(try await index(folder).output.contains("Nothing changed"))
  }

  @Test(arguments: ["chunk:", "faiss"])
  func `killing an index run leaves the old index searchable`(marker: String) async throws {
    let folder = try tree()
    _ = try await index(folder)
    _ = try folder.write("func newThing() {}", to: "source/New.swift")
    let killed = try await index(folder, killAt: marker)
    try #require(killed.wasKilled, "the run ended before '\(marker)': \(killed.errors)")
    let answer = try await search("graceful shutdown", folder)
    #expect(answer.hits.first?.path == "Stopper.swift")
    // On a busy machine the signal may come after the publish; then the new generation must be whole.
    if answer.generation != 1 { #expect(try await search("newThing", folder).hits.first?.path == "New.swift") }
    let again = try await index(folder)
    #expect(again.status == 0, "\(again.errors)")
    #expect(try await search("newThing", folder).hits.first?.path == "New.swift")
  }
}
