import CellConformance
import CellConformanceZoo
import Foundation

/// A program as other packages write it, for its own tests: `HOST_BACKEND` names the cell of the zoo that it examines.
@main struct ConformanceProgramHost {
  static func main() async {
    let name = ProcessInfo.processInfo.environment["HOST_BACKEND"] ?? ""
    let all =
      CorrectCell.all.map(\.subject) + BrokenCell.all.map(\.subject) + HostileCell.all.map(\.subject)
    guard let subject = all.first(where: { $0.manifest.name == name }) else {
      print("there is no cell \(name)")
      exit(70)
    }
    await ConformanceProgram.run(subject: subject)
  }
}
