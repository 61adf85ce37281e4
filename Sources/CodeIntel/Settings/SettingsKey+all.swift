import Retrieval

extension SettingsKey {
  /// Every setting, in the order in which they are shown.
  public static let all: [SettingsKey] = [
    index, indexWatch, indexChannels, indexKind, indexProbes, indexMmap, indexInt8Scan, indexMergePercent, indexMerge,
    fusionMethod, model, codeRankModel, spladeModel, xtrVectors, threads, embedderTransport, embedderURL, embedderModel,
    embedderKeyFile, embedderCAFile,
    embedderPrecision, preload, preloadFaiss, preloadXTR, preloadEmbedder, preloadHybrid,
    preloadOptional, preloadDeadline, preloadConcurrency, preloadBudget, skipAccelerator, fusionK, fusionWeights,
    fusionWindow, channelBudget, cellGates, host, port, allowedHosts, adminTokenFile,
    adminLoopbackOnly, adminPerMinute, searchConcurrency, searchQueue, searchDeadline, lameDuck, drainQuiet, drainLimit,
    compatNames, traceEndpoint,
  ]

  static let index = SettingsKey("index.path", "CODEINTEL_INDEX", .path, "the folder of the index")
  static let indexWatch = SettingsKey(
    "index.watch_seconds", "CODEINTEL_INDEX_WATCH_SECONDS", .seconds(0...86_400),
    "time between two looks for a new generation; 0 looks on SIGHUP only")
  static let indexChannels = SettingsKey(
    "index.channels", "CODEINTEL_INDEX_CHANNELS", .list,
    "channels that are indexed besides faiss and bm25; unset: those whose model is installed and that pay")
  static let indexKind = SettingsKey(
    "index.kind", "CODEINTEL_INDEX_KIND", .text,
    "how dense indexes search: flat compares all, hnsw walks a graph, ivf-sq8 and ivf-pq compare codes of some lists; automatic: "
      + "flat or hnsw, by their number")
  static let indexProbes = SettingsKey(
    "index.nprobe", "CODEINTEL_INDEX_NPROBE", .integer(1...65_536),
    "inverted lists that a search of an ivf index reads; more finds more of the true neighbours and takes longer; unset: two fifths "
      + "of the lists, at least 32")
  static let indexMmap = SettingsKey(
    "index.mmap", "CODEINTEL_INDEX_MMAP", .flag,
    "whether dense indexes stay in their files; only ivf kinds can, others are read into memory and say so as a limit")
  static let indexInt8Scan = SettingsKey(
    "index.int8_scan", "CODEINTEL_INDEX_INT8_SCAN", .flag,
    "whether flat dense indexes keep 8-bit codes beside their vectors: same answers, sooner, for a quarter more memory")
  static let indexMergePercent = SettingsKey(
    "index.merge_percent", "CODEINTEL_INDEX_MERGE_PERCENT", .integer(0...100),
    "changed vectors, in a hundred of a graph's or of an ivf index's, up to which it is kept and searched beside them; 0 never keeps it"
  )
  static let indexMerge = SettingsKey(
    "index.merge", "CODEINTEL_INDEX_MERGE", .flag,
    "whether an index run that kept a graph then builds a new one and publishes that too")
  static let fusionMethod = SettingsKey(
    "fusion.method", "CODEINTEL_FUSION_METHOD", .text,
    "how the channels' lists are fused: rrf by ranks, relative by normalised scores")
  static let codeRankModel = SettingsKey(
    "coderank.model_dir", "CODEINTEL_CODERANK_MODEL_DIR", .path,
    "the folder of the second dense space's model; unset takes the first one's")
  static let spladeModel = SettingsKey(
    "splade.model_dir", "CODEINTEL_SPLADE_MODEL_DIR", .path, "the folder of the learned sparse model")
  static let xtrVectors = SettingsKey(
    "xtr.vectors", "CODEINTEL_XTR_VECTORS", .text,
    "how the late-interaction index stores token vectors: 4bit or f16, which is four times as large")
  static let model = SettingsKey("model.dir", "CODEINTEL_MODEL_DIR", .path, "the folder of the embedding model")
  static let threads = SettingsKey(
    "compute.threads", "CODEINTEL_COMPUTE_THREADS", .integer(1...1024), "threads that compute embeddings and searches")

  static let embedderTransport = SettingsKey(
    "embedder.transport", "CODEINTEL_EMBEDDER_TRANSPORT", .text,
    "who embeds texts: inprocess or http; unset: the server where embedder.url names one")
  static let embedderURL = SettingsKey(
    "embedder.url", "CODEINTEL_EMBEDDER_URL", .text,
    "the OpenAI-compatible server that embeds texts; unset embeds in this process")
  static let embedderModel = SettingsKey(
    "embedder.model", "CODEINTEL_EMBEDDER_MODEL", .text, "the model the server is asked for; unset takes its only one")
  static let embedderKeyFile = SettingsKey(
    "embedder.api_key_file", "CODEINTEL_EMBEDDER_API_KEY_FILE", .secretFile, "the file with the server's API key")
  static let embedderCAFile = SettingsKey(
    "embedder.ca_file", "CODEINTEL_EMBEDDER_CA_FILE", .path, "the certificates that vouch for the server, PEM")

  static let embedderPrecision = SettingsKey(
    "embedder.precision", "CODEINTEL_EMBEDDER_PRECISION", .text,
    "how exactly this process computes vectors: f32 or int8; an index belongs to one of them")

