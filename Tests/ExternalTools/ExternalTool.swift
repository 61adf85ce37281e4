public import Foundation

/// A program of somebody else's that judges our output. Runs in a process of its own; input and output go through files,
/// so that neither side can block on a full pipe.
public struct ExternalTool: Sendable {
  /// What a run gave.
  public struct Result: Sendable {
    /// The exit status.
    public let status: Int32
    /// Standard output and standard error, as they came.
    public let output: String
  }

  private let executable: URL
  private var environment: [String: String] = [:]

  init(executable: URL) { self.executable = executable }

  /// What installs the tools that tests and figures use; the reason of every skip names it.
  public static let provider = "scripts/telemetry-tools"

  /// The first program of that name in `PATH`; nil when there is none.
  public static func named(_ name: String) -> ExternalTool? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    for folder in path.split(separator: ":") {
      let file = URL(fileURLWithPath: String(folder)).appendingPathComponent(name)
      if FileManager.default.isExecutableFile(atPath: file.path) { return ExternalTool(executable: file) }
    }
    return nil
  }

  /// Debian's promtool.
  public static let promtool = named("promtool")

  /// The Prometheus server.
  public static let prometheus = named("prometheus")

  /// Where the provider keeps Python modules: `TELEMETRY_TOOLS`, else the user's cache folder.
  static var modules: URL? {
    let environment = ProcessInfo.processInfo.environment
    if let folder = environment["TELEMETRY_TOOLS"] { return URL(fileURLWithPath: folder) }
    if let cache = environment["XDG_CACHE_HOME"], !cache.isEmpty {
      return URL(fileURLWithPath: cache).appendingPathComponent("runtime-cells/telemetry-tools")
    }
    return environment["HOME"].map { URL(fileURLWithPath: $0) }?
      .appendingPathComponent(".cache/runtime-cells/telemetry-tools")
  }

  /// `python3`, if it can import `module` from the provider's folder or from its own.
  public static func python(importing module: String) -> ExternalTool? {
    guard var python = named("python3") else { return nil }
    if let modules { python.environment["PYTHONPATH"] = modules.path }
    let probe = Process()
    python.prepare(probe, ["-c", "import \(module)"])
    probe.standardError = FileHandle.nullDevice
    guard (try? probe.run()) != nil else { return nil }
    probe.waitUntilExit()
    return probe.terminationStatus == 0 ? python : nil
  }

  /// Runs to the end without blocking a thread of the caller's.
  public func run(_ arguments: [String], input: [UInt8] = []) async throws -> Result {
    let folder = try Scratch()
    defer { folder.remove() }
    let inputFile = try folder.file("input", Data(input))
    let outputFile = try folder.file("output", Data())
    let process = Process()
    prepare(process, arguments)
    process.standardInput = try FileHandle(forReadingFrom: inputFile)
    let output = try FileHandle(forWritingTo: outputFile)
    process.standardOutput = output
    process.standardError = output
    let status: Int32 = try await withCheckedThrowingContinuation { continuation in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do { try process.run() } catch {
        process.terminationHandler = nil
        continuation.resume(throwing: error)
      }
    }
    try output.close()
    return Result(status: status, output: String(decoding: try Data(contentsOf: outputFile), as: UTF8.self))
  }

  /// Starts a program that goes on running; the caller ends it.
  public func start(_ arguments: [String], output: URL) throws -> Process {
    let process = Process()
    prepare(process, arguments)
    process.standardInput = FileHandle.nullDevice
    let handle = try FileHandle(forWritingTo: output)
    process.standardOutput = handle
    process.standardError = handle
    try process.run()
    return process
  }

  private func prepare(_ process: Process, _ arguments: [String]) {
    process.executableURL = executable
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
  }
}
