import CellContract
import Retrieval

/// What the cell of a dense channel holds: the opened index, and what it computes on.
struct DenseRuntime: LimitReporting {
  let index: DenseIndex
  /// What the accelerator probe said when the index was opened, and what was asked for and cannot be had.
  let limits: [String]

  init(_ index: DenseIndex, settings: DenseIndexSettings, limits: [String]) {
    self.index = index
    guard settings.isMapped, !index.isMapped else {
      self.limits = limits
      return
    }
    let kind = index.kind.parameterText
    self.limits =
      limits + ["index.mmap: an index of kind \(kind) cannot be searched in its file and was read into memory"]
  }
}
