import CodeIntel
import Testing

@Suite struct SettingsTests {
  @Test func `flags win over the environment, which wins over defaults`() {
    let environment = ["CODEINTEL_INDEX": "/env/index", "CODEINTEL_MODEL_DIR": "/env/model", "HOME": "/home/me"]
    let flags = Settings(environment: environment, indexPath: "/flag/index", modelFolder: "/flag/model")
    #expect(flags.indexPath == "/flag/index")
    #expect(flags.modelFolder == "/flag/model")
    let variables = Settings(environment: environment)
    #expect(variables.indexPath == "/env/index")
    #expect(variables.modelFolder == "/env/model")
    let defaults = Settings(environment: ["HOME": "/home/me"])
    #expect(defaults.indexPath == ".codeintel")
    #expect(defaults.modelFolder == "/home/me/.cache/runtime-cells/models/all-MiniLM-L6-v2")
  }

  @Test func `an empty variable counts as unset and the cache folder can be moved`() {
    let settings = Settings(environment: ["CODEINTEL_INDEX": "", "XDG_CACHE_HOME": "/cache", "HOME": "/home/me"])
    #expect(settings.indexPath == ".codeintel")
    #expect(settings.modelFolder.hasPrefix("/cache/runtime-cells/"))
  }

  @Test func `at least one thread computes`() {
    #expect(Settings(environment: [:], computeThreads: 0).computeThreads == 1)
    #expect(Settings(environment: [:]).computeThreads >= 1)
  }
}
