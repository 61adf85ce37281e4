import CellContract

/// A probe that declares what a payload must declare to be closed by force.
final class TolerantProbe: Probe, ForceCloseable, @unchecked Sendable {}
