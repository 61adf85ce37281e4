public import ProblemDetails

/// Why a start, a preload plan or a question of readiness ended badly.
///
/// Two errors are equal when their codes are equal; the rest is for people and problem documents.
public struct LifespanError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of failure this is; stable across releases.
  public var code: Code
  /// What happened, why, and what to do.
  public var message: String
  /// The cells concerned.
  public var cells: [String]
  /// The first of the errors that led here.
  public var underlying: (any Error)?

  /// Makes an error; see the properties.
  public init(_ code: Code, _ message: String, cells: [String] = [], underlying: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cells = cells
    self.underlying = underlying
  }

  /// Compares codes only.
  public static func == (left: Self, right: Self) -> Bool { left.code == right.code }

  /// One line for logs and terminals.
  public var description: String {
    let cause = underlying.map { " Cause: \($0)" } ?? ""
    return "\(code.rawValue): \(message)\(cause)"
  }
}

extension LifespanError {
  /// An open set of stable strings, so that new ones break nobody.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The stable string, for example `lifespan.preload-failed`.
    public let rawValue: String

    /// Wraps a stable string.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The preload settings name a cell that does not exist, or give a value that means nothing.
    public static let preloadSettings = Code(rawValue: "lifespan.preload-settings")
    /// A required cell could not be preloaded, so the start was given up and what had been made was closed again.
    public static let preloadFailed = Code(rawValue: "lifespan.preload-failed")
    /// A cell was not ready by the end of its preload deadline.
    public static let preloadDeadline = Code(rawValue: "lifespan.preload-deadline")
    /// The service is not ready for requests: it starts, preloads, drains, or a required cell is broken.
    public static let notReady = Code(rawValue: "lifespan.not-ready")
  }
}

extension LifespanError: ProblemConvertible {
  /// The code's stable string.
  public var problemCode: String { code.rawValue }
  /// The message.
  public var problemDetail: String { message }
  /// `cells`, where some are concerned.
  public var problemExtensions: [String: ProblemValue] {
    cells.isEmpty ? [:] : ["cells": .array(cells.map(ProblemValue.string))]
  }
  /// The first of the errors that led here.
  public var problemCause: (any Error)? { underlying }
}
