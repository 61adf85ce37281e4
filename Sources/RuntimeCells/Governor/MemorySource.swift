/// Where a ``MemoryGovernor`` gets its readings.
public struct MemorySource: Sendable {
  private let look: @Sendable () throws -> MemoryReading
  private let lookAtResident: @Sendable () -> UInt64?

  /// Uses any source. Both closures may block; they run on the governor's own thread or on a loader's.
  ///
  /// - Parameters:
  ///   - resident: the bytes that this process holds in memory, for measuring what one factory took; nil measures nothing.
  ///   - read: takes a reading.
  public init(
    resident: @escaping @Sendable () -> UInt64? = { nil }, _ read: @escaping @Sendable () throws -> MemoryReading
  ) {
    look = read
    lookAtResident = resident
  }

  /// Takes a reading now.
  ///
  /// - Throws: what the source throws; the governor then keeps its last reading.
  public func read() throws -> MemoryReading { try look() }

  /// The bytes that this process holds in memory now.
  func resident() -> UInt64? { lookAtResident() }

  /// The limits and the use of the process's control group (version 2, else 1) or, where they are tighter or there is no
  /// group, those of the machine. Reads `/proc` and `/sys/fs/cgroup`.
  public static let linux: MemorySource = {
    let memory = LinuxMemory()
    return MemorySource(resident: { memory.resident() }) { try memory.read() }
  }()
}

/// Neither `/proc` nor a control group tells about memory.
public struct MemoryUnreadable: Error, Sendable, CustomStringConvertible {
  /// A sentence for people.
  public var description: String {
    "neither /proc/meminfo nor a memory control group can be read: give the governor another source"
  }
}
