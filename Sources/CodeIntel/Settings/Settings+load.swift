import Embedding
import Retrieval

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Settings {
  /// The variable that names the configuration file when no flag does.
  static let fileVariable = "CODEINTEL_CONFIG"

  /// Variables with our prefix that are no settings of the engine: guards, and what scripts use.
  private static let otherVariables: Set<String> = [fileVariable, "CODEINTEL_TEST_VLLM_URL"]

  /// Joins all sources: flags, then environment variables, then the configuration file, then defaults.
  ///
  /// The file is the one that is named by `file`, else by `CODEINTEL_CONFIG`, else `codeintel/config.yaml` in the user's
  /// configuration folder if it is there. Blocks for the time of reading it.
  ///
  /// - Parameters:
  ///   - flags: values by key name, such as `index.path`, each of its key's type.
  ///   - environment: all variables of the process; empty ones count as unset.
  ///   - file: what `--config` gave.
  ///   - serves: whether a service is to be started. It needs the admin token, whose file other commands may not be able
  ///     to read, and by default makes the codes of `index.int8_scan`, which a single search would not earn back.
  /// - Throws: ``SettingsError`` with all faults at once: malformed values, unknown names, a file that cannot be read.
  ///   Variables that are ``ServiceLinks`` are no unknown names.
  public static func load(
    flags: [String: SettingsValue] = [:], environment: [String: String], file: String? = nil,
    serves: Bool = false
  ) throws(SettingsError) -> ResolvedSettings {
    let environment = environment.filter { !$0.value.isEmpty }
    let parsed = try configurationFile(file, environment)
    var sources = [SettingsSource.flags(flags), .environment(environment)]
    if let parsed { sources.append(.file(parsed.snapshot, path: parsed.path)) }
    var resolution = SettingsResolution(sources: sources, defaults: defaults(environment, serves: serves))
    resolution.addUnknown(flags.keys.sorted(), known: SettingsKey.all.map(\.name), origin: "flags")
    resolution.addUnknown(
      environment.filter {
        $0.key.hasPrefix("CODEINTEL_") && !otherVariables.contains($0.key) && !ServiceLinks.contains($0.key, $0.value)
      }.keys.sorted(),
      known: SettingsKey.all.map(\.variable), origin: "environment")
    if let parsed {
      resolution.addUnknown(parsed.keys, known: SettingsKey.all.map(\.name), origin: "file (\(parsed.path))")
    }
    let embedder = resolution.embedder()
    let search = resolution.search()
    resolution.checkFiles(serves ? [.embedderKeyFile, .adminTokenFile] : [.embedderKeyFile])
    resolution.checkDrain()
    resolution.checkChannels()
    resolution.checkPreload()
    resolution.checkTokenVectors()
    resolution.checkFusion()
    resolution.checkDenseKind()
    guard resolution.faults.isEmpty else { throw SettingsError(.invalid, faults: resolution.faults) }
    return ResolvedSettings(
      settings: Settings(resolution, embedder, search, environment),
      entries: SettingsKey.all.compactMap { resolution.entries[$0] },
      file: parsed?.path)
  }

  private static func configurationFile(
    _ named: String?, _ environment: [String: String]
  ) throws(SettingsError) -> SettingsFile? {
    if let named { return try SettingsFile(path: named, namedBy: "--config") }
    if let path = environment[fileVariable] { return try SettingsFile(path: path, namedBy: fileVariable) }
    guard let folder = UserFolder.configuration.path(in: environment) else { return nil }
    let path = folder + "/codeintel/config.yaml"
    return FileManager.default.fileExists(atPath: path) ? try SettingsFile(path: path, namedBy: "the user's file") : nil
  }

  /// As the setting `fusion.weights` has them, in the engine's order.
  private static var shippedWeights: [String] {
    ApplicationContext.channelNames.map { name in
      "\(name)=\(SettingsValue.number(FusionSettings.shippedWeights[name] ?? 0))"
    }
  }

  private static func defaults(_ environment: [String: String], serves: Bool) -> [SettingsKey: SettingsValue] {
    let (preload, serve, search) = (PreloadSettings(), ServeSettings(), SearchSettings())
    func seconds(_ duration: Duration) -> SettingsValue { .number(duration / .seconds(1)) }
    return [
      .index: .text(defaultIndexPath), .indexWatch: .number(10),
      .indexKind: .text("automatic"), .indexMmap: .flag(false),
      .indexInt8Scan: .flag(serves), .indexMergePercent: .integer(20), .indexMerge: .flag(false),
      .fusionMethod: .text(FusionMethod.reciprocalRank.rawValue),
      .model: .text(defaultModelFolder(environment)),
      .spladeModel: .text(modelFolder("splade-tiny", environment)),
      .threads: .integer(max(1, defaultComputeThreads)), .preload: .list([]), .preloadOptional: .list([]),
      .preloadDeadline: seconds(preload.deadline), .preloadConcurrency: .integer(preload.concurrency),
      .preloadBudget: .integer(0), .skipAccelerator: .flag(false),
      .fusionK: .number(search.rrfK), .fusionWeights: .list(shippedWeights), .fusionWindow: .integer(search.window),
      .channelBudget: seconds(search.channelBudget), .cellGates: .list([]), .host: .text(serve.host),
      .port: .integer(serve.port), .allowedHosts: .list(serve.allowedHosts),
      .adminLoopbackOnly: .flag(serve.adminLoopbackOnly),
      .adminPerMinute: .integer(serve.adminPerMinute),
      .searchConcurrency: .integer(serve.searchConcurrency), .searchQueue: .integer(serve.searchQueue),
      .searchDeadline: seconds(serve.searchDeadline), .lameDuck: seconds(serve.lameDuckDelay),
      .drainQuiet: seconds(serve.drainQuietTime), .drainLimit: seconds(serve.drainLimit), .compatNames: .flag(false),
    ]
  }

  private init(
    _ values: SettingsResolution, _ embedder: EmbedderSettings, _ search: SearchSettings,
    _ environment: [String: String]
  ) {
    let interval = values.seconds(.indexWatch) ?? .zero
    self.init(
      indexPath: values.text(.index) ?? Self.defaultIndexPath,
      modelFolder: values.text(.model) ?? Self.defaultModelFolder(environment),
      computeThreads: values.integer(.threads) ?? max(1, Self.defaultComputeThreads),
      channels: ChannelSettings(
        spladeModelFolder: values.text(.spladeModel) ?? Self.modelFolder("splade-tiny", environment),
        built: values.list(.indexChannels), codeRankModelFolder: values.text(.codeRankModel),
        tokenElement: values.text(.xtrVectors).flatMap { TokenElement(rawValue: $0) } ?? .residual4),
      dense: DenseIndexSettings(values),
      fusionMethod: values.text(.fusionMethod).flatMap { FusionMethod(rawValue: $0) } ?? .reciprocalRank,
      embedder: embedder, search: search, preload: PreloadSettings(values), serve: ServeSettings(values),
      indexWatchInterval: interval > .zero ? interval : nil,
      skipsAcceleratorProbe: values.flag(.skipAccelerator) ?? false,
      exportsCompatNames: values.flag(.compatNames) ?? false, traceEndpoint: values.text(.traceEndpoint))
  }
}

