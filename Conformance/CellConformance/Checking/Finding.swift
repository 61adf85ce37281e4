/// Something wrong that a rule found, with the reasons why it is wrong.
public struct Finding: Sendable, CustomStringConvertible {
  /// The kind of fault.
  public let reason: Reason
  /// What was seen and what should have been, in a sentence.
  public let message: String
  /// The steps of the proof, one a line, with tickets of the history.
  public let proof: [String]
  /// The tickets that the proof speaks of.
  public let tickets: [UInt64]

  init(_ reason: Reason, _ message: String, proof: [String] = [], tickets: [UInt64] = []) {
    self.reason = reason
    self.message = message
    self.proof = proof
    self.tickets = tickets
  }

  /// Reason and message in one line.
  public var description: String { "\(reason): \(message)" }
}
