// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nobody who uses the cells builds this. `traits: []` leaves the engine's packages out.
let package = Package(
  name: "runtime-cells-benchmarks",
  dependencies: [
    .package(name: "runtime-cells", path: "../../..", traits: []),
    .package(url: "https://github.com/apple/swift-atomics", from: "1.3.0"),
  ],
  targets: [
    .target(name: "CPeers"),
    .executableTarget(
      name: "cell-bench",
      dependencies: [
        .product(name: "RuntimeCells", package: "runtime-cells"),
        .product(name: "Atomics", package: "swift-atomics"), "CPeers",
      ]),
    .executableTarget(
      name: "cell-figures",
      dependencies: [
        .product(name: "RuntimeCells", package: "runtime-cells"),
        .product(name: "CellContract", package: "runtime-cells"), "CPeers",
      ]),
    .executableTarget(
      name: "cell-read-path", dependencies: [.product(name: "RuntimeCells", package: "runtime-cells")]),
    .executableTarget(
      name: "cell-stress",
      dependencies: [
        .product(name: "RuntimeCells", package: "runtime-cells"),
        .product(name: "CellContract", package: "runtime-cells"),
      ]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx20
)
