public import ArgumentParser
public import Retrieval

/// `--fusion rrf` and `--fusion relative`.
extension FusionMethod: ExpressibleByArgument {}
