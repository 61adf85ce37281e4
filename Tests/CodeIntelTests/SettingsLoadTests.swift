import CodeIntel
import EngineTesting
import Foundation
import Retrieval
import Testing

/// Settings from all their sources: precedence, every mistake at once, nothing silently replaced by a default.
@Suite struct SettingsLoadTests {
  private func load(
    _ environment: [String: String] = [:], flags: [String: SettingsValue] = [:], yaml: String? = nil
  ) throws -> ResolvedSettings {
    guard let yaml else { return try Settings.load(flags: flags, environment: environment) }
    let tree = try TemporaryTree(["config.yaml": yaml])
    return try Settings.load(flags: flags, environment: environment, file: tree.source + "/config.yaml")
  }

  private func faults(
    _ environment: [String: String] = [:], flags: [String: SettingsValue] = [:], yaml: String? = nil
  ) -> [String] {
    do {
      _ = try load(environment, flags: flags, yaml: yaml)
      return []
    } catch {
      return ((error as? SettingsError)?.faults ?? []).map { "\($0.key) | \($0.origin) | \($0.message)" }
    }
  }

  @Test func `flags win over variables, variables over the file, the file over defaults, and each origin is told`()
    throws
  {
    let yaml = """
      index: { path: /file/index, watch_seconds: 3 }
      serve: { port: 1000, host: "::1" }
      preload: { cells: [vllm, faiss] }
      """
    let resolved = try load(
      ["CODEINTEL_INDEX": "/env/index", "CODEINTEL_SERVE_PORT": "2000", "HOME": "/home/me"],
      flags: ["serve.port": .integer(3000)], yaml: yaml)
    let settings = resolved.settings
    #expect(settings.serve.port == 3000)
    #expect(settings.indexPath == "/env/index")
    #expect(settings.serve.host == "::1")
    #expect(settings.indexWatchInterval == .seconds(3))
    #expect(settings.preload.cells == ["vllm", "faiss"])
    #expect(settings.modelFolder == "/home/me/.cache/runtime-cells/models/all-MiniLM-L6-v2")
    func origin(_ name: String) -> String? { resolved.entries.first { $0.key.name == name }?.origin }
    #expect(origin("serve.port") == "flags")
    #expect(origin("index.path") == "environment (CODEINTEL_INDEX)")
    #expect(origin("serve.host")?.hasPrefix("file (") == true)
    #expect(origin("serve.search_queue") == "default")
    #expect(origin("serve.admin_token_file") == "unset")
    #expect(resolved.entries.count == SettingsKey.all.count)
  }

