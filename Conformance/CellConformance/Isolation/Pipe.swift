internal import CCellSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A pipe from a child: what has come so far, and no waiting for more.
struct Pipe: ~Copyable {
  private let readEnd: Int32
  private var writeEnd: Int32
  /// All that was read.
  private(set) var bytes: [UInt8] = []

  init() throws {
    var ends: [Int32] = [0, 0]
    let status = cell_pipe(&ends)
    guard status == 0 else {
      throw KitError("the system gave no pipe (errno \(status)): raise the limit of open files")
    }
    (readEnd, writeEnd) = (ends[0], ends[1])
  }

  /// What a child writes to.
  var end: Int32 { writeEnd }

  /// Gives up this process's copy of the end that the child writes to.
  mutating func closeWriteEnd() {
    if writeEnd >= 0 { close(writeEnd) }
    writeEnd = -1
  }

  /// Reads what is there. Returns whether anything was.
  mutating func drain() -> Bool {
    var found = false
    while true {
      let part = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
        count = max(0, read(readEnd, buffer.baseAddress, 4096))
      }
      if part.isEmpty { return found }
      found = true
      bytes += part
    }
  }

  deinit {
    if writeEnd >= 0 { close(writeEnd) }
    close(readEnd)
  }
}
