public import CellContract

/// How one call to a cell ended.
public enum Outcome: Sendable {
  /// It returned the payload with this serial.
  case value(serial: Int)
  /// It returned without a payload.
  case nothing
  /// It threw.
  case failed(Failure)
  /// It returned a snapshot.
  case snapshot(CellSnapshot)

  /// The payload's serial, if it returned one.
  public var serial: Int? {
    if case .value(let serial) = self { return serial }
    return nil
  }

  /// The failure, if it threw.
  public var failure: Failure? {
    if case .failed(let failure) = self { return failure }
    return nil
  }
}

extension Outcome: CustomStringConvertible {
  /// A few words.
  public var description: String {
    switch self {
    case .value(let serial): "payload #\(serial)"
    case .nothing: "nothing"
    case .failed(let failure): "threw \(failure)"
    case .snapshot(let snapshot): "\(snapshot.initState.rawValue)/\(snapshot.detail.rawValue)"
    }
  }
}

/// What a backend threw.
public struct Failure: Sendable, CustomStringConvertible {
  /// The error itself.
  public let error: any Error

  package init(_ error: any Error) { self.error = error }

  /// The contract's error, if it is one.
  public var cellError: CellError? { error as? CellError }
  /// The contract's code, if it is a ``CellError``.
  public var code: CellError.Code? { cellError?.code }
  /// Whether it says that the caller was cancelled.
  public var isCancellation: Bool { error is CancellationError }
  /// The factory run whose error this is, or which lies underneath.
  public var factoryRun: Int? { (error as? FactoryFault)?.run ?? (cellError?.underlying as? FactoryFault)?.run }
  /// The payload whose disposer's error this is, or which lies underneath.
  public var disposedSerial: Int? {
    (error as? DisposerFault)?.serial ?? (cellError?.underlying as? DisposerFault)?.serial
  }

  /// The code, or the foreign type and its text.
  public var description: String {
    if isCancellation { return "CancellationError" }
    guard let cellError else { return "\(type(of: error)): \(error)" }
    return cellError.underlying.map { "\(cellError.code) (from \($0))" } ?? cellError.code.rawValue
  }
}

/// The error that a factory of the kit throws when its rule wants it to.
public struct FactoryFault: Error, Sendable, CustomStringConvertible {
  /// The number of the factory run.
  public let run: Int

  package init(run: Int) { self.run = run }

  /// A few words.
  public var description: String { "factory run \(run) failed on purpose" }
}

/// The error that a payload's disposer throws when its rule wants it to.
public struct DisposerFault: Error, Sendable, CustomStringConvertible {
  /// The payload's serial.
  public let serial: Int
  /// A few words.
  public var description: String { "the disposer of payload #\(serial) failed on purpose" }
}

/// The error that a lease body throws when its rule wants it to.
public struct LeaseFault: Error, Sendable, CustomStringConvertible {
  /// A few words.
  public var description: String { "a lease body failed on purpose" }
}
