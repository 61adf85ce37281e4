import CodeIntel
import EngineTesting
import Foundation
import Retrieval
import RuntimeCells
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

  @Test func `fusion, budgets and gates come from every source`() throws {
    let yaml = """
      fusion: { rrf_k: 20, weights: ["faiss=2", "xtr:0.5"], window: 300 }
      search: { channel_budget_seconds: 1.5 }
      cells: { gates: ["vllm:4:16", "faiss:2"] }
      """
    let file = try load(yaml: yaml).settings.search
    #expect(file.rrfK == 20 && file.window == 300)
    #expect(file.weights == ["faiss": 2, "bm25": 0.4, "coderank_faiss": 0, "splade": 0, "xtr": 0.5])
    #expect(file.channelBudget == .milliseconds(1500))
    #expect(file.gates["vllm"] == GateLimits(maxConcurrency: 4, maxQueue: 16))
    #expect(file.gates["faiss"] == GateLimits(maxConcurrency: 2))
    let variables = try load(
      [
        "CODEINTEL_FUSION_RRF_K": "7", "CODEINTEL_FUSION_WEIGHTS": "bm25=1", "CODEINTEL_FUSION_WINDOW": "50",
        "CODEINTEL_SEARCH_CHANNEL_BUDGET_SECONDS": "3", "CODEINTEL_CELL_GATES": "chunks:1:0",
      ], yaml: yaml
    ).settings.search
    #expect(variables.rrfK == 7 && variables.window == 50 && variables.channelBudget == .seconds(3))
    #expect(variables.weights["bm25"] == 1 && variables.weights["faiss"] == 1)
    #expect(variables.gates == ["chunks": GateLimits(maxConcurrency: 1, maxQueue: 0)])
    #expect(try load(flags: ["fusion.rrf_k": .number(9)], yaml: yaml).settings.search.rrfK == 9)
  }

  @Test(arguments: [
    ("CODEINTEL_FUSION_RRF_K", "0", "fusion.rrf_k"), ("CODEINTEL_FUSION_RRF_K", "x", "fusion.rrf_k"),
    ("CODEINTEL_FUSION_WEIGHTS", "faiss", "fusion.weights"), ("CODEINTEL_FUSION_WEIGHTS", "faiss=-1", "fusion.weights"),
    ("CODEINTEL_FUSION_WEIGHTS", "fais=1", "fusion.weights"),
    ("CODEINTEL_FUSION_WEIGHTS", "faiss=1,faiss=2", "fusion.weights"),
    ("CODEINTEL_FUSION_WEIGHTS", "faiss=0,bm25=0", "fusion.weights"), ("CODEINTEL_FUSION_WINDOW", "9", "fusion.window"),
    ("CODEINTEL_FUSION_WINDOW", "10001", "fusion.window"),
    ("CODEINTEL_SEARCH_CHANNEL_BUDGET_SECONDS", "0", "search.channel_budget_seconds"),
    ("CODEINTEL_CELL_GATES", "vllm", "cells.gates"), ("CODEINTEL_CELL_GATES", "vllm:0", "cells.gates"),
    ("CODEINTEL_CELL_GATES", "vllm:1:-1", "cells.gates"), ("CODEINTEL_CELL_GATES", "vllm:1:2:3", "cells.gates"),
    ("CODEINTEL_CELL_GATES", "fusion:1", "cells.gates"), ("CODEINTEL_CELL_GATES", "vllm:1,vllm:2", "cells.gates"),
  ])
  func `numbers of fusion and gates that cannot be used are refused`(variable: String, value: String, key: String) {
    let found = faults([variable: value])
    #expect(found.count == 1 && found[0].hasPrefix(key + " | environment (\(variable)) | "), "\(found)")
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
        ["CODEINTEL_LAME_DUCK_SECONDS": "100", "CODEINTEL_DRAIN_SECONDS": "4"],
        "serve.lame_duck_seconds | environment (CODEINTEL_LAME_DUCK_SECONDS) | less than serve.drain_seconds is expected, which bounds the whole shutdown: found 100.0 of 4.0 seconds."
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
        ["CODEINTEL_EMBEDDER_URL": "http://127.0.0.1:1", "CODEINTEL_EMBEDDER_API_KEY_FILE": "/no/such/file"],
        "embedder.api_key_file | environment (CODEINTEL_EMBEDDER_API_KEY_FILE) | a readable file is expected, found '/no/such/file'."
      ),
    ] as [([String: String], String)])
  func `a malformed value or an unknown name is an error, not a default`(environment: [String: String], fault: String) {
    #expect(faults(environment) == [fault])
  }

  @Test func `the admin token's file is needed by who serves, and by nobody else`() throws {
    let environment = ["CODEINTEL_ADMIN_TOKEN_FILE": "/no/such/file", "CODEINTEL_SERVE_PORT": "8081"]
    #expect(try load(environment).settings.serve.adminTokenFile == "/no/such/file")
    let error = #expect(throws: SettingsError.self) { try Settings.load(environment: environment, serves: true) }
    #expect(error?.faults.map(\.key) == ["serve.admin_token_file"])
  }

  @Test func `a service makes codes beside flat vectors unless it is told not to, a single command does not`() throws {
    #expect(try !load().settings.dense.scansInt8)
    #expect(try Settings.load(environment: [:], serves: true).settings.dense.scansInt8)
    let off = ["CODEINTEL_INDEX_INT8_SCAN": "false"]
    #expect(try !Settings.load(environment: off, serves: true).settings.dense.scansInt8)
  }

  @Test func `names of hosts come from a list`() throws {
    #expect(try load().settings.serve.allowedHosts.isEmpty)
    #expect(
      try load(["CODEINTEL_ALLOWED_HOSTS": "code.example.org,other"]).settings.serve.allowedHosts == [
        "code.example.org", "other",
      ])
  }

  @Test func `the links of Kubernetes' services are no settings, what only looks like one is told`() throws {
    let links = [
      "CODEINTEL_SERVICE_HOST": "10.0.171.239", "CODEINTEL_SERVICE_PORT": "8080", "CODEINTEL_SERVICE_PORT_HTTP": "8080",
      "CODEINTEL_PORT": "tcp://10.0.171.239:8080", "CODEINTEL_PORT_8080_TCP": "tcp://10.0.171.239:8080",
      "CODEINTEL_PORT_8080_TCP_PROTO": "tcp", "CODEINTEL_PORT_8080_TCP_PORT": "8080",
      "CODEINTEL_PORT_8080_TCP_ADDR": "10.0.171.239", "CODEINTEL_PORT_53_UDP_ADDR": "fd00::1",
      "CODEINTEL_ADMIN_SERVICE_HOST": "10.0.0.1", "CODEINTEL_ADMIN_PORT": "tcp://[fd00::1]:80",
    ]
    #expect(try load(links).settings == Settings(environment: [:]))
    for (name, value) in [
      ("CODEINTEL_PORT", "8080"), ("CODEINTEL_SERVICE_HOST", "localhost"), ("CODEINTEL_SERVICE_PORT", "tcp://a:1"),
      ("CODEINTEL_PORT_8080_TCP_PROTO", "http"), ("CODEINTEL_PORT_X_TCP", "tcp://a:1"), ("CODEINTEL_HOST", "10.0.0.1"),
    ] {
      #expect(faults([name: value]).count == 1, "\(name)=\(value)")
    }
    // A service that is called codeintel-serve: the name is that of a setting.
    #expect(
      faults(["CODEINTEL_SERVE_PORT": "tcp://10.0.0.1:8080"]) == [
        "serve.port | environment (CODEINTEL_SERVE_PORT) | a whole number from 0 to 65535 is expected, "
          + "found 'tcp://10.0.0.1:8080'. Kubernetes sets this for a service of that name: set CODEINTEL_SERVE_PORT "
          + "yourself, or enableServiceLinks: false."
      ])
  }

  @Test func `names that are to be preloaded are checked with all the rest`() {
    let found = faults([
      "CODEINTEL_INDEX_PRELOAD": "vllm,fiass", "CODEINTEL_PRELOAD_OPTIONAL": "xtr-runtime", "CODEINTEL_SERVE_PORT": "x",
    ])
    #expect(found.count == 3, "\(found.joined(separator: "\n"))")
    #expect(
      found.contains(
        "preload.cells | environment (CODEINTEL_INDEX_PRELOAD) | 'fiass' is no cell that can be preloaded: vllm, hybrid, "
          + "chunks, faiss, coderank_faiss, bm25, splade, xtr are accepted."))
    #expect(found.contains { $0.hasPrefix("preload.optional |") && $0.contains("'xtr-runtime'") })
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

  @Test func `the dense index's kind and merging are read, and an unknown kind is a fault`() throws {
    let settings = try load([
      "CODEINTEL_INDEX_KIND": "hnsw", "CODEINTEL_INDEX_MERGE_PERCENT": "5", "CODEINTEL_INDEX_MERGE": "1",
    ]).settings
    #expect(settings.dense.kind == .hnsw(HNSWParameters()))
    #expect(settings.dense.merging.maximumShare == 0.05)
    #expect(settings.dense.mergesAfterwards)
    #expect(
      faults(["CODEINTEL_INDEX_KIND": "ivf"]) == [
        "index.kind | environment (CODEINTEL_INDEX_KIND) | there is no dense index of kind 'ivf': "
          + "automatic, flat, hnsw, ivf-pq, ivf-sq8 are accepted."
      ])
    #expect(faults(["CODEINTEL_INDEX_MERGE_PERCENT": "101"]).count == 1)
  }

  @Test func `inverted lists, how many of them are read, and whether from the file, are read`() throws {
    #expect(try load([:]).settings.dense == DenseIndexSettings())
    let settings = try load([
      "CODEINTEL_INDEX_KIND": "ivf-sq8", "CODEINTEL_INDEX_NPROBE": "7", "CODEINTEL_INDEX_MMAP": "1",
      "CODEINTEL_INDEX_INT8_SCAN": "yes",
    ]).settings
    #expect(settings.dense.kind == .ivfSQ8)
    #expect(settings.dense.probes == 7)
    #expect(settings.dense.isMapped)
    #expect(settings.dense.scansInt8)
    #expect(faults(["CODEINTEL_INDEX_INT8_SCAN": "maybe"]).count == 1)
    #expect(faults(["CODEINTEL_INDEX_NPROBE": "0"]).count == 1)
    #expect(faults(["CODEINTEL_INDEX_MMAP": "maybe"]).count == 1)
  }
}
