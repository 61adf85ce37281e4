import Embedding
import Indexing
import Retrieval

/// What is compared: facts about the parts of an engine, gathered from the opened artifacts.
struct Compatibility: Sendable {
  /// The generation's number.
  var generation: Int
  /// Rows of the chunk database.
  var chunks: Int
  /// The channels of the generation.
  var channels: [String]
  /// The numbers of fusion.
  var fusion: FusionSettings
  /// What each channel with an index of its own says of itself.
  var facts: [ChannelFacts] = []
  /// Channels whose index cannot be opened, with the reason.
  var broken: [(channel: String, code: RetrievalError.Code, reason: String)] = []

  /// Every check. An embedder that cannot be loaded is no mismatch: keyword search still works, and the dense channel
  /// reports the reason as a limit of every answer.
  var report: CompatibilityReport { report(refusingBroken: false) }

  /// - Parameter refusingBroken: Whether a channel that cannot be opened fails a check of its own. A service starts without
  ///   it, and says so in its limits; who asks whether an index is good wants no for an answer.
  func report(refusingBroken: Bool) -> CompatibilityReport {
    var report = CompatibilityReport(
      checks: facts.flatMap(checks(of:)) + fusionChecks, limits: [], generation: generation)
    for (channel, code, reason) in broken {
      if refusingBroken {
        report.checks.append(
          check("\(channel)-index", false, "an index that opens", reason, or: .unopened(channel, code: code)))
      } else {
        report.limits.append("\(channel): \(reason)")
      }
    }
    for part in facts {
      let model = part.channel == CellName.faiss ? CellName.embedder : part.channel
      if let problem = part.modelProblem { report.limits.append("\(model): \(problem)") }
      if part.dimension != nil, part.indexModel == nil {
        report.limits.append("\(part.channel): the manifest does not say which model made the vectors")
      }
    }
    return report
  }

  /// The index against the chunk store and, where it holds vectors, against the model that encodes questions.
  private func checks(of part: ChannelFacts) -> [CompatibilityReport.Check] {
    let isPrimary = part.channel == CellName.faiss
    let rows = CompatibilityRefusal.rows(of: part.channel, generation: generation)
    var found = [
      check(
        isPrimary ? "same-rows" : "\(part.prefix)-rows", chunks == part.rows, "\(chunks) rows (chunk store)",
        "\(part.rows) \(part.dimension == nil ? "rows" : "vectors") (\(isPrimary ? "dense index" : part.channel))",
        or: rows)
    ]
    if let parts = part.parts {
      found.append(
        check(
          "\(part.prefix)-parts", parts.kept + parts.fresh == part.rows, "\(part.rows) vectors in two parts",
          "\(parts.kept) kept (\(parts.dead) dead beside them), \(parts.fresh) fresh", or: rows))
    }
    guard let dimension = part.dimension else { return found }
    found.append(
      check(
        "\(part.prefix)-dimension", part.model.map { $0.dimension == dimension }, "\(dimension) (index)",
        part.model.map { "\($0.dimension) (model)" } ?? "no model",
        or: .dimension(of: part.channel, model: part.model?.id ?? "")))
    found.append(
      check(
        "\(part.prefix)-model", part.indexModel.flatMap { built in part.model.map { $0.id == built } },
        part.indexModel ?? "not recorded", part.model?.id ?? "no model", or: .model(of: part.channel)))
    return found
  }

  /// The numbers of fusion against the channels there are.
  private var fusionChecks: [CompatibilityReport.Check] {
    let weights = channels.map { "\($0) \(fusion.weight(of: $0))" }.joined(separator: ", ")
    let page = SearchRequest(query: "").limit
    func add(_ name: String, _ holds: Bool, _ expected: String, _ actual: String) -> CompatibilityReport.Check {
      check(name, holds, expected, actual, or: .fusion(name))
    }
    return [
      add("rrf-constant", fusion.k > 0, "> 0", "\(fusion.k)"),
      add(
        "channel-weights",
        channels.allSatisfy { fusion.weight(of: $0) >= 0 } && channels.contains { fusion.weight(of: $0) > 0 },
        "each 0 or more, one above 0", weights),
      add("fusion-window", fusion.window >= page, ">= \(page) (one page)", "\(fusion.window)"),
    ]
  }

  /// - Parameter holds: nil when it cannot be looked at.
  private func check(
    _ name: String, _ holds: Bool?, _ expected: String, _ actual: String, or refusal: CompatibilityRefusal
  ) -> CompatibilityReport.Check {
    let outcome: CompatibilityReport.Outcome = holds.map { $0 ? .passed : .failed } ?? .skipped
    return .init(name: name, outcome: outcome, expected: expected, actual: actual, refusal: refusal)
  }

  /// Refuses parts that do not fit.
  ///
  /// - Throws: ``CompatibilityReport/failure``.
  func validate() throws {
    if let failure = report.failure { throw failure }
  }
}
