import Foundation

/// A swap that a service has done. JSON: `Fixtures/schema/runtime-swap.schema.json`.
struct SwapPage: Encodable {
  /// What the service answers.
  struct Answer: Codable {
    let from: UInt64?
    let to: UInt64
    let duration: Double

    enum CodingKeys: String, CodingKey {
      case from, to
      case duration = "duration_ms"
    }
  }

  let cell: String
  let answer: Answer

  enum CodingKeys: String, CodingKey {
    case schemaVersion = "schema_version"
    case isOK = "ok"
    case cell
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(1, forKey: .schemaVersion)
    try container.encode(true, forKey: .isOK)
    try container.encode(cell, forKey: .cell)
    try answer.encode(to: encoder)
  }

  func json() throws -> String { try JSONPage.text(self) }

  func text(for terminal: Terminal) -> String {
    let from = answer.from.map { "from \($0) " } ?? ""
    return "Swapped \(cell) \(from)to \(answer.to) in \(String(format: "%.1f", answer.duration)) ms.\n"
  }
}
