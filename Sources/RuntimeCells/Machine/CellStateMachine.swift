/// The rules of a cell, without any of its machinery: `(state, event) -> (state, effects)`.
///
/// The machine is a value. It holds no payload, error, clock, lock or task; it knows them by number. ``CellCore`` feeds it
/// events under the cell's lock and carries out the effects. Tests feed it every event in every state, and explore all
/// interleavings of a few actors.
struct CellStateMachine: Hashable, Sendable {
  typealias Waiter = UInt64
  typealias Closer = UInt64
  typealias Swapper = UInt64

  var rules: Rules
  /// The number of the latest attempt; an attempt's number is the ticket its factory must show to publish.
  var attempts: UInt64 = 0
  /// Payloads made or seeded.
  var built: UInt64 = 0
  /// Payloads disposed.
  var disposed: UInt64 = 0
  /// The number of the latest generation. Each payload gets the next one when it is stored, and again when a roll-back
  /// publishes it once more.
  var generation: UInt64 = 0
  var isShutDown = false
  /// New payloads are refused for want of memory.
  var isPaused = false
  /// What an empty cell remembers of earlier attempts.
  var memory = Memory.none
  /// Failed attempts since the last success.
  var failures: UInt64 = 0
  var flight: Flight?
  var slots = [Slot.vacant, .vacant]
  /// The slot whose payload is served.
  var current: Int?
  /// Callers that must wait before a factory may start.
  var parked: [Caller] = []
  /// A swap that must wait before its factory may start.
  var parkedSwap: Swap?
  var closers: [PendingClose] = []

  init(rules: Rules = Rules()) { self.rules = rules }

  /// Payloads that exist now and are not disposed.
  var live: Int { slots.count { $0.isLive } }

  /// Takes one event and returns what must be done about it, in order.
  mutating func handle(_ event: Event, now: Duration = .zero) -> [Effect] {
    switch event {
    case .acquire(let waiter, let hasFactory): acquire(Caller(id: waiter, hasFactory: hasFactory), now: now)
    case .leave(let waiter, let why): leave(waiter, why)
    case .built(let ticket): factoryReturned(ticket)
    case .failed(let ticket, let isRetryable, let jitter):
      factoryThrew(ticket, isRetryable: isRetryable, jitter: jitter, now: now)
    case .rejected(let ticket): candidateRejected(ticket)
    case .notAdmitted(let ticket): notAdmitted(ticket)
    case .initDeadline(let ticket, let jitter): initDeadline(ticket, jitter: jitter, now: now)
    case .seed: seed()
    case .reset: reset()
    case .pause(let isPaused): pause(isPaused)
    case .swap(let id, let resourcePreserving, let keepsOld):
      swap(Swap(id: id, resourcePreserving: resourcePreserving, keepsOld: keepsOld))
    case .leaveSwap(let id, let why): leaveSwap(id, why)
    case .probationEnds(let generation): probationEnds(generation)
    case .rollBack(let generation): rollBack(generation)
    case .close(let closer, let isFinal, let force): close(closer, isFinal: isFinal, force: force)
    case .closeDeadline(let closer): closeDeadline(closer)
    case .drained(let slot): drained(slot)
    case .disposed(let slot, let failed): payloadDisposed(slot, failed: failed)
    }
  }
}
