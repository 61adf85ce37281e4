internal import CellContract

extension CellPool {
  /// Takes a step of the table and carries out what it asks for: bookkeeping under the lock, everything that may run
  /// somebody's code after it.
  func step(_ body: (inout State) -> [PoolTable<Key>.Effect]) {
    var work = DeferredWork()
    state.withLock { state in
      var effects = body(&state)[...]
      var failures: [UInt64: any Error] = [:]
      while let effect = effects.popFirst() {
        switch effect {
        case .open(let key, let id):
          do { try open(key, id, &state) } catch {
            failures[id] = error
            let members = state.members
            // Its callers are told below; the place is free again.
            effects += state.table.gone(key, id: id, worth: State.worth(members))
          }
        case .enter(let request, let key, let id):
          let result: Result<Member, any Error> =
            if let error = failures[id] { .failure(error) } else if let member = state.members[key] {
              .success(member)
            } else { .failure(CancellationError()) }
          resume(request, result, &state, &work)
        case .refuse(let request, let refusal): resume(request, .failure(error(for: refusal)), &state, &work)
        case .retire(let key, _):
          guard let member = state.members[key] else { continue }
          member.leave(.evicted)
          work.others.append { [self] in finish(member) }
        }
      }
    }
    work.perform()
  }

  /// Makes the cell of a key. Under the lock; runs nobody's code.
  private func open(_ key: Key, _ id: UInt64, _ state: inout State) throws {
    let label = state.waiting.values.first { $0.key == key }?.label ?? ""
    let cell = RuntimeCell<Value>(
      name: PooledCellName.name(pool: name, key: label), configuration: configuration, disposer: disposer,
      factory: factory.bound(to: key))
    cell.core.locked { cell.core.machine.generation = state.past.generation }
    try registry?.register(cell, dependsOn: [name] + dependencies)
    state.members[key] = Member(key: key, label: label, id: id, cell: cell)
  }

  private func resume(
    _ request: UInt64, _ result: Result<Member, any Error>, _ state: inout State, _ work: inout DeferredWork
  ) {
    guard let waiting = state.waiting.removeValue(forKey: request) else { return }
    if let timer = waiting.timer { work.others.append { timer.cancel() } }
    work.resumes.append { waiting.continuation.resume(with: result) }
  }

  /// Disposes a key's payload in the background and gives its place back. Neither caller nor cancellation ends it.
  func finish(_ member: Member) {
    Task.detached { [self] in
      // The first deadline is for the event that tells of it; then for as long as it takes.
      do { try await member.cell.shutDown(deadline: options.evictionDeadline, silent: true) } catch {
        _ = try? await member.cell.shutDown(deadline: nil, silent: true)
      }
      settle(member)
    }
  }

  /// A key's cell is disposed: its place is free, its counts are kept. May be called again.
  func settle(_ member: Member) {
    let snapshot = member.cell.snapshot()
    let generation = member.cell.core.locked { member.cell.core.machine.generation }
    var others: [CellRegistry.Entry] = []
    step { state in
      guard state.members[member.key] === member else { return [] }
      // Taken out of the registry and counted here in one step: see ``CellRegistry/snapshot()``.
      others = registry?.remove(member.cell) ?? []
      state.members[member.key] = nil
      state.past.add(snapshot, generation: generation)
      return state.table.gone(member.key, id: member.id, worth: State.worth(state.members))
    }
    CellRegistry.forget(member.cell.name, others)
  }

  func error(for refusal: PoolTable<Key>.Refusal) -> CellError {
    switch refusal {
    case .full:
      CellError(
        .overloaded, cell: name,
        message: "All \(options.maxKeys) keys of pool '\(name)' are in use. Try again when a user has finished, "
          + "release leases sooner, or raise maxKeys.")
    case .closed: closedError
    case .shutDown:
      CellError(.shutDown, cell: name, message: "Pool '\(name)' was shut down, which is final. Make a new pool.")
    }
  }

  var closedError: CellError {
    CellError(
      .closed, cell: name,
      message: "The key's cell in pool '\(name)' was closed while the caller waited. Ask again to start anew.")
  }
}
