// swift-tools-version: 6.2
import PackageDescription

// Benchmarks live in a package of their own, so that users of the library never build them.
let package = Package(
  name: "shallows-benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "shallows", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
  ],
  targets: [
    .executableTarget(
      name: "shallows-bench",
      dependencies: [
        .product(name: "Shallows", package: "shallows"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: [.swiftLanguageMode(.v6)])
  ]
)
