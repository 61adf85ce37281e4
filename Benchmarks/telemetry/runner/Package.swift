// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that the library's users never see it. Build with RC_ONLY=CellTelemetry.
let package = Package(
  name: "telemetry-bench",
  dependencies: [
    .package(name: "runtime-cells", path: "../../.."),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
  ],
  targets: [
    .executableTarget(
      name: "telemetry-bench",
      dependencies: [
        .product(name: "CellTelemetry", package: "runtime-cells"),
        .product(name: "PrometheusMetrics", package: "runtime-cells"),
        .product(name: "RuntimeCells", package: "runtime-cells"),
        .product(name: "CellContract", package: "runtime-cells"),
        .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
