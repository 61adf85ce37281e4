import ArgumentParser
import Retrieval

/// `--fusion rrf` and `--fusion relative`.
extension FusionMethod: ExpressibleByArgument {}
