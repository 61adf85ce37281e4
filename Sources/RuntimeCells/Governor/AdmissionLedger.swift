/// The rules of admission, without cells, clocks and threads: who holds how much memory by declaration, who waits for some,
/// who is let in.
///
/// First come, first served, with one exception: whatever a factory that was let in waits for goes first, because that
/// factory holds its share until it is done. Where such requests can never be met, the latest one is refused, so that
/// factories never wait for each other's memory for ever.
struct AdmissionLedger: Sendable {
  typealias Cell = ObjectIdentifier

  /// What a cell holds.
  struct Hold: Hashable, Sendable {
    var name: String
    /// Declared bytes of one payload.
    var footprint: UInt64
    /// Payloads that exist.
    var live = 0
    /// The ticket of a factory that was let in and is not done.
    var making: UInt64?

    var bytes: UInt64 { footprint.times(live + (making == nil ? 0 : 1)) }
  }

  struct Request: Hashable, Sendable {
    var number: UInt64
    var cell: Cell
    var ticket: UInt64
    var bytes: UInt64
  }

  /// Why there will be no room.
  enum Refusal: Hashable, Sendable {
    /// It is larger than all there is.
    case neverFits
    /// It is, together with the payload that it is to replace.
    case neverFitsBeside(served: UInt64)
    /// The factories that wait for it hold what it needs.
    case heldByCallers(held: UInt64)
    case late
  }

  /// What became of requests that waited.
  enum Verdict: Hashable, Sendable {
    case admitted(Request)
    case refused(Request, Refusal)
  }

  private(set) var holds: [Cell: Hold] = [:]
  private(set) var queue: [Request] = []
  /// What the declared bytes may come to; nil for no bound.
  var budget: UInt64?
  /// What the last reading left, in bytes; nil if it knew no limit.
  private(set) var room: UInt64?
  /// Declared bytes of payloads made since that reading was begun.
  private(set) var unread: UInt64 = 0
  var isPaused = false
  private var next: UInt64 = 0

  /// Declared bytes of all payloads that exist or are being made.
  var held: UInt64 { holds.values.reduce(0) { $0.plus($1.bytes) } }

  /// Declared bytes of the payloads that are being made.
  var making: UInt64 { holds.values.reduce(0) { $1.making == nil ? $0 : $0.plus($1.footprint) } }

  mutating func add(_ cell: Cell, name: String, footprint: UInt64) {
    holds[cell] = Hold(name: name, footprint: footprint)
  }

  mutating func remove(_ cell: Cell) {
    holds[cell] = nil
    queue.removeAll { $0.cell == cell }
  }

  /// A reading was taken: what was made before it is in its figures now.
  mutating func read(room: UInt64?) {
    self.room = room
    unread = 0
  }

  /// What a request is told at once.
  enum Answer: Hashable, Sendable {
    case admitted
    case waits(Request)
    case refused(Request, Refusal)
  }

  /// A cell wants to make a payload, beside `served` others of its own that go only after that.
  mutating func request(_ cell: Cell, ticket: UInt64, served: Int) -> Answer {
    let bytes = holds[cell]?.footprint ?? 0
    next += 1
    let request = Request(number: next, cell: cell, ticket: ticket, bytes: bytes)
    if let budget {
      if bytes > budget { return .refused(request, .neverFits) }
      if bytes.times(served + 1) > budget { return .refused(request, .neverFitsBeside(served: bytes.times(served))) }
    }
    if bytes == 0 || (queue.isEmpty && !isPaused && fits(bytes)) {
      letIn(request)
      return .admitted
    }
    queue.append(request)
    return .waits(request)
  }

  private mutating func letIn(_ request: Request) {
    if request.bytes > 0 { holds[request.cell]?.making = request.ticket }
  }

  /// What a payload was seen to take, for a cell that declared nothing.
  mutating func learn(_ cell: Cell, footprint: UInt64) { holds[cell]?.footprint = footprint }

  /// A cell no longer wants to make a payload. Nil if it did not wait.
  mutating func withdraw(_ cell: Cell, ticket: UInt64) -> Request? {
    guard let index = queue.firstIndex(where: { $0.cell == cell && $0.ticket == ticket }) else { return nil }
    return queue.remove(at: index)
  }

