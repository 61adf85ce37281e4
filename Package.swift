// swift-tools-version: 6.2
import PackageDescription

// Heavy dependencies sit behind the trait `Engine` (on by default): a package that wants only the
// conformance kit writes `traits: []` and resolves none of them. See docs/decisions.md.
let engine: TargetDependencyCondition? = .when(traits: ["Engine"])
// The kit's command line alone needs an argument parser; who only runs the suites does not resolve even that.
let commandLine: TargetDependencyCondition? = .when(traits: ["CommandLine"])

let swiftSettings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

// C kernels are optimised in debug builds too, or tests over real models would take minutes. Unsafe flags bar a
// package from being a dependency by URL, so they are set only when this package is the one being built.
let isDependency = Context.packageDirectory.contains("/checkouts/")
let kernelC: [CSetting] = isDependency ? [] : [.unsafeFlags(["-O3"])]
let kernelCXX: [CXXSetting] = isDependency ? [] : [.unsafeFlags(["-O3"])]

// MARK: - Targets

let coreTargets: [Target] = [
  .target(name: "CCellSupport"),
  .target(name: "CellContract"),
  .target(name: "RuntimeCells", dependencies: ["CellContract", "CCellSupport"]),
  .target(name: "RuntimeCellsTesting", dependencies: ["CellContract", "RuntimeCells"]),
  .target(name: "ProblemDetails"),
]

let engineTargets: [Target] = [
  .systemLibrary(name: "COpenBLAS", providers: [.apt(["libopenblas-dev"])]),
  .target(name: "CKernels", cSettings: kernelC),
  .target(
    name: "CFaiss",
    cxxSettings: kernelCXX + [.headerSearchPath("shims")],
    linkerSettings: [
      .linkedLibrary("faiss"), .linkedLibrary("openblas"), .linkedLibrary("gomp"), .linkedLibrary("m"),
    ]),
  .target(name: "Embedding", dependencies: ["CellContract", "RuntimeCells", "CCellSupport", "COpenBLAS", "CKernels"]),
  .target(
    name: "VLLMTransport",
    dependencies: [
      "Embedding", "RuntimeCells", "CellContract",
      .product(name: "AsyncHTTPClient", package: "async-http-client", condition: engine),
      .product(name: "NIOConcurrencyHelpers", package: "swift-nio", condition: engine),
      .product(name: "NIOCore", package: "swift-nio", condition: engine),
      .product(name: "NIOHTTP1", package: "swift-nio", condition: engine),
      .product(name: "NIOPosix", package: "swift-nio", condition: engine),
      .product(name: "NIOSSL", package: "swift-nio-ssl", condition: engine),
    ]),
  .target(
    name: "Indexing",
    dependencies: [
      "RuntimeCells",
      .product(name: "GRDB", package: "GRDB.swift", condition: engine),
      .product(name: "SwiftParser", package: "swift-syntax", condition: engine),
      .product(name: "SwiftSyntax", package: "swift-syntax", condition: engine),
      .product(name: "Crypto", package: "swift-crypto", condition: engine),
    ]),
  .target(name: "Retrieval", dependencies: ["RuntimeCells", "Embedding", "Indexing", "CFaiss", "CKernels"]),
  .target(
    name: "Lifespan",
    dependencies: [
      "CellContract", "RuntimeCells", "ProblemDetails",
      .product(name: "ServiceLifecycle", package: "swift-service-lifecycle", condition: engine),
      .product(name: "UnixSignals", package: "swift-service-lifecycle", condition: engine),
      .product(name: "Logging", package: "swift-log", condition: engine),
    ]),
  .target(
    name: "CodeIntel",
    dependencies: [
      "CellContract", "RuntimeCells", "ProblemDetails", "Embedding", "VLLMTransport", "Indexing", "Retrieval",
      "Lifespan",
      .product(name: "CoreMetrics", package: "swift-metrics", condition: engine),
      .product(name: "Configuration", package: "swift-configuration", condition: engine),
      .product(name: "Yams", package: "Yams", condition: engine),
      .product(name: "Logging", package: "swift-log", condition: engine),
      .product(name: "ServiceLifecycle", package: "swift-service-lifecycle", condition: engine),
    ]),
  .executableTarget(
    name: "CodeIntelCLI",
    dependencies: [
      "CodeIntel", "CodeIntelServer", "Lifespan", "ProblemDetails", "Indexing", "Retrieval", "RuntimeCells",
      .product(name: "ArgumentParser", package: "swift-argument-parser", condition: engine),
      .product(name: "UnixSignals", package: "swift-service-lifecycle", condition: engine),
      .product(name: "Logging", package: "swift-log", condition: engine),
    ]),
]

