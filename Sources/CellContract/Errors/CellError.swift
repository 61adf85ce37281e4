/// Everything that can go wrong with a cell.
///
/// `code` says what kind of failure it is, `message` says what happened, why, and what to do. Two errors are equal when
/// their codes are, so that tests and callers can compare without knowing every field.
public struct CellError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind of failure.
  public var code: Code
  /// The cell's name.
  public var cell: String
  /// What happened, why, and what to do about it.
  public var message: String
  /// The generation concerned, if one is.
  public var generation: CellGeneration?
  /// The number of the initialisation attempt concerned, counted from 1 for each cell.
  public var attempt: UInt64?
  /// For ``Code/reentrant``: the cells that wait for each other, in order, the first one repeated at the end.
  public var path: [String]
  /// For ``Code/deadlineExceeded``: how many leases were still held.
  public var holders: Int?
  /// For ``Code/deadlineExceeded``: where those leases were taken, as `#fileID:#line`, if the cell records that.
  public var sites: [String]
  /// For ``Code/deadlineExceeded``: whether a factory was still running.
  public var factoryRunning: Bool?
  /// When trying again makes sense, counted from now.
  public var retryAfter: Duration?
  /// The error that caused this one.
  public var underlying: (any Error)?
  /// For ``Code/closeIncomplete``: one error for each cell concerned.
  public var others: [CellError]

  /// Makes an error. Fields that do not apply are left out.
  public init(
    _ code: Code, cell: String, message: String, generation: CellGeneration? = nil, attempt: UInt64? = nil,
    path: [String] = [], holders: Int? = nil, sites: [String] = [], factoryRunning: Bool? = nil,
    retryAfter: Duration? = nil,
    underlying: (any Error)? = nil, others: [CellError] = []
  ) {
    self.code = code
    self.cell = cell
    self.message = message
    self.generation = generation
    self.attempt = attempt
    self.path = path
    self.holders = holders
    self.sites = sites
    self.factoryRunning = factoryRunning
    self.retryAfter = retryAfter
    self.underlying = underlying
    self.others = others
  }

  /// Compares codes only.
  public static func == (left: Self, right: Self) -> Bool { left.code == right.code }

  /// Matches an error against a code in a `catch` clause: `catch CellError.Code.closed`.
  public static func ~= (code: Code, error: CellError) -> Bool { error.code == code }

  /// One line for logs and terminals.
  public var description: String {
    var text = "\(code): \(message)"
    if let underlying { text += " Cause: \(underlying)" }
    for other in others { text += "\n- \(other)" }
    return text
  }
}

extension CellError.Code {
  /// Lets `catch CellError.Code.closed` match any error that is a ``CellError`` with that code.
  public static func ~= (code: CellError.Code, error: any Error) -> Bool {
    (error as? CellError)?.code == code
  }
}
