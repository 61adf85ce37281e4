internal import CCellSupport

/// Reads what Linux tells about memory: control groups of both versions, `/proc/meminfo`, `/proc/self/statm`, PSI.
///
/// A group's limit binds together with those of all groups above it, so each level is looked at and the one with the least
/// left counts. File pages that are not in active use are not counted as taken: the kernel drops them before it kills
/// anybody (the "working set" of the kubelet). Formats: the kernel's `admin-guide/cgroup-v2.rst` and `cgroup-v1/memory.rst`,
/// `proc_meminfo(5)`, `proc_pid_statm(5)`, `accounting/psi.rst`.
struct LinuxMemory: Sendable {
  /// The text of a file, or nil.
  var text: @Sendable (String) -> String? = LinuxMemory.file
  var pageSize: UInt64 = cell_page_size()

  func read() throws -> MemoryReading {
    let groups = groupLevels()
    let levels = groups + [machine()].compactMap { $0 }
    guard var reading = levels.min(by: { ($0.available ?? .max) < ($1.available ?? .max) }) else {
      throw MemoryUnreadable()
    }
    reading.resident = resident()
    reading.pressure = groups.compactMap(\.pressure).max() ?? pressure("/proc/pressure/memory")
    return reading
  }

  /// The second field of statm: resident pages.
  func resident() -> UInt64? {
    guard let fields = text("/proc/self/statm")?.split(whereSeparator: \.isWhitespace), fields.count > 1,
      let pages = UInt64(fields[1])
    else { return nil }
    let (bytes, overflow) = pages.multipliedReportingOverflow(by: pageSize)
    return overflow ? nil : bytes
  }

  private func machine() -> MemoryReading? {
    guard let info = text("/proc/meminfo") else { return nil }
    let fields = Self.fields(info)
    func bytes(_ name: String) -> UInt64? {
      fields[name].flatMap {
        let (bytes, overflow) = $0.multipliedReportingOverflow(by: 1024)
        return overflow ? nil : bytes
      }
    }
    guard let total = bytes("MemTotal:"), total > 0 else { return nil }
    // MemAvailable came with Linux 3.14; free memory is a lower bound of it.
    guard let available = bytes("MemAvailable:") ?? bytes("MemFree:") else { return nil }
    return MemoryReading(limit: total, usage: total - min(total, available))
  }

  private func groupLevels() -> [MemoryReading] {
    var unified: String?
    var old: String?
    for line in (text("/proc/self/cgroup") ?? "").split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      if parts[0] == "0", parts[1].isEmpty { unified = String(parts[2]) }
      if parts[1].split(separator: ",").contains("memory") { old = String(parts[2]) }
    }
    // A hybrid system has both; the memory controller is then where version 1 says.
    if let old { return ancestors(old).compactMap { versionOne("/sys/fs/cgroup/memory" + $0) } }
    return ancestors(unified ?? "").compactMap { versionTwo("/sys/fs/cgroup" + $0) }
  }

  /// A group's path and those above it, down to the root, which is "". Inside a container the path may be one that only
  /// the host knows; the root is then the container's own group.
  private func ancestors(_ path: String) -> [String] {
    var parts = path.split(separator: "/").filter { $0 != ".." && $0 != "." }
    var paths: [String] = []
    while !parts.isEmpty {
      paths.append("/" + parts.joined(separator: "/"))
      parts.removeLast()
    }
    return paths + [""]
  }

  private func versionTwo(_ folder: String) -> MemoryReading? {
    guard let usage = number(folder + "/memory.current") else { return nil }
    // Above `high` the kernel throttles: nobody wants to be there either.
    let limit = [number(folder + "/memory.max"), number(folder + "/memory.high")].compactMap { $0 }.min()
    let unused = Self.fields(text(folder + "/memory.stat") ?? "")["inactive_file"] ?? 0
    return MemoryReading(
      limit: limit, usage: usage - min(usage, unused), pressure: pressure(folder + "/memory.pressure"))
  }

  private func versionOne(_ folder: String) -> MemoryReading? {
    guard let usage = number(folder + "/memory.usage_in_bytes") else { return nil }
    var limit = number(folder + "/memory.limit_in_bytes")
    // "No limit" is the largest number of whole pages.
    if let some = limit, some >= UInt64(Int64.max) / pageSize * pageSize { limit = nil }
    let unused = Self.fields(text(folder + "/memory.stat") ?? "")["total_inactive_file"] ?? 0
    return MemoryReading(limit: limit, usage: usage - min(usage, unused))
  }

  /// A file that holds one number; nil for "max" and for everything else that is none.
  private func number(_ path: String) -> UInt64? {
    text(path).flatMap { $0.split(whereSeparator: \.isWhitespace).first }.flatMap { UInt64($0) }
  }

  /// `some avg10=1.53 ...` as a share.
  private func pressure(_ path: String) -> Double? {
    for line in (text(path) ?? "").split(separator: "\n") where line.hasPrefix("some ") {
      for field in line.split(separator: " ") where field.hasPrefix("avg10=") {
        guard let percent = Double(field.dropFirst(6)), percent.isFinite, percent >= 0 else { return nil }
        return min(1, percent / 100)
      }
    }
    return nil
  }

  /// Lines of a name and a number.
  private static func fields(_ text: String) -> [String: UInt64] {
    var fields: [String: UInt64] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(whereSeparator: \.isWhitespace)
      if parts.count > 1, let value = UInt64(parts[1]) { fields[String(parts[0])] = value }
    }
    return fields
  }

  private static let file: @Sendable (String) -> String? = { path in
    // memory.stat is the longest of them and has some 1,500 bytes.
    let bytes = [UInt8](unsafeUninitializedCapacity: 32 << 10) { buffer, count in
      let read = buffer.withMemoryRebound(to: CChar.self) { cell_file_read(path, $0.baseAddress, $0.count) }
      count = max(0, read)
      if read < 0 { count = 0 }
    }
    return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
  }
}