  static let preload = SettingsKey(
    "preload.cells", "CODEINTEL_INDEX_PRELOAD", .list, "cells that are ready before the service says it is")
  static let preloadFaiss = SettingsKey(
    "preload.faiss", "FAISS_PRELOAD", .flag, "adds faiss to that set, or removes it")
  static let preloadXTR = SettingsKey("preload.xtr", "XTR_PRELOAD", .flag, "adds xtr, or removes it")
  static let preloadEmbedder = SettingsKey("preload.vllm", "VLLM_PRELOAD", .flag, "adds vllm, or removes it")
  static let preloadHybrid = SettingsKey("preload.hybrid", "HYBRID_PRELOAD", .flag, "adds hybrid, or removes it")
  static let preloadOptional = SettingsKey(
    "preload.optional", "CODEINTEL_PRELOAD_OPTIONAL", .list, "cells of the set whose failure does not end the start")
  static let preloadDeadline = SettingsKey(
    "preload.deadline_seconds", "CODEINTEL_PRELOAD_DEADLINE_SECONDS", .seconds(0.001...86_400),
    "how long each cell may take")
  static let preloadConcurrency = SettingsKey(
    "preload.concurrency", "CODEINTEL_PRELOAD_CONCURRENCY", .integer(1...64), "how many cells are made at a time")
  static let preloadBudget = SettingsKey(
    "preload.budget_mib", "CODEINTEL_PRELOAD_BUDGET_MIB", .integer(0...1_048_576),
    "memory that cells made at a time may need together; 0 sets no bound")
  static let skipAccelerator = SettingsKey(
    "accelerator.skip_warmup", "SKIP_GPU_WARMUP", .flag, "leaves the accelerator probe out; a limit says so")

  static let fusionK = SettingsKey(
    "fusion.rrf_k", "CODEINTEL_FUSION_RRF_K", .number(0.001...1000),
    "the constant added to ranks; smaller lets first places count more")
  static let fusionWeights = SettingsKey(
    "fusion.weights", "CODEINTEL_FUSION_WEIGHTS", .list,
    "weights of channels, such as faiss=1,bm25=0.4; those that are not named keep the shipped ones")
  static let fusionWindow = SettingsKey(
    "fusion.window", "CODEINTEL_FUSION_WINDOW", .integer(10...FusionSettings.maximumWindow),
    "how many hits each channel is asked for; a page that ends beyond has them asked for more")
  static let channelBudget = SettingsKey(
    "search.channel_budget_seconds", "CODEINTEL_SEARCH_CHANNEL_BUDGET_SECONDS", .seconds(0.001...3600),
    "how long each channel may take; a late one is left out of the answer, and a limit says so")
  static let cellGates = SettingsKey(
    "cells.gates", "CODEINTEL_CELL_GATES", .list,
    "how many may use a cell at once and how many may wait, such as vllm:4:16,faiss:2; unset: any number")

  static let host = SettingsKey("serve.host", "CODEINTEL_SERVE_HOST", .text, "the address the service listens on")
  static let port = SettingsKey(
    "serve.port", "CODEINTEL_SERVE_PORT", .integer(0...65_535), "its port; 0 lets the system choose")
  static let allowedHosts = SettingsKey(
    "serve.allowed_hosts", "CODEINTEL_ALLOWED_HOSTS", .list,
    "names the service is asked by, beside addresses and localhost; * for any; unset: any, on loopback none")
  static let adminTokenFile = SettingsKey(
    "serve.admin_token_file", "CODEINTEL_ADMIN_TOKEN_FILE", .secretFile,
    "the file with the admin token; unset switches administration off")
  static let adminLoopbackOnly = SettingsKey(
    "serve.admin_loopback_only", "CODEINTEL_ADMIN_LOOPBACK_ONLY", .flag, "whether admin routes answer this host only")
  static let adminPerMinute = SettingsKey(
    "serve.admin_per_minute", "CODEINTEL_ADMIN_PER_MINUTE", .integer(1...1_000_000),
    "admin requests accepted a minute, a third of them at once")
  static let searchConcurrency = SettingsKey(
    "serve.search_concurrency", "CODEINTEL_SEARCH_CONCURRENCY", .integer(1...4096), "how many searches run at once")
  static let searchQueue = SettingsKey(
    "serve.search_queue", "CODEINTEL_SEARCH_QUEUE", .integer(0...1_000_000), "how many searches wait at once")
  static let searchDeadline = SettingsKey(
    "serve.search_deadline_seconds", "CODEINTEL_SEARCH_DEADLINE_SECONDS", .seconds(0.001...3600),
    "the deadline of a search that names none")
  static let lameDuck = SettingsKey(
    "serve.lame_duck_seconds", "CODEINTEL_LAME_DUCK_SECONDS", .seconds(0...3600),
    "how long readyz says no before the listener stops")
  static let drainQuiet = SettingsKey(
    "serve.drain_quiet_seconds", "CODEINTEL_DRAIN_QUIET_SECONDS", .seconds(0...3600),
    "how long a connection without a request is kept after that")
  static let drainLimit = SettingsKey(
    "serve.drain_seconds", "CODEINTEL_DRAIN_SECONDS", .seconds(1...86_400), "how long the whole shutdown may take")
  static let compatNames = SettingsKey(
    "telemetry.compat_names", "CODEINTEL_TELEMETRY_COMPAT_NAMES", .flag, "exports the drafts' metric names too")
  static let traceEndpoint = SettingsKey(
    "telemetry.trace_endpoint", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", .text,
    "where spans are sent by OTLP over HTTP, such as http://127.0.0.1:4318/v1/traces; unset records none")
}
