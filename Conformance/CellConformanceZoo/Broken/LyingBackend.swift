import CellConformance

/// Declares swapping and has no such protocol.
struct LyingBackend: OverLockCell {
  let inner = LockBackend()
  let manifest = BackendManifest(name: "lock/declares-missing-capability", capabilities: [.swapping])
}
