import Retrieval
import RuntimeCells

extension SettingsResolution {
  /// Fusion, budgets and gates; what is wrong with them becomes a fault.
  mutating func search() -> SearchSettings {
    var search = SearchSettings()
    search.rrfK = number(.fusionK) ?? search.rrfK
    search.window = integer(.fusionWindow) ?? search.window
    search.channelBudget = seconds(.channelBudget) ?? search.channelBudget
    if let named = weights() { search.weights.merge(named) { $1 } }
    search.gates = gates()
    do { _ = try search.fusion() } catch {
      addFault(.fusionWeights, (error as? RetrievalError)?.message ?? "\(error)")
      return SearchSettings()
    }
    return search
  }

  private mutating func weights() -> [String: Double]? {
    guard let parts = list(.fusionWeights) else { return nil }
    do { return try ChannelWeights.parse(parts, channels: ApplicationContext.channelNames) } catch {
      addFault(.fusionWeights, error.description)
      return nil
    }
  }

  /// `cell:concurrency` or `cell:concurrency:queue`.
  private mutating func gates() -> [String: GateLimits] {
    var gates: [String: GateLimits] = [:]
    for part in list(.cellGates) ?? [] {
      let fields = part.split(separator: ":", omittingEmptySubsequences: false)
      let numbers = fields.dropFirst().map { Int($0) }
      guard let name = fields.first.map(String.init), CellName.gated.contains(name), gates[name] == nil,
        (1...2).contains(numbers.count), let width = numbers[0], width >= 1, numbers.allSatisfy({ ($0 ?? -1) >= 0 })
      else {
        addFault(
          .cellGates,
          "a gate is CELL:CONCURRENCY or CELL:CONCURRENCY:QUEUE, such as vllm:4:16, once for a cell of "
            + "\(CellName.gated.joined(separator: ", ")); found '\(part)'.")
        continue
      }
      gates[name] = GateLimits(maxConcurrency: width, maxQueue: numbers.count > 1 ? numbers[1] ?? 0 : .max)
    }
    return gates
  }
}