  @Test func `the method of fusion comes from the file, the environment or a flag, in rising order`() throws {
    #expect(try load().settings.fusionMethod == .reciprocalRank)
    let yaml = "fusion: { method: relative }"
    #expect(try load(yaml: yaml).settings.fusionMethod == .relativeScore)
    #expect(try load(["CODEINTEL_FUSION_METHOD": "rrf"], yaml: yaml).settings.fusionMethod == .reciprocalRank)
    #expect(
      try load(["CODEINTEL_FUSION_METHOD": "rrf"], flags: ["fusion.method": .text("relative")]).settings.fusionMethod
        == .relativeScore)
  }

  @Test func `without any source the defaults are those of the types`() throws {
    let settings = try load().settings
    #expect(settings.serve == ServeSettings())
    #expect(settings.preload == PreloadSettings())
    #expect(settings == Settings(environment: [:]))
  }

  @Test(
    arguments: [
      (
        ["CODEINTEL_SERVE_PORT": "80a"],
        "serve.port | environment (CODEINTEL_SERVE_PORT) | a whole number from 0 to 65535 is expected, found '80a'."
      ),
      (
        ["CODEINTEL_SERVE_PORT": "65536"],
        "serve.port | environment (CODEINTEL_SERVE_PORT) | a whole number from 0 to 65535 is expected, found '65536'."
      ),
      (
        ["CODEINTEL_LAME_DUCK_SECONDS": "-1"],
        "serve.lame_duck_seconds | environment (CODEINTEL_LAME_DUCK_SECONDS) | seconds from 0 to 3600 is expected, found '-1'."
      ),
      (
        ["CODEINTEL_LAME_DUCK_SECONDS": "nan"],
        "serve.lame_duck_seconds | environment (CODEINTEL_LAME_DUCK_SECONDS) | seconds from 0 to 3600 is expected, found 'nan'."
      ),
      (
        ["FAISS_PRELOAD": "maybe"],
        "preload.faiss | environment (FAISS_PRELOAD) | true, false, yes, no, 1 or 0 is expected, found 'maybe'."
      ),
      (
        ["CODEINTEL_COMPUTE_THREADS": "0"],
        "compute.threads | environment (CODEINTEL_COMPUTE_THREADS) | a whole number from 1 to 1024 is expected, found '0'."
      ),
      (
        ["CODEINTEL_FUSION_METHOD": "best"],
        "fusion.method | environment (CODEINTEL_FUSION_METHOD) | lists cannot be fused by 'best': rrf or relative is accepted."
      ),
      (
        ["CODEINTEL_INDEX_PRELAOD": "vllm"],
        "CODEINTEL_INDEX_PRELAOD | environment | There is no such setting. Did you mean CODEINTEL_INDEX_PRELOAD?"
      ),
      (
        ["CODEINTEL_ADMIN_TOKEN_FILE": "/no/such/file"],
        "serve.admin_token_file | environment (CODEINTEL_ADMIN_TOKEN_FILE) | a readable file is expected, found '/no/such/file'."
      ),
    ] as [([String: String], String)])
  func `a malformed value or an unknown name is an error, not a default`(environment: [String: String], fault: String) {
    #expect(faults(environment) == [fault])
  }

  @Test func `all faults of all sources come at once, hidden ones too`() {
    let yaml = """
      serve: { port: many, prot: 1 }
      preload: { cells: vllm }
      indx: x
      """
    let found = faults(
      ["CODEINTEL_SERVE_PORT": "8080", "HYBRID_PRELOAD": "2", "CODEINTEL_X": "1"],
      flags: ["compute.threads": .integer(0)], yaml: yaml)
    #expect(found.count == 7, "\(found.joined(separator: "\n"))")
    for part in [
      "serve.port |", "serve.prot |", "Did you mean serve.port?", "preload.cells |", "indx |",
      "preload.hybrid |", "CODEINTEL_X |", "compute.threads | flags",
    ] {
      #expect(found.contains { $0.contains(part) }, "\(part)")
    }
  }

  @Test(arguments: ["", "# nothing\n", "{}"])
  func `a file that sets nothing is accepted`(yaml: String) throws {
    #expect(try load(yaml: yaml).settings == Settings(environment: [:]))
  }

  @Test(arguments: ["just a text", "[1, 2]", "a: {b: [", "a: 1\na: 2"])
  func `a file that is no mapping is an error with its path`(yaml: String) {
    let found = faults(yaml: yaml)
    #expect(found.count == 1, "\(found)")
    #expect(found.first?.contains("config.yaml") == true)
  }

  @Test func `a named file must be there, the user's own need not`() throws {
    #expect(throws: SettingsError(.unreadableFile, faults: [])) {
      try Settings.load(environment: [:], file: "/no/such/file.yaml")
    }
    #expect(throws: SettingsError(.unreadableFile, faults: [])) {
      try Settings.load(environment: ["CODEINTEL_CONFIG": "/no/such/file.yaml"])
    }
    let tree = try TemporaryTree([:])
    #expect(try Settings.load(environment: ["XDG_CONFIG_HOME": tree.source]).file == nil)
    try tree.write("serve: { port: 99 }", to: "codeintel/config.yaml")
    let resolved = try Settings.load(environment: ["XDG_CONFIG_HOME": tree.source])
    #expect(resolved.settings.serve.port == 99)
    #expect(resolved.file == tree.source + "/codeintel/config.yaml")
  }

  @Test func `lists come from variables with commas, toggles from their own variables`() throws {
    let preload = try load([
      "CODEINTEL_INDEX_PRELOAD": "vllm, hybrid,", "FAISS_PRELOAD": "1", "HYBRID_PRELOAD": "0", "XTR_PRELOAD": "",
      "CODEINTEL_PRELOAD_OPTIONAL": "faiss", "CODEINTEL_PRELOAD_BUDGET_MIB": "2",
    ]).settings.preload
    #expect(preload.cells == ["vllm", "hybrid"])
    #expect(preload.toggles == ["faiss": true, "hybrid": false])
    #expect(preload.optional == ["faiss"])
    #expect(preload.budgetBytes == 2 << 20)
  }

  @Test func `every key has a variable of its own, and each is in the contract`() throws {
    #expect(Set(SettingsKey.all.map(\.name)).count == SettingsKey.all.count)
    #expect(Set(SettingsKey.all.map(\.variable)).count == SettingsKey.all.count)
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/contract.json")
    let text = try String(contentsOf: file, encoding: .utf8)
    for key in SettingsKey.all { #expect(text.contains("\"name\": \"\(key.variable)\""), "\(key.variable)") }
  }
}
