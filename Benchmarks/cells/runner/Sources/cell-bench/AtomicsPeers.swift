// What swift-atomics offers for the same job: a reference that can be replaced, and one that is set once.
import Atomics

final class AtomicPayload: AtomicReference, Sendable { let one: UInt64 = 1 }

final class AtomicHolders: Sendable {
  let replaceable = ManagedAtomic<AtomicPayload>(AtomicPayload())
  let setOnce = ManagedAtomicLazyReference<AtomicPayload>()
  init() { _ = setOnce.storeIfNilThenLoad(AtomicPayload()) }
}

@inline(never) func managedAtomicReads(_ holders: AtomicHolders, _ count: UInt64) -> UInt64 {
  var sum: UInt64 = 0
  for _ in 0..<count { sum &+= holders.replaceable.load(ordering: .acquiring).one }
  return sum
}

@inline(never) func lazyReferenceReads(_ holders: AtomicHolders, _ count: UInt64) -> UInt64 {
  var sum: UInt64 = 0
  for _ in 0..<count { sum &+= holders.setOnce.load()?.one ?? 0 }
  return sum
}