let telemetryTargets: [Target] = [
  .target(
    name: "PrometheusMetrics",
    dependencies: [.product(name: "CoreMetrics", package: "swift-metrics", condition: engine)]),
  .target(
    name: "CellTelemetry",
    dependencies: [
      "CellContract", "RuntimeCells", "ProblemDetails", "PrometheusMetrics",
      .product(name: "CoreMetrics", package: "swift-metrics", condition: engine),
      .product(name: "Logging", package: "swift-log", condition: engine),
      .product(name: "Tracing", package: "swift-distributed-tracing", condition: engine),
    ]),
  .target(
    name: "TraceExport",
    dependencies: [
      "CellTelemetry", "RuntimeCells", "ProblemDetails", "PrometheusMetrics",
      .product(name: "Logging", package: "swift-log", condition: engine),
      .product(name: "Tracing", package: "swift-distributed-tracing", condition: engine),
    ]),
  .target(name: "ExternalTools", path: "Tests/ExternalTools"),
  .testTarget(
    name: "PrometheusMetricsTests",
    dependencies: [
      "PrometheusMetrics", "ExternalTools",
      .product(name: "CoreMetrics", package: "swift-metrics", condition: engine),
    ]),
  .testTarget(
    name: "CellTelemetryTests",
    dependencies: [
      "CellTelemetry", "CellContract", "RuntimeCells", "RuntimeCellsTesting", "ProblemDetails", "PrometheusMetrics",
      "ExternalTools",
      .product(name: "CoreMetrics", package: "swift-metrics", condition: engine),
      .product(name: "MetricsTestKit", package: "swift-metrics", condition: engine),
      .product(name: "Logging", package: "swift-log", condition: engine),
      .product(name: "InMemoryLogging", package: "swift-log", condition: engine),
      .product(name: "Tracing", package: "swift-distributed-tracing", condition: engine),
      .product(name: "InMemoryTracing", package: "swift-distributed-tracing", condition: engine),
    ]),
  .testTarget(
    name: "TraceExportTests",
    dependencies: [
      "TraceExport", "CellTelemetry", "CellContract", "RuntimeCells", "PrometheusMetrics", "ExternalTools",
      .product(name: "Logging", package: "swift-log", condition: engine),
      .product(name: "Tracing", package: "swift-distributed-tracing", condition: engine),
    ],
    exclude: ["otlp_receiver.py"]),
]

let serverTargets: [Target] = [
  .target(
    name: "CodeIntelServer",
    dependencies: [
      "CodeIntel", "Lifespan", "CellContract", "RuntimeCells", "ProblemDetails", "Indexing", "Retrieval",
      "PrometheusMetrics", "CellTelemetry", "TraceExport",
      .product(name: "Hummingbird", package: "hummingbird", condition: engine),
      .product(name: "HummingbirdCore", package: "hummingbird", condition: engine),
      .product(name: "HTTPTypes", package: "swift-http-types", condition: engine),
      .product(name: "NIOCore", package: "swift-nio", condition: engine),
      .product(name: "NIOHTTP1", package: "swift-nio", condition: engine),
      .product(name: "NIOHTTPTypes", package: "swift-nio-extras", condition: engine),
      .product(name: "Crypto", package: "swift-crypto", condition: engine),
      .product(name: "Logging", package: "swift-log", condition: engine),
      .product(name: "CoreMetrics", package: "swift-metrics", condition: engine),
      .product(name: "Tracing", package: "swift-distributed-tracing", condition: engine),
      .product(name: "ServiceLifecycle", package: "swift-service-lifecycle", condition: engine),
    ],
    // Embedded: the program finds them wherever it is installed.
    resources: ["index.html", "dashboard.css", "dashboard.js", "openapi.json"].map { .embedInCode("Resources/" + $0) }),
  .testTarget(
    name: "CodeIntelServerTests",
    dependencies: [
      "CodeIntelServer", "CodeIntel", "Lifespan", "CellContract", "RuntimeCells", "ProblemDetails", "Retrieval",
      "CellTelemetry", "ProblemConformance",
      "PrometheusMetrics", "TraceExport", "Embedding", "Indexing", "EngineTesting", "ExternalTools",
      .product(name: "Hummingbird", package: "hummingbird", condition: engine),
      .product(name: "HummingbirdTesting", package: "hummingbird", condition: engine),
      .product(name: "HTTPTypes", package: "swift-http-types", condition: engine),
      .product(name: "NIOCore", package: "swift-nio", condition: engine),
      .product(name: "NIOPosix", package: "swift-nio", condition: engine),
      .product(name: "Logging", package: "swift-log", condition: engine),
      .product(name: "InMemoryLogging", package: "swift-log", condition: engine),
      .product(name: "Tracing", package: "swift-distributed-tracing", condition: engine),
      .product(name: "ServiceLifecycle", package: "swift-service-lifecycle", condition: engine),
    ],
    exclude: ["dashboard.py"]),
]

