import CodeIntel
import EngineTesting
import ExternalTools
import Foundation
import Testing

/// The dashboard in a real browser: search, marks and bars, the live table, the swap, and text that looks like markup.
///
/// `DASHBOARD_PICTURES` names a folder for pictures of what the browser showed.
@Suite(
  .enabled(
    if: ExternalTool.named("chromium") != nil && ExternalTool.named("chromedriver") != nil
      && ExternalTool.python(importing: "selenium") != nil,
    "chromium, chromium-driver or selenium is missing: run \(ExternalTool.provider)"))
struct BrowserTests {
  private static let hostile = """
    // hostile <img src=x onerror="document.title='broken'"> </script><script>document.title='broken'</script>
    func hostile() {}
    """

  @Test func `the dashboard works in Chromium`() async throws {
    var files = TemporaryTree.sample
    files["Sources/Hostile.swift"] = Self.hostile
    let world = try await ServerWorld(files: files)
    let python = try #require(ExternalTool.python(importing: "selenium"))
    let temporary = FileManager.default.temporaryDirectory.appending(path: "dashboard-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: temporary) }
    let pictures = ProcessInfo.processInfo.environment["DASHBOARD_PICTURES"] ?? temporary.path
    try FileManager.default.createDirectory(atPath: pictures, withIntermediateDirectories: true)
    let driver = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "dashboard.py")
    let result = try await RunningService.with(world) { running in
      try await python.run([driver.path, "http://127.0.0.1:\(running.port)", ServerWorld.token, pictures])
    }
    #expect(result.status == 0, "\(result.output)")
    #expect(result.output.split(separator: "\n").filter { $0.hasSuffix(": as it should be") }.count == 9)
    try await world.engine.shutdown()
  }
}