extension SettingsResolution {
  /// Files whose content is needed must be readable.
  fileprivate mutating func checkFiles(_ keys: [SettingsKey]) {
    for key in keys {
      guard let path = text(key), !FileManager.default.isReadableFile(atPath: path) else { continue }
      addFault(key, "a readable file is expected, found '\(path.prefix(80))'.")
    }
  }

  /// The lame-duck time is part of the whole shutdown.
  fileprivate mutating func checkDrain() {
    guard let delay = seconds(.lameDuck), let limit = seconds(.drainLimit), delay >= limit else { return }
    addFault(
      .lameDuck,
      "less than serve.drain_seconds is expected, which bounds the whole shutdown: found \(delay / .seconds(1)) of \(limit / .seconds(1)) seconds."
    )
  }

  /// Every name in `index.channels` must be a channel. Those that every index has may be named too.
  fileprivate mutating func checkChannels() {
    let known = ApplicationContext.channelNames
    for name in list(.indexChannels) ?? [] where !known.contains(name) {
      addFault(
        .indexChannels, "there is no channel '\(name)' to index: \(known.joined(separator: ", ")) are accepted.")
    }
  }

  /// Every name that is to be preloaded must be a cell that can be, whatever the index has.
  fileprivate mutating func checkPreload() {
    let known = ApplicationContext.preloadNames
    for key in [SettingsKey.preload, .preloadOptional] {
      for name in list(key) ?? [] where !known.contains(name) {
        addFault(key, "'\(name)' is no cell that can be preloaded: \(known.joined(separator: ", ")) are accepted.")
      }
    }
  }

  /// The forms of token vectors have fixed names.
  fileprivate mutating func checkTokenVectors() {
    let known = TokenElement.allCases.map(\.rawValue)
    guard let name = text(.xtrVectors), !known.contains(name) else { return }
    addFault(
      .xtrVectors, "token vectors cannot be stored as '\(name)': \(known.joined(separator: " or ")) is accepted.")
  }

