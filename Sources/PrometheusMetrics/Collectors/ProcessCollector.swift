#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The `process_*` metrics that Prometheus clients share, from `/proc`. What the system does not tell is left out.
public struct ProcessCollector: MetricsCollector {
  private let files: ProcFiles
  private let ticksPerSecond: Double
  private let pageBytes: Double

  /// Reads this process.
  public init() {
    self.init(
      files: ProcFiles(), ticksPerSecond: Double(sysconf(Int32(_SC_CLK_TCK))),
      pageBytes: Double(sysconf(Int32(_SC_PAGESIZE))))
  }

  init(files: ProcFiles, ticksPerSecond: Double, pageBytes: Double) {
    self.files = files
    self.ticksPerSecond = ticksPerSecond
    self.pageBytes = pageBytes
  }

  /// The families that can be had.
  public func collect() -> [MetricFamily] {
    var families: [MetricFamily] = []
    if let stat = files.stat() {
      families.append(
        Self.family(
          "process_cpu_seconds_total", .counter(whole: 0, part: Double(stat.cpuTicks) / ticksPerSecond), "seconds",
          "User and system processor time spent."))
      families.append(
        Self.family("process_threads", .gauge(Double(stat.threads)), nil, "Threads of the process."))
      families.append(
        Self.family(
          "process_virtual_memory_bytes", .gauge(Double(stat.virtualBytes)), "bytes", "Size of the address space."))
      families.append(
        Self.family(
          "process_resident_memory_bytes", .gauge(Double(stat.residentPages) * pageBytes), "bytes",
          "Memory held in RAM."))
      if let boot = files.bootTime() {
        families.append(
          Self.family(
            "process_start_time_seconds", .gauge(boot + Double(stat.startTicks) / ticksPerSecond), "seconds",
            "When the process was started, in seconds since 1970."))
      }
    }
    if let open = files.openFiles() {
      families.append(Self.family("process_open_fds", .gauge(Double(open)), nil, "File descriptors in use."))
    }
    if let most = files.maxOpenFiles() {
      families.append(
        Self.family("process_max_fds", .gauge(most), nil, "The most file descriptors that may be in use."))
    }
    return families
  }

  private static func family(_ name: String, _ value: MetricValue, _ unit: String?, _ help: String) -> MetricFamily {
    var family = MetricFamily(
      MetricDescriptor(
        checkedName: name, kind: value.kind, help: help, unit: unit, labelNames: [], buckets: nil, maxSeries: nil))
    family.append([], value)
    return family
  }
}
