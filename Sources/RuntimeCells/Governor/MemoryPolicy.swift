/// When a ``MemoryGovernor`` finds memory short, and what it does about it.
public struct MemoryPolicy: Hashable, Sendable {
  /// What the cells' declared footprints may come to together, in bytes; nil means ``pauseAbove`` of the limit that the
  /// readings tell, and no such bound while they tell none.
  public var budget: UInt64?
  /// The share of the limit from which on memory is short: new payloads are paused, idle cells closed. 0 to 1.
  public var pauseAbove: Double
  /// The share of the limit below which it is no longer short. Not above ``pauseAbove``; the distance keeps the governor
  /// from switching to and fro.
  public var resumeBelow: Double
  /// The share of time in which tasks wait for memory (PSI `some avg10`) from which on memory is short; nil looks at use only.
  public var pressureAbove: Double?
  /// Whether idle cells are closed to make room: those of low priority first, then the least recently used, then the
  /// largest.
  public var closesIdleCells: Bool
  /// How long an init or a swap may wait for room.
  public var admissionDeadline: Duration
  /// The time between two readings.
  public var interval: Duration

  /// Makes a policy.
  public init(
    budget: UInt64? = nil, pauseAbove: Double = 0.9, resumeBelow: Double = 0.8, pressureAbove: Double? = 0.2,
    closesIdleCells: Bool = true, admissionDeadline: Duration = .seconds(30), interval: Duration = .seconds(2)
  ) {
    self.budget = budget
    self.pauseAbove = pauseAbove
    self.resumeBelow = resumeBelow
    self.pressureAbove = pressureAbove
    self.closesIdleCells = closesIdleCells
    self.admissionDeadline = admissionDeadline
    self.interval = interval
  }

  /// What makes no sense in it; nil if all does.
  var flaw: String? {
    guard (0...1).contains(pauseAbove), (0...1).contains(resumeBelow) else { return "its shares are not within 0...1" }
    if resumeBelow > pauseAbove { return "resumeBelow is above pauseAbove" }
    if let pressureAbove, !(pressureAbove > 0) { return "pressureAbove is not positive" }
    if admissionDeadline < .zero { return "admissionDeadline is negative" }
    return interval > .zero ? nil : "interval is not positive"
  }

  /// What of a limit may be taken, in bytes.
  func share(_ share: Double, of limit: UInt64) -> UInt64 { UInt64(Double(limit) * share) }

  /// Whether memory is short at that reading, given that it was or was not before.
  func isShort(_ reading: MemoryReading, before: Bool) -> Bool {
    let use = reading.limit.map { $0 == 0 ? 1 : Double(reading.usage) / Double($0) } ?? 0
    let stall = reading.pressure ?? 0
    if before { return use >= resumeBelow || stall >= (pressureAbove ?? .infinity) / 2 }
    return use >= pauseAbove || stall >= pressureAbove ?? .infinity
  }
}
