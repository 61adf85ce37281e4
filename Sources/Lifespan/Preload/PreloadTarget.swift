/// Something that can be made ready before the service says that it is: a cell, or a cell inside another one's payload.
public struct PreloadTarget: Sendable {
  /// The name under which settings ask for it (design section 5).
  public var name: String
  /// The row of the status table that shows it.
  public var cell: String
  /// A rough estimate of the memory it needs, in bytes; 0 when it is made as a part of another target.
  public var footprintBytes: UInt64
  /// Why it cannot be had in this build or with this configuration; nil when it can. A disabled target is a limit, no failure.
  public var disabledReason: String?
  /// Whether it is ready now, without waiting.
  public var isReady: @Sendable () -> Bool
  /// Makes it ready: runs its factory unless another caller does, and warms it up. Must end soon after its task is cancelled.
  public var warm: @Sendable () async throws -> Void

  /// Makes a target; `cell` is `name` unless told otherwise.
  public init(
    name: String, cell: String? = nil, footprintBytes: UInt64 = 0, disabledReason: String? = nil,
    isReady: @escaping @Sendable () -> Bool, warm: @escaping @Sendable () async throws -> Void
  ) {
    self.name = name
    self.cell = cell ?? name
    self.footprintBytes = footprintBytes
    self.disabledReason = disabledReason
    self.isReady = isReady
    self.warm = warm
  }

  /// A target that cannot be had, with the reason.
  public static func disabled(_ name: String, reason: String) -> PreloadTarget {
    PreloadTarget(name: name, disabledReason: reason, isReady: { false }, warm: {})
  }
}
