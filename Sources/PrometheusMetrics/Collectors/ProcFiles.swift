#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Reads the process's own files under `/proc` (proc(5)). Whatever cannot be read or understood is nil.
struct ProcFiles {
  /// The folder, replaced in tests.
  var root = "/proc"

  /// `stat`: fields after the command name, which may itself hold spaces and brackets.
  struct Stat: Equatable {
    var cpuTicks: UInt64
    var threads: Int64
    var startTicks: UInt64
    var virtualBytes: UInt64
    var residentPages: Int64

    init?(_ text: String) {
      guard let end = text.lastIndex(of: ")") else { return nil }
      // The first field here is number 3 of the manual page.
      let fields = text[text.index(after: end)...].split { $0 == " " || $0 == "\n" }
      guard fields.count > 21, let user = UInt64(fields[11]), let system = UInt64(fields[12]),
        let threads = Int64(fields[17]), let start = UInt64(fields[19]), let virtual = UInt64(fields[20]),
        let resident = Int64(fields[21])
      else { return nil }
      cpuTicks = user + system
      self.threads = threads
      startTicks = start
      virtualBytes = virtual
      residentPages = resident
    }
  }

  func stat() -> Stat? { contents("self/stat").flatMap(Stat.init) }

  /// When the system was started, in seconds since 1970.
  func bootTime() -> Double? {
    contents("stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }.flatMap { Double($0.dropFirst(6)) }
  }

  /// The soft limit of open files; infinite when there is none.
  func maxOpenFiles() -> Double? {
    guard let line = contents("self/limits")?.split(separator: "\n").first(where: { $0.hasPrefix("Max open files") }),
      let soft = line.dropFirst(14).split(separator: " ").first
    else { return nil }
    return soft == "unlimited" ? .infinity : Double(soft)
  }

  func openFiles() -> Int? {
    guard let directory = opendir(root + "/self/fd") else { return nil }
    defer { closedir(directory) }
    var count = 0
    while let entry = readdir(directory) {
      let first = withUnsafePointer(to: &entry.pointee.d_name) { UnsafeRawPointer($0).load(as: UInt8.self) }
      if first != UInt8(ascii: ".") { count += 1 }
    }
    // One of them is the directory being read.
    return max(0, count - 1)
  }

  private func contents(_ path: String) -> String? {
    let descriptor = open(root + "/" + path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { break }
      bytes.append(contentsOf: buffer[..<count])
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
