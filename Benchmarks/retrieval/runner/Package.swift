// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that the library's users never see it. Build with RC_ONLY=Embedding: the root manifest then
// resolves nothing that the embedder does not need.
let package = Package(
  name: "token-states",
  dependencies: [.package(name: "runtime-cells", path: "../../..")],
  targets: [
    .executableTarget(
      name: "token-states",
      dependencies: [.product(name: "Embedding", package: "runtime-cells")],
      swiftSettings: [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
