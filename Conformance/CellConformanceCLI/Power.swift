import ArgumentParser
import CellConformance
import ProblemDetails
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `power`: how surely broken cells are caught and correct ones pass, counted over many runs.
struct Power: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Counts over many runs how often broken cells are caught and correct ones pass.")
  @Option(help: "The file in which the counts add up.") var file = "docs/reports/power.json"
  @Option(help: "The page made from it.") var page = "docs/power.md"
  @Option(help: "Runs to add of each pair and each backend.") var runs = 1
  @Option(
    help: "What is run: broken cells; correct ones on an idle or a loaded machine, in a debug build or under TSan.")
  var group: [PowerGroup] = [.broken, .idle]
  @Option(help: "Rounds of broken cells at once: they mostly sleep.") var jobs = 1
  @Flag(
    help:
      "The load is what others do on this machine: no load of our own, and rounds in which it was idle are not counted."
  )
  var shared = false
  @Flag(help: "Add to the counts of the file; otherwise those groups begin anew.") var resume = false
  @Option(help: "Only cells whose name contains this.") var only: String?
  @Option(help: "Files of other runs whose counts are added; nothing is run.") var add: [String] = []
  @Flag(help: "Write nothing, and fail on any miss or false alarm.") var check = false

  func validate() throws {
    if runs < 1 { throw ValidationError("--runs must be at least 1") }
    if check, !add.isEmpty { throw ValidationError("--check writes nothing, so it has no use for --add") }
    if !(1...16).contains(jobs) { throw ValidationError("--jobs must be from 1 to 16") }
  }

  func run() async throws {
    var ledger = PowerLedger(json: check ? nil : FileManager.default.contents(atPath: file))
    guard add.isEmpty else { return try sum(into: ledger) }
    if !resume { ledger.forget(group) }
    var left = runs
    while left > 0 {
      // Correct cells run one round at a time: their whole point is to be alone, or under a load that is known.
      let batch = min(left, group == [.broken] ? jobs : 1)
      for group in group {
        let load = group == .loaded && !shared ? Load() : nil
        defer { load?.stop() }
        let before = ProcessorTimes()
        let rounds = try await withThrowingTaskGroup(of: Round.self) { tasks in
          for _ in 0..<batch { tasks.addTask { try await Round.play(group, only: only) } }
          return try await tasks.reduce(into: []) { $0.append($1) }
        }
        if group == .loaded, shared, let idle = ProcessorTimes().idleShare(since: before), idle > 0.1 {
          print("a round with the processors idle for \(Int(idle * 100)) % of the time is not counted as loaded")
          continue
        }
        for round in rounds { try count(round, of: group, into: &ledger) }
      }
      // After each batch, so that an interrupted night keeps what it counted.
      if !check { try write(ledger) }
      left -= batch
      print("\(runs - left) of \(runs) runs: \(ledger.summary)")
    }
    if check, !ledger.isClean { throw Ending.kitFailed }
  }

  /// Adds the counts of other runs' files to those of `file`.
  private func sum(into ledger: PowerLedger) throws {
    var ledger = ledger
    for path in add {
      guard let bytes = FileManager.default.contents(atPath: path) else {
        throw ValidationError("no file of counts at \(path)")
      }
      ledger.add(PowerLedger(json: bytes))
    }
    try write(ledger)
    print(ledger.summary)
  }

  private struct Round: Sendable {
    let seed: UInt64
    let remains: ChildProcess.Remains

    static func play(_ group: PowerGroup, only: String?) async throws -> Round {
      let seed = UInt64.random(in: 0...UInt64.max)
      let words = ["power-round", "--group", "\(group)", "--seed", String(seed)] + (only.map { ["--only", $0] } ?? [])
      let child = ChildProcess(executable: "/proc/self/exe", arguments: words)
      return Round(seed: seed, remains: try await child.remains(patience: .standard))
    }
  }

  private func count(_ round: Round, of group: PowerGroup, into ledger: inout PowerLedger) throws {
    let (seed, remains) = (round.seed, round.remains)
    for line in remains.result.split(separator: UInt8(ascii: "\n")) {
      guard let members = try? ProblemValue(json: line).objectValue, let name = members["name"]?.stringValue else {
        continue
      }
      let isHit = members["hit"] == .bool(true)
      ledger.add(group, name, isHit: isHit, seed: seed)
      if !isHit { print("\(group.rawValue): \(name), seed \(seed): \(members["detail"]?.stringValue ?? "")") }
    }
    guard case .exited(code: 0) = remains.ending else {
      print("a round of \(group.rawValue) with seed \(seed) ended as \(remains.ending): \(remains.text.suffix(2000))")
      throw Ending.kitFailed
    }
  }

  private func write(_ ledger: PowerLedger) throws {
    try write(ledger.json, to: file)
    try write(ledger.markdown, to: page)
  }

  private func write(_ text: String, to path: String) throws {
    let url = URL(filePath: path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url, options: .atomic)
  }
}

/// What `/proc/stat` says of all processors together, in clock ticks since the start of the machine.
private struct ProcessorTimes {
  private var idle: Int64 = 0
  private var all: Int64 = 0

  init() {
    // "cpu user nice system idle iowait …": proc_stat(5).
    let text = (try? String(contentsOfFile: "/proc/stat", encoding: .utf8)) ?? ""
    let fields = text.prefix { $0 != "\n" }.split(separator: " ").dropFirst().compactMap { Int64($0) }
    guard fields.count >= 5 else { return }
    idle = fields[3] + fields[4]
    all = fields.reduce(0, +)
  }

  func idleShare(since before: ProcessorTimes) -> Double? {
    all > before.all ? Double(idle - before.idle) / Double(all - before.all) : nil
  }
}

/// Keeps every processor busy with something else.
private final class Load: Sendable {
  private let isStopped = Atomic<Bool>(false)

  init() {
    for number in 0..<ProcessInfo.processInfo.activeProcessorCount {
      try? KitThread.start("load-\(number)") { [self] in while !isStopped.load(ordering: .relaxed) {} }
    }
  }

  func stop() { isStopped.store(true, ordering: .relaxed) }
}
