import CellContract
import Retrieval

/// What the cell of a dense channel holds: the opened index, and what it computes on.
struct DenseRuntime: LimitReporting {
  let index: DenseIndex
  /// What the accelerator probe said when the index was opened.
  let limits: [String]
}
