/// Sees what one factory's run added to the process's memory. Counts only if no other governed factory ran meanwhile.
struct FootprintMeter: Sendable {
  let governor: MemoryGovernor
  let cell: any GovernedCell

  /// How things were when the factory began.
  struct Mark: Sendable {
    var resident: UInt64?
    var isAlone: Bool
    var serial: UInt64
  }

  /// The factory begins. May block for a moment: reads a file.
  func begin() -> Mark {
    let (isAlone, serial) = governor.state.withLock { state in
      state.metered += 1
      state.meterings += 1
      return (state.metered == 1, state.meterings)
    }
    return Mark(resident: governor.source.resident(), isAlone: isAlone, serial: serial)
  }

  /// The factory is done. May block for a moment.
  func end(_ mark: Mark, hasPayload: Bool) {
    let now = hasPayload ? governor.source.resident() : nil
    let wasAlone = governor.state.withLock { state in
      state.metered -= 1
      return mark.isAlone && state.meterings == mark.serial
    }
    guard wasAlone, let before = mark.resident, let now else { return }
    cell.measured(Int64(clamping: now) - Int64(clamping: before))
  }

  /// Measures a blocking factory.
  func around<Value>(_ make: () throws -> Value) rethrows -> Value {
    let mark = begin()
    do {
      let value = try make()
      end(mark, hasPayload: true)
      return value
    } catch {
      end(mark, hasPayload: false)
      throw error
    }
  }

  /// Measures a factory that suspends; the files are read on the governor's thread.
  func around<Value>(_ make: () async throws -> Value) async throws -> Value {
    let mark = try await governor.thread.run { begin() }
    do {
      let value = try await make()
      try await governor.thread.run { end(mark, hasPayload: true) }
      return value
    } catch {
      end(mark, hasPayload: false)
      throw error
    }
  }
}