  /// So have the methods of fusion.
  fileprivate mutating func checkFusion() {
    let known = FusionMethod.allCases.map(\.rawValue)
    guard let name = text(.fusionMethod), !known.contains(name) else { return }
    addFault(.fusionMethod, "lists cannot be fused by '\(name)': \(known.joined(separator: " or ")) is accepted.")
  }

  /// The kinds of dense indexes have fixed names.
  fileprivate mutating func checkDenseKind() {
    guard let name = text(.indexKind), DenseIndexSettings.kinds[name] == nil else { return }
    let known = DenseIndexSettings.kinds.keys.sorted().joined(separator: ", ")
    addFault(.indexKind, "there is no dense index of kind '\(name)': \(known) are accepted.")
  }

  /// Where texts are embedded; what is wrong with that becomes a fault.
  fileprivate mutating func embedder() -> EmbedderSettings {
    let transport: EmbedderSettings.TransportName?
    do {
      transport = try EmbedderSettings.transport(named: text(.embedderTransport))
    } catch {
      addFault(.embedderTransport, error.message + (error.actual.map { ", found \($0)" } ?? "") + ".")
      return EmbedderSettings()
    }
    let url = transport == .inProcess ? nil : text(.embedderURL)
    let precision: EmbedderPrecision?
    do {
      precision = try EmbedderSettings.precision(named: text(.embedderPrecision), url: url)
    } catch {
      addFault(.embedderPrecision, error.message + (error.actual.map { ", found \($0)" } ?? "") + ".")
      precision = nil
    }
    do {
      return try EmbedderSettings(
        transport: transport, url: url, model: text(.embedderModel), apiKeyFile: text(.embedderKeyFile),
        trustRootsFile: text(.embedderCAFile), precision: precision)
    } catch {
      addFault(
        transport == .http && url == nil ? .embedderTransport : .embedderURL,
        error.message + (error.actual.map { ", found \($0)" } ?? "") + ".")
      return EmbedderSettings()
    }
  }
}

extension DenseIndexSettings {
  fileprivate init(_ values: SettingsResolution) {
    self.init()
    kind = values.text(.indexKind).flatMap { Self.kinds[$0] } ?? kind
    merging.maximumShare = values.integer(.indexMergePercent).map { Double($0) / 100 } ?? merging.maximumShare
    mergesAfterwards = values.flag(.indexMerge) ?? mergesAfterwards
    probes = values.integer(.indexProbes)
    isMapped = values.flag(.indexMmap) ?? isMapped
    scansInt8 = values.flag(.indexInt8Scan) ?? scansInt8
  }
}

extension PreloadSettings {
  fileprivate init(_ values: SettingsResolution) {
    self.init()
    cells = values.list(.preload) ?? cells
    let keys: [String: SettingsKey] = [
      CellName.faiss: .preloadFaiss, CellName.xtr: .preloadXTR, CellName.embedder: .preloadEmbedder,
      CellName.hybrid: .preloadHybrid,
    ]
    toggles = keys.compactMapValues { values.flag($0) }
    optional = Set(values.list(.preloadOptional) ?? [])
    deadline = values.seconds(.preloadDeadline) ?? deadline
    concurrency = values.integer(.preloadConcurrency) ?? concurrency
    budgetBytes = values.integer(.preloadBudget).flatMap { $0 > 0 ? UInt64($0) << 20 : nil }
  }
}

extension ServeSettings {
  fileprivate init(_ values: SettingsResolution) {
    self.init()
    host = values.text(.host) ?? host
    port = values.integer(.port) ?? port
    allowedHosts = values.list(.allowedHosts) ?? allowedHosts
    adminTokenFile = values.text(.adminTokenFile)
    adminLoopbackOnly = values.flag(.adminLoopbackOnly) ?? adminLoopbackOnly
    adminPerMinute = values.integer(.adminPerMinute) ?? adminPerMinute
    searchConcurrency = values.integer(.searchConcurrency) ?? searchConcurrency
    searchQueue = values.integer(.searchQueue) ?? searchQueue
    searchDeadline = values.seconds(.searchDeadline) ?? searchDeadline
    lameDuckDelay = values.seconds(.lameDuck) ?? lameDuckDelay
    drainQuietTime = values.seconds(.drainQuiet) ?? drainQuietTime
    drainLimit = values.seconds(.drainLimit) ?? drainLimit
  }
}
