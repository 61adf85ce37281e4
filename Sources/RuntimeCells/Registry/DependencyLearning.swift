/// A cell that notes which cells its factories ask for.
protocol DependencyLearning {
  /// The cell of that name is gone: what was learned about it must not be taken for the next cell of that name.
  func forgetDependency(on name: String)
}

extension RuntimeCell: DependencyLearning {
  func forgetDependency(on name: String) {
    core.locked { core.facts.dependencies.removeAll { $0 == name } }
  }
}
