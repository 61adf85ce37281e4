// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

// A package of its own, so that the library's users never see it. Build with RC_ONLY=Embedding,Retrieval: the root manifest
// then resolves nothing that these two do not need.
let package = Package(
  name: "retrieval-bench",
  dependencies: [.package(name: "runtime-cells", path: "../../..")],
  targets: [
    .executableTarget(
      name: "token-states",
      dependencies: [.product(name: "Embedding", package: "runtime-cells")],
      swiftSettings: settings),
    .executableTarget(
      name: "xtr-bench",
      dependencies: [
        .product(name: "Embedding", package: "runtime-cells"), .product(name: "Retrieval", package: "runtime-cells"),
      ],
      swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
