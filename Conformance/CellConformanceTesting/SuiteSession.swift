import CellConformance
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What has become of the cases that a kit gave out: the report is written whenever something was found and at the end,
/// and the end is told in one line. When the process ends before all cases had their turn, that is the end.
final class SuiteSession: Sendable {
  private struct State {
    var planned: Set<String> = []
    var done: Set<String> = []
    var hasBegun = false
    var isTold = true
  }

  private let run: ConformanceRun
  private let reports: ReportWriter
  private let say: @Sendable (String) -> Void
  private let state = Mutex(State())

  private static let sessions = Mutex<[SuiteSession]>([])
  private static let cleared = Mutex<Set<String>>([])

  init(_ run: ConformanceRun, reports: ReportWriter, say: @escaping @Sendable (String) -> Void) {
    (self.run, self.reports, self.say) = (run, reports, say)
  }

  /// The cases are part of what will run.
  func plan(_ cases: [RuleCase]) {
    state.withLock { $0.planned.formUnion(cases.lazy.map(\.id).filter { RuleCatalogue.rule($0) != nil }) }
  }

  /// A case begins. Before the first one the reports of an earlier run are taken away, so that none is read as this one's.
  ///
  /// - Returns: whether it is the first.
  /// - Throws: when an old report cannot be removed.
  @discardableResult
  func begin() throws -> Bool {
    let isFirst = state.withLock { state in
      defer { state.hasBegun = true }
      return !state.hasBegun
    }
    guard isFirst else { return false }
    let others = Self.sessions.withLock { sessions in
      sessions.append(self)
      return sessions.count - 1
    }
    if others == 0 { atexit { SuiteSession.endAll() } }
    // Of several kits for one backend in a process, the first one clears.
    let place = "\(reports.directory)/\(run.manifest.name)"
    if Self.cleared.withLock({ $0.insert(place).inserted }) { try reports.removeOld(of: run.manifest) }
    return true
  }

  /// A case has its result.
  ///
  /// - Throws: ``KitError`` when the report cannot be written.
  func end(_ result: RuleResult) throws {
    let isLast = state.withLock { state in
      state.done.insert(result.rule.id)
      let isLast = state.planned.isSubset(of: state.done)
      // A repetition of the whole suite is told again.
      if isLast { state.done = [] }
      state.isTold = isLast
      return isLast
    }
    if isLast { try tell() } else if result.verdict != .passed { try reports.write(run.report()) }
  }

  private func tell() throws {
    let report = run.report()
    let path = try reports.write(report)
    say("cell-conformance: \(report.summary); report: \(path)")
  }

  /// The process ends: whatever was not told yet is told now.
  private static func endAll() {
    for session in sessions.withLock({ $0 }) {
      let isOpen = session.state.withLock { state in
        defer { state.isTold = true }
        return !state.isTold
      }
      guard isOpen else { continue }
      do { try session.tell() } catch { session.say("cell-conformance: \(error)") }
    }
  }
}
