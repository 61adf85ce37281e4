import CCellSupport
import CKernels
import Synchronization

/// The threads that work on one batch: the leader, which has the batch, and helpers, which would have nothing to do else.
///
/// The leader cuts each step of the batch into parts; everybody takes one part after another, and the leader goes on when
/// all are done. A helper that comes late, leaves early or never comes costs nothing: the leader waits for parts that
/// were taken, never for threads. Helpers spin between two steps, which is microseconds; one that finds nothing to do for
/// longer goes back to its pool, so nobody spins while the leader is held up.
final class WorkTeam: @unchecked Sendable {
  // @unchecked: `body` is written by the leader while no part is out, and read by whoever has taken one.
  /// The step's next part in the upper half, the number of its parts in the lower one.
  private let parts = Atomic<UInt64>(0)
  private let done = Atomic(0)
  private let isParked = Atomic(false)
  private let monitor = UnsafeMutablePointer<cell_monitor>.allocate(capacity: 1)
  private var body: ((_ part: Int, _ member: Int) -> Void)?
  private var recruit: ((WorkTeam) -> Void)?

  /// How many threads there may be, the leader included. Members are numbered from 0, the leader.
  let size: Int

  /// Looks before a helper goes home or the leader parks: about 0.1 ms.
  private static let patience = 2000
  private static let over = UInt64.max

  /// `recruit` is called once, on the leader's thread, when there is something to share; it may let threads call
  /// ``help(as:while:)``, each with a number of its own below `size`.
  init(size: Int, recruit: @escaping (WorkTeam) -> Void) {
    self.size = size
    self.recruit = recruit
    cell_monitor_init(monitor)
  }

  deinit {
    cell_monitor_destroy(monitor)
    monitor.deallocate()
  }

  // MARK: - The leader

  /// Runs `body` once for each part, on the leader's thread and the helpers'; returns when all have ended. What the
  /// leader wrote before is seen by every part, and what parts wrote by the leader afterwards.
  func divide(_ count: Int, _ body: @escaping (_ part: Int, _ member: Int) -> Void) {
    guard count > 1 else {
      if count == 1 { body(0, 0) }
      return
    }
    self.body = body
    done.store(0, ordering: .relaxed)
    parts.store(UInt64(UInt32(count)), ordering: .releasing)
    if let recruit {
      // With parts to take already: a leader that is held up here loses no helper to its patience.
      self.recruit = nil
      recruit(self)
    }
    while let part = take() {
      body(part, 0)
      done.wrappingAdd(1, ordering: .relaxed)
    }
    var looks = 0
    while done.load(ordering: .acquiring) < count {
      looks += 1
      if looks < Self.patience { ck_pause() } else { park(until: count) }
    }
  }

  /// Whether the leader has given up looking and sleeps until the last part is done.
  var isWaiting: Bool { isParked.load(ordering: .relaxed) }

  /// Lets the helpers go; the leader calls it once, after its last step.
  func finish() {
    parts.store(Self.over, ordering: .releasing)
    body = nil
    recruit = nil
  }

  private func park(until count: Int) {
    cell_monitor_lock(monitor)
    isParked.store(true, ordering: .sequentiallyConsistent)
    while done.load(ordering: .sequentiallyConsistent) < count { cell_monitor_wait(monitor) }
    isParked.store(false, ordering: .relaxed)
    cell_monitor_unlock(monitor)
  }

  // MARK: - Helpers

  /// Takes parts until the batch is done, there has been nothing to take for a while, or `isSpare` says that this thread
  /// is needed elsewhere.
  func help(as member: Int, while isSpare: () -> Bool) {
    var looks = 0
    while isSpare() {
      if let part = take() {
        body?(part, member)
        done.wrappingAdd(1, ordering: .sequentiallyConsistent)
        if isParked.load(ordering: .sequentiallyConsistent) { wakeLeader() }
        looks = 0
        continue
      }
      looks += 1
      guard looks < Self.patience, parts.load(ordering: .relaxed) != Self.over else { return }
      ck_pause()
    }
  }

  private func wakeLeader() {
    cell_monitor_lock(monitor)
    cell_monitor_signal(monitor)
    cell_monitor_unlock(monitor)
  }

  private func take() -> Int? {
    var word = parts.load(ordering: .relaxed)
    while word >> 32 < word & 0xFFFF_FFFF {
      let (exchanged, seen) = parts.weakCompareExchange(
        expected: word, desired: word + (1 << 32), successOrdering: .acquiring, failureOrdering: .relaxed)
      if exchanged { return Int(word >> 32) }
      word = seen
    }
    return nil
  }
}
