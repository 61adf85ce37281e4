#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the kernel says of this process's threads: the evidence by which the kit tells a hang from a slow machine.
package enum ThreadStates {
  /// One thread at one moment.
  package struct Sample: Equatable, Sendable {
    /// The kernel's letter: `R` runs or wants to, `S` sleeps, `D` waits for a device.
    package let state: Character
    /// User and system time so far, in clock ticks.
    package let ticks: UInt64

    /// Whether the thread cannot go on by itself.
    package var isAsleep: Bool { state == "S" || state == "Z" || state == "X" }
  }

  /// How often a thread was given a processor; nil where the kernel does not count.
  package static func slices(_ id: Int) -> UInt64? {
    guard let text = read("/proc/self/task/\(id)/schedstat") else { return nil }
    let fields = text.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
    return fields.count > 2 ? UInt64(String(decoding: fields[2], as: UTF8.self)) : nil
  }

  /// Every thread but the calling one, with its count of slices, if all of them sleep; else nil.
  ///
  /// Two equal answers in a row prove that there was a moment at which all of them slept: none ran in between.
  package static func allAsleep() -> [Int: UInt64]? {
    let own = currentThread()
    var found: [Int: UInt64] = [:]
    for id in all() where id != own {
      let before = slices(id)
      guard let sample = sample(id) else { continue }
      guard sample.isAsleep, let before else { return nil }
      found[id] = before
    }
    return found
  }

  /// The calling thread's id.
  package static func currentThread() -> Int {
    var buffer = [CChar](repeating: 0, count: 64)
    let count = readlink("/proc/thread-self", &buffer, 63)
    guard count > 0 else { return 0 }
    var id = 0
    for byte in buffer[0..<count] {
      let digit = Int(byte) - 48
      id = (0...9).contains(digit) ? id * 10 + digit : 0
    }
    return id
  }

  /// The ids of all threads of this process, or of another one.
  package static func all(of process: Int? = nil) -> [Int] {
    guard let directory = opendir(folder(process)) else { return [] }
    defer { closedir(directory) }
    var ids: [Int] = []
    while let entry = readdir(directory) {
      var id = 0
      withUnsafeBytes(of: entry.pointee.d_name) { name in
        for byte in name {
          guard byte >= 48, byte <= 57 else { break }
          id = id * 10 + Int(byte - 48)
        }
      }
      if id > 0 { ids.append(id) }
    }
    return ids
  }

  /// The state of one thread; nil once it has ended or where the system has no `/proc`.
  package static func sample(_ id: Int, of process: Int? = nil) -> Sample? {
    guard let text = read("\(folder(process))/\(id)/stat"), let end = text.lastIndex(of: UInt8(ascii: ")")) else {
      return nil
    }
    // The name may hold blanks and parentheses, so fields are counted from its last parenthesis: state is field 3.
    let fields = text[text.index(after: end)...].split(separator: UInt8(ascii: " "))
    guard fields.count > 12, let state = fields[0].first else { return nil }
    let ticks = [fields[11], fields[12]].map { UInt64(String(decoding: $0, as: UTF8.self)) ?? 0 }
    return Sample(state: Character(Unicode.Scalar(state)), ticks: ticks[0] + ticks[1])
  }

  /// What `thread` is called and waits in, for the report of a hang.
  package static func describe(_ id: Int, of process: Int? = nil) -> String {
    let name = line("\(folder(process))/\(id)/comm")
    let place = line("\(folder(process))/\(id)/wchan")
    let state = sample(id, of: process).map { String($0.state) } ?? "ended"
    return "\(id) \(name) \(state)" + (place.isEmpty || place == "0" ? "" : " in \(place)")
  }

  private static func folder(_ process: Int?) -> String { "/proc/\(process.map(String.init) ?? "self")/task" }

  private static func line(_ path: String) -> String {
    let text = String(decoding: read(path) ?? [], as: UTF8.self)
    return String(text.prefix { $0 != "\n" })
  }

  private static func read(_ path: String) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    return [UInt8](unsafeUninitializedCapacity: 1024) { buffer, count in
      count = max(0, SystemCalls.read(file, buffer.baseAddress, 1024))
    }
  }
}

/// The system's `read`, which the function above would otherwise shadow.
private enum SystemCalls {
  static func read(_ file: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    #if canImport(Glibc)
      Glibc.read(file, buffer, count)
    #elseif canImport(Musl)
      Musl.read(file, buffer, count)
    #else
      Darwin.read(file, buffer, count)
    #endif
  }
}
