import Testing

@testable import RuntimeCells

@Suite struct LinuxMemoryTests {
  static let meminfo = """
    MemTotal:       16303424 kB
    MemFree:         1189000 kB
    MemAvailable:    9034252 kB
    Buffers:          482720 kB
    HugePages_Total:       0
    """

  func read(_ files: [String: String]) throws -> MemoryReading {
    try LinuxMemory(text: { files[$0] }, pageSize: 4096).read()
  }

  @Test func `without a group the machine's memory counts`() throws {
    let reading = try read([
      "/proc/meminfo": Self.meminfo, "/proc/self/statm": "81234 20117 8213 12 0 30120 0\n",
      "/proc/pressure/memory":
        "some avg10=12.50 avg60=3.02 avg300=0.88 total=123456\nfull avg10=1.00 avg60=0.00 avg300=0.00 total=99\n",
    ])
    #expect(reading.limit == UInt64(16_303_424 * 1024))
    #expect(reading.available == UInt64(9_034_252 * 1024))
    #expect(reading.resident == UInt64(20117 * 4096))
    #expect(reading.pressure == 0.125)
  }

  @Test func `version 2, limits of the groups above count too, and unused file pages are not taken`() throws {
    let pod = "/sys/fs/cgroup/kubepods.slice/pod1"
    let files = [
      "/proc/meminfo": Self.meminfo,
      "/proc/self/cgroup": "0::/kubepods.slice/pod1/app\n",
      "\(pod)/app/memory.current": "2147483648\n", "\(pod)/app/memory.max": "max\n",
      "\(pod)/app/memory.high": "max\n",
      "\(pod)/app/memory.stat": "anon 1073741824\nfile 1073741824\ninactive_file 536870912\n",
      "\(pod)/app/memory.pressure": "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n",
      "\(pod)/memory.current": "3221225472\n", "\(pod)/memory.max": "4294967296\n",
      "\(pod)/memory.stat": "inactive_file 1073741824\n",
    ]
    let reading = try read(files)
    #expect(reading.limit == 4 << 30)
    #expect(reading.usage == 2 << 30)
    #expect(reading.pressure == 0)
    // Throttling begins at `high`: the limit that counts is the lower one.
    var throttled = files
    throttled["\(pod)/memory.high"] = "3221225472\n"
    #expect(try read(throttled).limit == 3 << 30)
    // Without any limit the machine's own counts.
    var unlimited = files
    unlimited["\(pod)/memory.max"] = "max\n"
    #expect(try read(unlimited).limit == UInt64(16_303_424 * 1024))
  }

  @Test func `a container that sees only its own root`() throws {
    let reading = try read([
      "/proc/self/cgroup": "0::/../../host/path/nobody/knows\n",
      "/sys/fs/cgroup/memory.current": "104857600", "/sys/fs/cgroup/memory.max": "209715200",
    ])
    #expect(reading == MemoryReading(limit: 200 << 20, usage: 100 << 20))
  }

  @Test func `version 1, with its number for no limit`() throws {
    var files = [
      "/proc/meminfo": Self.meminfo,
      "/proc/self/cgroup": "12:cpu,cpuacct:/a\n4:memory:/docker/f00\n1:name=systemd:/\n0::/\n",
      "/sys/fs/cgroup/memory/memory.usage_in_bytes": "734003200\n",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "1073741824\n",
      "/sys/fs/cgroup/memory/memory.stat": "cache 1\ntotal_inactive_file 209715200\n",
    ]
    #expect(try read(files) == MemoryReading(limit: 1 << 30, usage: 500 << 20))
    files["/sys/fs/cgroup/memory/memory.limit_in_bytes"] = "9223372036854771712\n"
    #expect(try read(files).limit == UInt64(16_303_424 * 1024))
  }

  @Test func `nonsense is nothing`() throws {
    let files = [
      "/proc/meminfo": "MemTotal: lots kB\nMemAvailable:\n", "/proc/self/statm": "1\n",
      "/proc/self/cgroup": "what\n::::\n0::\n", "/sys/fs/cgroup/memory.current": "-5\n",
      "/proc/pressure/memory": "some avg10=nan\n",
    ]
    #expect(throws: MemoryUnreadable.self) { try read(files) }
    #expect(throws: MemoryUnreadable.self) { try read([:]) }
    let half = try read([
      "/proc/meminfo": "MemTotal: 18446744073709551615 kB\nMemFree: 1 kB",
      "/sys/fs/cgroup/memory.current": "18446744073709551615", "/sys/fs/cgroup/memory.max": "7 bytes",
      "/sys/fs/cgroup/memory.stat": "inactive_file 99999999999999999999999\ninactive_file",
      "/proc/self/statm": "\u{0} \u{0}",
    ])
    #expect(half.available == 0 && half.limit == 7 && half.resident == nil)
    #expect(try read(["/proc/meminfo": "MemTotal: 10 kB\nMemAvailable: 99 kB"]).usage == 0)
  }

  @Test func `this very process can be read`() throws {
    let reading = try MemorySource.linux.read()
    let resident = try #require(reading.resident)
    #expect(resident > 1 << 20)
    #expect(reading.limit.map { $0 > 1 << 20 } ?? true)
    #expect(reading.usage > 0)
  }
}