let kitTargets: [Target] = [
  .target(
    name: "CellConformance", dependencies: ["CellContract", "ProblemDetails", "CCellSupport"],
    path: "Conformance/CellConformance"),
  .target(
    name: "CellConformanceTesting", dependencies: ["CellConformance"], path: "Conformance/CellConformanceTesting"),
  .target(
    name: "CellConformanceZoo", dependencies: ["CellConformance", "CellContract", "ProblemDetails"],
    path: "Conformance/CellConformanceZoo"),
  .target(
    name: "CellConformanceReference", dependencies: ["CellConformance", "CellContract", "RuntimeCells"],
    path: "Conformance/CellConformanceReference"),
  // Knows neither cells nor test frameworks, so that it can be lifted out alone.
  .target(name: "ProblemConformance", dependencies: ["ProblemDetails"], path: "Conformance/ProblemConformance"),
  .executableTarget(
    name: "CellConformanceCLI",
    dependencies: [
      "CellConformance", "CellConformanceReference", "CellConformanceZoo", "ProblemDetails",
      .product(name: "ArgumentParser", package: "swift-argument-parser", condition: commandLine),
    ],
    path: "Conformance/CellConformanceCLI"),
]

let testTargets: [Target] = [
  .testTarget(name: "CellContractTests", dependencies: ["CellContract"]),
  .target(name: "CCellTestSupport", path: "Tests/CCellTestSupport"),
  .testTarget(
    name: "RuntimeCellsTests",
    dependencies: ["RuntimeCells", "RuntimeCellsTesting", "CellContract", "CCellSupport", "CCellTestSupport"]),
  .testTarget(name: "ProblemDetailsTests", dependencies: ["ProblemDetails"]),
  .testTarget(name: "ProblemConformanceTests", dependencies: ["ProblemConformance", "ProblemDetails"]),
  .executableTarget(
    name: "ConformanceProgramHost", dependencies: ["CellConformance", "CellConformanceZoo"],
    path: "Tests/ConformanceProgramHost"),
  .testTarget(
    name: "CellConformanceTests",
    dependencies: [
      "ConformanceProgramHost",
      "CellConformance", "CellConformanceCLI", "CellConformanceReference", "CellConformanceTesting",
      "CellConformanceZoo", "CellContract", "ProblemDetails", "RuntimeCells", "RuntimeCellsTesting",
    ]),
  .testTarget(
    name: "EmbeddingTests",
    dependencies: ["Embedding", "RuntimeCells", "RuntimeCellsTesting", "CellContract", "CKernels", "COpenBLAS"]),
  .testTarget(
    name: "VLLMTransportTests",
    dependencies: [
      "VLLMTransport", "Embedding", "RuntimeCells", "RuntimeCellsTesting",
      .product(name: "NIOConcurrencyHelpers", package: "swift-nio", condition: engine),
      .product(name: "NIOCore", package: "swift-nio", condition: engine),
      .product(name: "NIOHTTP1", package: "swift-nio", condition: engine),
      .product(name: "NIOPosix", package: "swift-nio", condition: engine),
      .product(name: "NIOSSL", package: "swift-nio-ssl", condition: engine),
    ]),
  .testTarget(
    name: "IndexingTests",
    dependencies: ["Indexing", .product(name: "GRDB", package: "GRDB.swift", condition: engine)]),
  .testTarget(
    name: "RetrievalTests",
    dependencies: [
      "Retrieval", "RuntimeCells", "RuntimeCellsTesting",
      .product(name: "GRDB", package: "GRDB.swift", condition: engine),
    ]),
  .testTarget(
    name: "LifespanTests",
    dependencies: [
      "Lifespan", "CellContract", "RuntimeCells", "RuntimeCellsTesting", "ProblemDetails", "ExternalTools",
      "CellConformance", "CellConformanceReference", "CellConformanceTesting",
      .product(name: "ServiceLifecycle", package: "swift-service-lifecycle", condition: engine),
      .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle", condition: engine),
      .product(name: "InMemoryLogging", package: "swift-log", condition: engine),
      .product(name: "Logging", package: "swift-log", condition: engine),
    ]),
  .testTarget(
    name: "CodeIntelTests",
    dependencies: [
      "CodeIntel", "CellContract", "RuntimeCells", "RuntimeCellsTesting", "Embedding", "Indexing", "Lifespan",
      "PrometheusMetrics", "ProblemDetails", "Retrieval", "VLLMTransport", "EngineTesting", "CellConformance",
      "CellConformanceReference", "CellConformanceZoo",
      .product(name: "Logging", package: "swift-log", condition: engine),
      .product(name: "ServiceLifecycle", package: "swift-service-lifecycle", condition: engine),
    ]),
  .target(
    name: "EngineTesting",
    dependencies: ["CodeIntel", "CellContract", "RuntimeCells", "Embedding", "Indexing", "Retrieval"],
    path: "Tests/EngineTesting"),
  .testTarget(
    name: "CodeIntelCLITests", dependencies: ["CodeIntelCLI", "ExternalTools", "ProblemDetails", "Retrieval"]),
]

