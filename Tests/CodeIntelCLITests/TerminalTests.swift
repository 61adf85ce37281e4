import ExternalTools
import Foundation
import Testing

/// Colour and progress bars are for people: on a terminal, and only there. `script` gives the command a terminal.
@Suite(.enabled(if: ExternalTool.named("script") != nil, "script is missing: apt-get install bsdutils"))
struct TerminalTests {
  /// What a terminal shows of a shell command, in which `$CODEINTEL` stands for the program.
  private func shown(_ command: String) async throws -> String {
    let script = try #require(ExternalTool.named("script"))
    let clean =
      "unset NO_COLOR FORCE_COLOR CODEINTEL_INDEX; export TERM=xterm; stty cols 100; "
      + "CODEINTEL='\(CodeIntelProcess.binary.path)'; " + command
    return try await script.run(["-qec", clean, "/dev/null"]).output
  }

  @Test func `tables have colour on a terminal that wants it, and never in a pipe`() async throws {
    let status = "$CODEINTEL runtime status --index /none --model /none"
    #expect(try await shown("\(status) 2>/dev/null").contains("\u{1B}["))
    for plain in [
      "NO_COLOR=1 \(status)", "\(status) --no-color", "TERM=dumb \(status)", "\(status) 2>&1 | cat",
      "\(status) --json | cat",
    ] {
      let text = try await shown(plain)
      #expect(text.contains("vllm"), "\(plain): \(text)")
      #expect(!text.contains("\u{1B}"), "\(plain)")
    }
    #expect(try await shown("FORCE_COLOR=1 \(status) | cat").contains("\u{1B}["))
  }

  @Test func `prewarm draws a bar on standard error, and one line a cell in a pipe`() async throws {
    let prewarm = "$CODEINTEL runtime prewarm all --index /none --model /none"
    let bar = try await shown("\(prewarm) >/dev/null")
    #expect(bar.contains("\rprewarm [") && bar.contains("#]  8/8"), "\(bar)")
    let lines = try await shown("\(prewarm) 2>&1 >/dev/null | cat")
    #expect(lines.contains("prewarm 8/8: "))
    #expect(!lines.contains("["))
    #expect(!(try await shown("\(prewarm) 2>/dev/null")).contains("prewarm"))
    #expect(!(try await shown("\(prewarm) --quiet >/dev/null")).contains("prewarm ["))
  }

  @Test(.enabled(if: CodeIntelProcess.modelFolder != nil, "the embedding model is missing: run scripts/model"))
  func `index draws a bar, too`() async throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("func waterPlants() {}\n", to: "source/Garden.swift")
    let model = try #require(CodeIntelProcess.modelFolder)
    let bar = try await shown(
      "$CODEINTEL index \(folder.path)/source --index \(folder.path)/index --model '\(model)' >/dev/null")
    #expect(bar.contains(" [####") && bar.contains("] "), "\(bar)")
    #expect(bar.contains("faiss: 1 in "))
  }
}
