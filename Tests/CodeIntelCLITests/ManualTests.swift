import ExternalTools
import Foundation
import Testing

/// Manual pages and completions are made from the program's own description and read without complaint.
@Suite struct ManualTests {
  private static let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "scripts/manual").path

  private func manual(_ arguments: String...) async throws -> ExternalTool.Result {
    let bash = try #require(ExternalTool.named("bash"))
    return try await bash.run([Self.script, "--program", CodeIntelProcess.binary.path] + arguments)
  }

  @Test(
    .enabled(if: ExternalTool.named("man") != nil, "man is missing: run \(ExternalTool.provider)"))
  func `each command has a page that man reads without a warning`() async throws {
    let man = try #require(ExternalTool.named("man"))
    let folder = try TemporaryFolder()
    let written = try await manual("--into", folder.path)
    #expect(written.status == 0, "\(written.output)")
    let pages = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/share/man/man1")
    for command in ["", "-index", "-search", "-serve", "-runtime-status", "-runtime-swap", "-config-show"] {
      #expect(pages.contains("codeintel\(command).1"))
    }
    for page in pages {
      let read = try await man.run([
        "--warnings", "-E", "UTF-8", "-Tutf8", "-Z", "-l", folder.path + "/share/man/man1/" + page,
      ])
      #expect(read.status == 0)
      #expect(!read.output.contains("warning"), "\(page): \(read.output.prefix(500))")
    }
  }

  @Test func `a page has what the help has`() async throws {
    let page = try await manual("codeintel-runtime-swap")
    #expect(page.status == 0, "\(page.output)")
    for part in [
      ".SH NAME", ".SH SYNOPSIS", ".SH OPTIONS", ".SH EXIT STATUS", #"\fB\-\-url\fR \fIurl\fR"#,
      #"\fB\-\-token\-file\fR"#,
      #"\fBcodeintel\-runtime\fR(1)"#,
    ] { #expect(page.output.contains(part), "\(part)") }
    let none = try await manual("codeintel-nothing")
    #expect(none.status != 0)
    #expect(none.output.contains("there is no page codeintel-nothing"))
  }

  @Test func `the completions are scripts of their shells`() async throws {
    let folder = try TemporaryFolder()
    #expect(try await manual("--into", folder.path).status == 0)
    let bash = try #require(ExternalTool.named("bash"))
    let read = try await bash.run(["-n", folder.path + "/share/bash-completion/completions/codeintel"])
    #expect(read.status == 0, "\(read.output)")
    let zsh = try String(contentsOfFile: folder.path + "/share/zsh/site-functions/_codeintel", encoding: .utf8)
    #expect(zsh.hasPrefix("#compdef codeintel"))
    let fish = folder.path + "/share/fish/vendor_completions.d/codeintel.fish"
    #expect(try String(contentsOfFile: fish, encoding: .utf8).contains("complete -c 'codeintel'"))
  }
}
