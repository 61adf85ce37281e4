/// What is made ready before the service says that it is, how long each may take, and how much at a time.
public struct PreloadPlan: Sendable, Equatable {
  /// One cell of the plan.
  public struct Item: Sendable, Equatable {
    /// The target's name.
    public var name: String
    /// Whether the start fails when this one does.
    public var isRequired: Bool
    /// How long it may take.
    public var deadline: Duration

    /// Makes an item.
    public init(name: String, isRequired: Bool = true, deadline: Duration = .seconds(120)) {
      self.name = name
      self.isRequired = isRequired
      self.deadline = deadline
    }
  }

  /// The cells, each once, in the order in which they are begun.
  public var items: [Item]
  /// How many are made at the same time; at least 1.
  public var maxConcurrency: Int
  /// How many bytes the targets that are made at the same time may need together; nil sets no bound. A target that needs more
  /// than this is made alone.
  public var footprintBudgetBytes: UInt64?

  /// Makes a plan from items; an empty one initialises nothing.
  public init(items: [Item] = [], maxConcurrency: Int = 2, footprintBudgetBytes: UInt64? = nil) {
    self.items = items
    self.maxConcurrency = max(1, maxConcurrency)
    self.footprintBudgetBytes = footprintBudgetBytes
  }

  /// The names that must be ready.
  public var required: Set<String> { Set(items.filter(\.isRequired).map(\.name)) }
}

extension PreloadPlan {
  /// Joins the settings that say what is preloaded: the list, then the toggles, which win over it.
  ///
  /// - Parameters:
  ///   - list: names from `CODEINTEL_INDEX_PRELOAD`; repeated ones count once.
  ///   - toggles: what `FAISS_PRELOAD` and its like say for a cell: true adds it, false takes it out.
  ///   - optional: names whose failure is a limit, not the end of the start.
  ///   - deadline: for each cell.
  ///   - deadlines: for single cells, instead of `deadline`.
  ///   - known: all names that may be preloaded.
  /// - Throws: ``LifespanError`` with `preloadSettings` that names every unknown cell.
  public init(
    list: [String], toggles: [String: Bool] = [:], optional: Set<String> = [], deadline: Duration = .seconds(120),
    deadlines: [String: Duration] = [:], maxConcurrency: Int = 2, footprintBudgetBytes: UInt64? = nil,
    known: Set<String>
  ) throws(LifespanError) {
    let named = Set(list).union(toggles.keys).union(optional).union(deadlines.keys)
    let unknown = named.subtracting(known).sorted()
    guard unknown.isEmpty else {
      let names = unknown.map { "'\($0)'" }.joined(separator: ", ")
      throw LifespanError(
        .preloadSettings,
        "The preload settings name \(names), which is no cell that can be preloaded. "
          + "Known: \(known.sorted().joined(separator: ", ")).", cells: unknown)
    }
    var names: [String] = []
    for name in list + toggles.filter(\.value).keys.sorted()
    where toggles[name] != false && !names.contains(name) {
      names.append(name)
    }
    self.init(
      items: names.map { name in
        Item(name: name, isRequired: !optional.contains(name), deadline: deadlines[name] ?? deadline)
      },
      maxConcurrency: maxConcurrency, footprintBudgetBytes: footprintBudgetBytes)
  }
}
