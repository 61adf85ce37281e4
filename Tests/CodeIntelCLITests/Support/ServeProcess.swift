import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// A running `codeintel serve` on a port of the system's choice.
final class ServeProcess: Sendable {
  struct Answer: Sendable {
    let status: Int
    let contentType: String
    let members: [String: any Sendable]
  }

  let url: String
  private let process: Process
  private let log: URL

  /// Starts it and waits until it says where it listens.
  static func start(_ arguments: [String], environment: [String: String] = [:], log: String) async throws
    -> ServeProcess
  {
    let process = Process()
    process.executableURL = CodeIntelProcess.binary
    process.arguments = ["serve", "--port", "0"] + arguments
    var variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("CODEINTEL_") }
    variables["CODEINTEL_MODEL_DIR"] = CodeIntelProcess.modelFolder
    variables["CODEINTEL_LAME_DUCK_SECONDS"] = "0"
    // Not what these tests are about, and a slow machine must not meet it.
    variables["CODEINTEL_SEARCH_DEADLINE_SECONDS"] = "3600"
    for (name, value) in environment { variables[name] = value }
    process.environment = variables
    let output = Pipe()
    _ = FileManager.default.createFile(atPath: log, contents: nil)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: URL(filePath: log))
    try process.run()
    let line = await withCheckedContinuation { (continuation: CheckedContinuation<String, Never>) in
      Thread.detachNewThread {
        continuation.resume(returning: String(decoding: output.fileHandleForReading.availableData, as: UTF8.self))
      }
    }
    let url = line.split(separator: " ").last.map { $0.trimmingCharacters(in: .newlines) } ?? ""
    return ServeProcess(process: process, url: url, log: URL(filePath: log))
  }

  private init(process: Process, url: String, log: URL) {
    self.process = process
    self.url = url
    self.log = log
  }

  /// One request on a connection of its own.
  func send(_ method: String, _ path: String, token: String? = nil) async throws -> Answer {
    guard let address = URL(string: url + path) else { throw URLError(.badURL) }
    var request = URLRequest(url: address)
    request.httpMethod = method
    request.setValue("close", forHTTPHeaderField: "Connection")
    if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
    let session = URLSession(configuration: .ephemeral)
    defer { session.finishTasksAndInvalidate() }
    let (data, response) = try await session.data(for: request)
    let http = response as? HTTPURLResponse
    let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
    return Answer(
      status: http?.statusCode ?? 0, contentType: http?.value(forHTTPHeaderField: "Content-Type") ?? "",
      members: (object ?? [:]).compactMapValues { value -> (any Sendable)? in
        (value as? String) ?? (value as? NSNumber).map { $0.intValue } ?? nil
      })
  }

  /// The body of an answer, as text.
  func text(_ path: String) async throws -> String {
    guard let address = URL(string: url + path) else { throw URLError(.badURL) }
    var request = URLRequest(url: address)
    request.setValue("close", forHTTPHeaderField: "Connection")
    let session = URLSession(configuration: .ephemeral)
    defer { session.finishTasksAndInvalidate() }
    return String(decoding: try await session.data(for: request).0, as: UTF8.self)
  }

  /// Waits until the service says that it is ready.
  func untilReady() async throws {
    while try await send("GET", "/readyz").status != 200 { await Task.yield() }
  }

  /// The files and sockets that the process has open.
  var descriptors: Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process.processIdentifier)/fd"))?.count ?? -1
  }

  /// Sends a signal.
  func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// Whether the process is still there.
  var isRunning: Bool { process.isRunning }

  /// What is logged so far.
  var logged: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

  /// Sends SIGTERM and gives the exit status and what was logged.
  func stop() async throws -> (status: Int32, log: String) {
    if process.isRunning { process.terminate() }
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      let process = process
      Thread.detachNewThread {
        process.waitUntilExit()
        continuation.resume()
      }
    }
    return (process.terminationStatus, try String(contentsOf: log, encoding: .utf8))
  }
}
