import CoreMetrics
import ExternalTools
import Foundation
import Testing

@testable import PrometheusMetrics

@Suite("Collectors")
struct CollectorTests {
  private struct Fixed: MetricsCollector {
    let families: [MetricFamily]
    func collect() -> [MetricFamily] { families }
  }

  @Test("Collected values are shown beside handles; what does not fit is left out and counted")
  func collected() throws {
    let bench = Bench()
    bench.counter("jobs").increment()
    var queue = MetricFamily(try MetricDescriptor(name: "queue", kind: .gauge, help: "Queue.", labelNames: ["cell"]))
    queue.append(["a"], .gauge(2))
    queue.append(["a"], .gauge(3))
    queue.append([], .gauge(4))
    queue.append(["b"], .counter(whole: 1))
    var clash = MetricFamily(try MetricDescriptor(name: "jobs", kind: .gauge, help: "Clash."))
    clash.append([], .gauge(1))
    bench.registry.add(Fixed(families: [queue, clash, MetricFamily(queue.descriptor)]))
    bench.registry.add(Fixed(families: [queue]))
    let snapshot = bench.registry.snapshot()
    #expect(snapshot["queue"]?.series.map(\.value) == [.gauge(2)])
    #expect(snapshot["jobs"] == nil)
    // Three misfits of the first `queue`, the clash, and the two series of the second `queue`.
    #expect(snapshot.value("metrics_registry_rejected_updates_total") == .counter(whole: 6))
  }

  @Test("A metric that was described may be filled by a collector")
  func described() throws {
    let bench = Bench()
    let descriptor = try MetricDescriptor(name: "queue", kind: .gauge, help: "Queue.", labelNames: ["cell"])
    try bench.registry.describe(descriptor)
    var queue = MetricFamily(descriptor)
    queue.append(["a"], .gauge(2))
    bench.registry.add(Fixed(families: [queue]))
    #expect(bench.registry.snapshot().value("queue", "a") == .gauge(2))
    bench.meter("queue", [("cell", "a")]).set(9.0)
    #expect(bench.registry.snapshot().value("queue", "a") == .gauge(9), "handles come first")
  }

  @Test("The process collector reads what proc(5) describes")
  func processFiles() throws {
    let scratch = try Scratch()
    defer { scratch.remove() }
    let fields = (3...52).map { number in
      switch number {
      case 14: "150"
      case 15: "50"
      case 20: "7"
      case 22: "1000"
      case 23: "4096000"
      case 24: "25"
      default: "1"
      }
    }
    try scratch.file("self/stat", Data(("42 (a (strange) name) " + fields.joined(separator: " ") + "\n").utf8))
    try scratch.file("stat", Data("cpu 1 2 3\nbtime 1700000000\nprocesses 5\n".utf8))
    try scratch.file(
      "self/limits",
      Data("Limit  Soft Limit  Hard Limit  Units\nMax open files            1024      4096      files\n".utf8))
    for name in ["0", "1", "2", "9"] { try scratch.file("self/fd/\(name)", Data()) }
    let collector = ProcessCollector(files: ProcFiles(root: scratch.url.path), ticksPerSecond: 100, pageBytes: 4096)
    let snapshot = MetricsSnapshot(families: collector.collect())
    #expect(snapshot.value("process_cpu_seconds_total") == .counter(whole: 0, part: 2))
    #expect(snapshot.value("process_threads") == .gauge(7))
    #expect(snapshot.value("process_virtual_memory_bytes") == .gauge(4_096_000))
    #expect(snapshot.value("process_resident_memory_bytes") == .gauge(102_400))
    #expect(snapshot.value("process_start_time_seconds") == .gauge(1_700_000_010))
    #expect(snapshot.value("process_open_fds") == .gauge(3))
    #expect(snapshot.value("process_max_fds") == .gauge(1024))
  }

  @Test("What cannot be read is left out rather than made up")
  func missing() throws {
    let scratch = try Scratch()
    defer { scratch.remove() }
    let collector = ProcessCollector(files: ProcFiles(root: scratch.url.path), ticksPerSecond: 100, pageBytes: 4096)
    #expect(collector.collect().isEmpty)
    try scratch.file("self/stat", Data("42 (name) R 1 2".utf8))
    try scratch.file("self/limits", Data("Max open files            unlimited unlimited files\n".utf8))
    #expect(collector.collect().map(\.descriptor.name) == ["process_max_fds"])
  }

  @Test("This process is alive by its own account")
  func live() {
    let snapshot = MetricsSnapshot(families: ProcessCollector().collect())
    guard case .gauge(let memory)? = snapshot.value("process_resident_memory_bytes"),
      case .gauge(let files)? = snapshot.value("process_open_fds"),
      case .gauge(let start)? = snapshot.value("process_start_time_seconds")
    else {
      Issue.record("memory, open files or start time are missing: \(snapshot.families.map(\.descriptor.name))")
      return
    }
    #expect(memory > 1_000_000)
    #expect(files >= 3)
    let now = Date().timeIntervalSince1970
    #expect(start < now + 1 && start > now - 86_400)
  }
}
