import CoreMetrics
import PrometheusMetrics
import Testing

@Suite("Many threads at once")
struct ConcurrencyTests {
  @Test("No update is lost, whoever makes it and whatever handle it goes through")
  func nothingLost() async {
    let bench = Bench()
    let (tasks, rounds) = (8, 20_000)
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<tasks {
        group.addTask {
          let counter = bench.counter("jobs", [("queue", "a")])
          let sum = FloatingPointCounter(label: "sum", factory: bench.factory)
          let timer = bench.timer("latency")
          let recorder = bench.recorder("size")
          for round in 0..<rounds {
            counter.increment()
            sum.increment(by: 0.5)
            timer.recordNanoseconds(Int64(round))
            recorder.record(Double(task))
          }
        }
      }
    }
    let snapshot = bench.registry.snapshot()
    let total = UInt64(tasks * rounds)
    #expect(snapshot.value("jobs_total", "a") == .counter(whole: total))
    #expect(snapshot.value("sum_total") == .counter(whole: 0, part: Double(total) / 2))
    #expect(histogram(snapshot.value("latency_seconds"))?.count == total)
    let size = histogram(snapshot.value("size"))
    #expect(size?.count == total)
    #expect(size?.sum == Double((0..<tasks).reduce(0, +) * rounds))
  }

  @Test("Scrapes during updates show counts that never fall, and handles may be made and destroyed meanwhile")
  func scrapesMeanwhile() async {
    let bench = Bench()
    let rounds = 2_000
    await withTaskGroup(of: Bool.self) { group in
      for task in 0..<2 {
        group.addTask {
          for round in 0..<rounds {
            bench.timer("latency").recordNanoseconds(Int64(round))
            let passing = bench.counter("passing", [("task", "\(task)"), ("round", "\(round % 50)")])
            passing.increment()
            if round.isMultiple(of: 3) { passing.destroy() }
          }
          return true
        }
      }
      group.addTask {
        var last: UInt64 = 0
        while last < UInt64(2 * rounds) {
          let count = histogram(bench.registry.snapshot().value("latency_seconds"))?.count ?? 0
          guard count >= last else { return false }
          last = count
          await Task.yield()
        }
        return true
      }
      for await rose in group { #expect(rose) }
    }
    #expect(bench.reasons.isEmpty)
  }
}
