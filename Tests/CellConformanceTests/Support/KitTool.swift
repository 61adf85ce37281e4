import CellConformance
import Foundation
import ProblemDetails
import Testing

/// Runs the built `cell-conformance` as a user's shell would.
struct KitTool {
  let status: Int32
  let wasKilled: Bool
  let output: String
  let errors: String

  static let binary = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    .appending(path: "cell-conformance")

  /// Runs the tool to its end. Reports go to `folder`; `patience` is the factor on all figures that bound a hang.
  static func run(
    _ arguments: [String], reports folder: TemporaryFolder? = nil, folder place: String? = nil, patience: Double = 1,
    program: URL = binary, variables added: [String: String] = [:]
  ) async throws -> KitTool {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    var variables = ProcessInfo.processInfo.environment
    variables["CELL_REPORT_DIR"] = folder?.path ?? variables["CELL_REPORT_DIR"]
    variables["CELL_TIME_FACTOR"] = String(patience)
    variables["SWIFT_BACKTRACE"] = "enable=no"
    variables.merge(added) { _, new in new }
    process.environment = variables
    if let place { process.currentDirectoryURL = URL(filePath: place) }
    let files = try TemporaryFolder()
    let (output, errors) = try (files.file("output"), files.file("errors"))
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    let finished = AsyncStream<Void>.makeStream()
    process.terminationHandler = { _ in finished.continuation.finish() }
    try process.run()
    for await _ in finished.stream {}
    return KitTool(
      status: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal,
      output: try files.text("output"), errors: try files.text("errors"))
  }
}

/// A folder that is gone with the last reference to it.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "cell-kit-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) throws -> FileHandle {
    _ = FileManager.default.createFile(atPath: "\(path)/\(name)", contents: nil)
    return try FileHandle(forWritingTo: URL(filePath: "\(path)/\(name)"))
  }

  func text(_ name: String) throws -> String {
    try String(contentsOf: URL(filePath: "\(path)/\(name)"), encoding: .utf8)
  }

  func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name)"))
    return "\(path)/\(name)"
  }

  /// The rules of a report in this folder: verdict and first reason by id.
  func verdicts(of backend: String) throws -> [String: (verdict: String, reason: String)] {
    let name = backend.replacing("/", with: "-")
    let page = try ProblemValue(json: Data(contentsOf: URL(filePath: "\(path)/\(name).json")))
    let rules = try #require(page.objectValue?["rules"]?.arrayValue)
    var found: [String: (verdict: String, reason: String)] = [:]
    for rule in rules {
      let members = rule.objectValue ?? [:]
      let reason = members["findings"]?.arrayValue?.first?.objectValue?["reason"]?.stringValue ?? ""
      found[members["id"]?.stringValue ?? ""] = (members["verdict"]?.stringValue ?? "", reason)
    }
    return found
  }
}