  /// A request has waited for too long. Nil if it waits no more.
  mutating func expire(_ number: UInt64) -> Verdict? {
    guard let index = queue.firstIndex(where: { $0.number == number }) else { return nil }
    return .refused(queue.remove(at: index), .late)
  }

  /// A cell as it is now. Returns whether it holds less than before.
  mutating func update(_ cell: Cell, live: Int, flight: UInt64?) -> Bool {
    guard var hold = holds[cell] else { return false }
    let before = hold.bytes
    // What was made is held in memory, though the last reading has not seen it.
    if live > hold.live { unread = unread.plus(hold.footprint.times(live - hold.live)) }
    hold.live = live
    if hold.making != flight { hold.making = nil }
    holds[cell] = hold
    return hold.bytes < before
  }

  /// Lets in whom there is room for. `waits` tells which cells a cell's factory waits for, itself or by others.
  mutating func serve(waits: (Cell) -> Set<Cell>) -> [Verdict] {
    var verdicts: [Verdict] = []
    while let request = nextFitting(waits) {
      queue.removeAll { $0.number == request.number }
      letIn(request)
      verdicts.append(.admitted(request))
    }
    while let request = hopeless(waits) {
      queue.removeAll { $0.number == request.number }
      verdicts.append(.refused(request, .heldByCallers(held: making)))
    }
    return verdicts
  }

  private func nextFitting(_ waits: (Cell) -> Set<Cell>) -> Request? {
    guard !isPaused, !queue.isEmpty else { return nil }
    let urgent = urgentCells(waits)
    if let request = queue.first(where: { urgent.contains($0.cell) && fits($0.bytes) }) { return request }
    guard let first = queue.first(where: { !urgent.contains($0.cell) }), fits(first.bytes) else { return nil }
    return first
  }

  /// Whether so much more can be taken, by declaration and by measure.
  func fits(_ bytes: UInt64) -> Bool {
    if let budget, held.plus(bytes) > budget { return false }
    if let room, making.plus(unread).plus(bytes) > room { return false }
    return true
  }

  /// Bytes that must go before the first in the queue fits; 0 if it fits or nobody waits.
  func missing(_ waits: (Cell) -> Set<Cell>) -> UInt64 {
    let urgent = urgentCells(waits)
    guard let first = queue.first(where: { urgent.contains($0.cell) }) ?? queue.first else { return 0 }
    let declared = budget.map { held.plus(first.bytes).minus($0) } ?? 0
    let measured = room.map { making.plus(unread).plus(first.bytes).minus($0) } ?? 0
    return max(declared, measured)
  }

  private func urgentCells(_ waits: (Cell) -> Set<Cell>) -> Set<Cell> {
    holds.filter { $0.value.making != nil }.keys.reduce(into: []) { $0.formUnion(waits($1)) }
  }

  /// The latest request that a factory waits for, if all factories wait for requests and none of these can ever be met.
  private func hopeless(_ waits: (Cell) -> Set<Cell>) -> Request? {
    guard let budget, !queue.isEmpty else { return nil }
    let queued = Set(queue.map(\.cell))
    let makers = holds.filter { $0.value.making != nil }.keys
    guard !makers.isEmpty, makers.allSatisfy({ !waits($0).isDisjoint(with: queued) }) else { return nil }
    let urgent = urgentCells(waits)
    let wanted = queue.filter { urgent.contains($0.cell) }
    guard wanted.allSatisfy({ making.plus($0.bytes) > budget }) else { return nil }
    return wanted.last
  }
}

extension UInt64 {
  /// Sums of declared bytes stop at the end of the range rather than trap: a declaration may be anything.
  func plus(_ other: UInt64) -> UInt64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }

  func minus(_ other: UInt64) -> UInt64 { self > other ? self - other : 0 }

  func times(_ count: Int) -> UInt64 {
    let (product, overflow) = multipliedReportingOverflow(by: UInt64(Swift.max(0, count)))
    return overflow ? .max : product
  }
}
