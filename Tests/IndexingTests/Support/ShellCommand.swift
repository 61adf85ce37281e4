import Foundation

/// Runs a program to its end, for oracles that are programs.
enum ShellCommand {
  static func output(_ arguments: [String], in directory: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failed(status: process.terminationStatus) }
    return String(decoding: data, as: UTF8.self)
  }

  static func exists(_ name: String) -> Bool {
    (try? output(["sh", "-c", "command -v \(name)"], in: "/")) != nil
  }

  struct Failed: Error {
    let status: Int32
  }
}
