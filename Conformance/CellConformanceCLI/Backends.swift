import ArgumentParser
import CellConformance
import CellConformanceZoo

/// The backends that the tool knows: the correct cells of the zoo, and on request a broken one.
enum Backends {
  static var names: [String] { CorrectCell.all.map(\.name) }

  static func subject(_ name: String) throws -> any Subject {
    if let cell = CorrectCell.all.first(where: { $0.name == name || $0.name == "zoo.\(name)" }) { return cell.subject }
    if let cell = BrokenCell.all.first(where: { $0.name == name }) { return cell.subject }
    throw ValidationError(
      "there is no backend \"\(name)\"; known: \(names.joined(separator: ", ")), and broken cells such as lock/notify-one"
    )
  }
}
