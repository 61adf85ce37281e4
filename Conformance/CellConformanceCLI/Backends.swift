import ArgumentParser
import CellConformance
import CellConformanceReference
import CellConformanceZoo

/// The backends that the tool knows: the reference, the correct cells of the zoo, and on request a broken or hostile one.
enum Backends {
  /// Every backend that is shipped as correct, by name.
  static let shipped: [any Subject] =
    [SuspendingSubject(RuntimeCellBackend()), BlockingSubject(BlockingRuntimeCellBackend())]
    + CorrectCell.all.map(\.subject)

  static var names: [String] { shipped.map(\.manifest.name) }

  static func subject(_ name: String) throws -> any Subject {
    if let found = shipped.first(where: { $0.manifest.name == name || $0.manifest.name == "zoo.\(name)" }) {
      return found
    }
    if let cell = BrokenCell.all.first(where: { $0.name == name }) { return cell.subject }
    if let cell = HostileCell.all.first(where: { $0.name == name }) { return cell.subject }
    throw ValidationError(
      "there is no backend \"\(name)\"; known: \(names.joined(separator: ", ")), and cells that must fail, such as "
        + "lock/notify-one and hostile/traps-in-disposer")
  }
}
