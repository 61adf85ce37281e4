import Foundation

/// PyPI's pytrec_eval, where it is installed.
enum TrecEvalOracle {
  /// What installs it; the reason of the skip names it.
  static let provider = "scripts/eval-tools"

  private static var modules: String? {
    let environment = ProcessInfo.processInfo.environment
    if let folder = environment["EVAL_TOOLS"] { return folder }
    if let cache = environment["XDG_CACHE_HOME"], !cache.isEmpty { return cache + "/runtime-cells/eval-tools" }
    return environment["HOME"].map { $0 + "/.cache/runtime-cells/eval-tools" }
  }

  static let isInstalled: Bool = (try? python("import pytrec_eval", input: Data())) != nil

  private static let program = """
    import json, sys, pytrec_eval
    data = json.load(sys.stdin)
    measures = {"ndcg_cut.10", "recall.100", "map"}
    full = pytrec_eval.RelevanceEvaluator(data["grades"], measures).evaluate(data["runs"])
    short = pytrec_eval.RelevanceEvaluator(data["grades"], {"recip_rank"}).evaluate(
        {q: dict(sorted(r.items(), key=lambda p: -p[1])[:10]) for q, r in data["runs"].items()})
    json.dump({q: [full[q]["ndcg_cut_10"], short[q]["recip_rank"], full[q]["recall_100"], full[q]["map"]]
               for q in full}, sys.stdout)
    """

  private struct Question: Encodable {
    var grades: [String: [String: Int]]
    var runs: [String: [String: Double]]
  }

  /// nDCG@10, MRR@10, recall@100 and average precision of each ranking. Scores fall with the place, so that nothing ties.
  static func judge(_ rankings: [String: [String]], grades: [String: [String: Int]]) throws -> [String: [Double]] {
    let runs = rankings.mapValues { ids in
      Dictionary(ids.enumerated().map { ($1, Double(ids.count - $0)) }) { first, _ in first }
    }
    let output = try python(program, input: JSONEncoder().encode(Question(grades: grades, runs: runs)))
    return try JSONDecoder().decode([String: [Double]].self, from: output)
  }

  private struct Failure: Error {
    let status: Int32
  }

  private static func python(_ program: String, input: Data) throws -> Data {
    let folder = try TemporaryFolder()
    let question = try folder.write([UInt8](input), to: "input")
    let answer = try folder.write([], to: "output")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", program]
    process.environment = ProcessInfo.processInfo.environment.merging(["PYTHONPATH": modules ?? ""]) { $1 }
    // Through files: no side can block on a full pipe.
    process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: question))
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: answer))
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(status: process.terminationStatus) }
    return try Data(contentsOf: URL(fileURLWithPath: answer))
  }
}
