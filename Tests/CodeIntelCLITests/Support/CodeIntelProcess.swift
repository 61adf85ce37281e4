import Foundation
import Synchronization

/// Runs the built `codeintel` as a user's shell would.
struct CodeIntelProcess {
  struct Outcome {
    let status: Int32
    let wasKilled: Bool
    let output: String
    let errors: String
  }

  /// The binary that this test run built, beside the test bundle.
  static let binary: URL = {
    let bundle = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    return bundle.appending(path: "codeintel")
  }()

  /// The folder of the real model, if it is on this machine.
  static let modelFolder: String? = {
    let environment = ProcessInfo.processInfo.environment
    let cache = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "") + "/.cache"
    let folder = environment["CODEINTEL_MODEL_DIR"] ?? cache + "/runtime-cells/models/all-MiniLM-L6-v2"
    return FileManager.default.fileExists(atPath: folder + "/model.safetensors") ? folder : nil
  }()

  /// Runs to the end, or until standard error holds `marker`, when the process is killed without warning.
  static func run(
    _ arguments: [String], environment: [String: String] = [:], input: String = "",
    writesInBackground: Bool = false, killAt marker: String? = nil
  ) async throws -> Outcome {
    let process = Process()
    process.executableURL = binary
    process.arguments = arguments
    var variables = ProcessInfo.processInfo.environment
    variables["CODEINTEL_INDEX"] = nil
    variables["NO_COLOR"] = "1"
    for (name, value) in environment { variables[name] = value }
    process.environment = variables
    let (output, errors) = (Pipe(), Pipe())
    let questions = Pipe()
    process.standardInput = questions
    process.standardOutput = output
    process.standardError = errors
    let finished = AsyncStream<Void>.makeStream()
    process.terminationHandler = { _ in finished.continuation.finish() }
    try process.run()
    let writing = questions.fileHandleForWriting
    if writesInBackground {
      Thread.detachNewThread {
        try? writing.write(contentsOf: Data(input.utf8))
        try? writing.close()
      }
    } else {
      // Short enough for the pipe's buffer, so this cannot block.
      writing.write(Data(input.utf8))
      try writing.close()
    }
    let identifier = process.processIdentifier
    async let text = collected(output.fileHandleForReading, onData: { _ in })
    async let diagnostics = collected(errors.fileHandleForReading) { soFar in
      if let marker, soFar.contains(marker) { kill(identifier, SIGKILL) }
    }
    let (first, second) = await (text, diagnostics)
    for await _ in finished.stream {}
    return Outcome(
      status: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal, output: first,
      errors: second)
  }

  /// Everything a stream says until its end, read on a thread of its own.
  private static func collected(
    _ handle: FileHandle, onData: @escaping @Sendable (String) -> Void
  ) async -> String {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        var data = Data()
        while case let part = handle.availableData, !part.isEmpty {
          data.append(part)
          onData(String(decoding: data, as: UTF8.self))
        }
        continuation.resume(returning: String(decoding: data, as: UTF8.self))
      }
    }
  }
}