// MARK: - A part of the package alone

// `RC_ONLY=RuntimeCellsTests swift test` builds only the named targets and what they need: the inner loop of a
// core change then never compiles swift-syntax or GRDB, and the sanitizer tiers stay short. Comma-separated.
func restricted(_ targets: [Target], to names: [String]) -> [Target] {
  var wanted = Set<String>()
  var open = names
  while let name = open.popLast() {
    guard wanted.insert(name).inserted, let target = targets.first(where: { $0.name == name }) else { continue }
    for dependency in target.dependencies {
      switch dependency {
      case .targetItem(let name, _), .byNameItem(let name, _): open.append(name)
      default: break
      }
    }
  }
  return targets.filter { wanted.contains($0.name) }
}

let allTargets = coreTargets + telemetryTargets + engineTargets + serverTargets + kitTargets + testTargets
let only = (Context.environment["RC_ONLY"] ?? "").split(separator: ",").map(String.init)
let targets = only.isEmpty ? allTargets : restricted(allTargets, to: only)
for target in targets where target.type != .system { target.swiftSettings = swiftSettings }

let present = Set(targets.map(\.name))

let libraryNames = [
  "CellContract", "RuntimeCells", "RuntimeCellsTesting", "ProblemDetails",
  "CellConformance", "CellConformanceTesting", "CellConformanceZoo", "ProblemConformance",
  "PrometheusMetrics", "CellTelemetry", "TraceExport", "Embedding", "VLLMTransport", "Indexing", "Retrieval",
  "Lifespan", "CodeIntel", "CodeIntelServer",
]
let products: [Product] =
  libraryNames.filter(present.contains).map { .library(name: $0, targets: [$0]) }
  + ["CodeIntelCLI"].filter(present.contains).map { .executable(name: "codeintel", targets: [$0]) }
  + ["CellConformanceCLI"].filter(present.contains).map { .executable(name: "cell-conformance", targets: [$0]) }

let usedPackages = Set(
  targets.flatMap(\.dependencies).compactMap { dependency -> String? in
    if case .productItem(_, let package, _, _) = dependency { return package }
    return nil
  })
let dependencies: [(name: String, package: Package.Dependency)] = [
  ("swift-argument-parser", .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")),
  ("hummingbird", .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: [])),
  (
    "swift-configuration",
    .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["YAML"])
  ),
  ("Yams", .package(url: "https://github.com/jpsim/Yams", from: "6.2.2")),
  ("swift-crypto", .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2")),
  ("GRDB.swift", .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0")),
  ("swift-syntax", .package(url: "https://github.com/swiftlang/swift-syntax", from: "603.0.1")),
  (
    "swift-distributed-tracing",
    .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3")
  ),
  ("swift-http-types", .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0")),
  ("swift-log", .package(url: "https://github.com/apple/swift-log", from: "1.16.2")),
  ("swift-metrics", .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0")),
  ("async-http-client", .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0")),
  ("swift-nio", .package(url: "https://github.com/apple/swift-nio", from: "2.101.2")),
  ("swift-nio-ssl", .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6")),
  ("swift-nio-extras", .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2")),
  ("swift-service-lifecycle", .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0")),
]

let package = Package(
  name: "runtime-cells",
  products: products,
  traits: [
    .trait(name: "Engine", description: "The retrieval engine, its service and its command line."),
    .trait(name: "CommandLine", description: "The conformance kit's command line, cell-conformance."),
    .default(enabledTraits: ["Engine", "CommandLine"]),
  ],
  dependencies: dependencies.filter { usedPackages.contains($0.name) }.map(\.package),
  targets: targets,
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
