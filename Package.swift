// swift-tools-version: 6.2
import PackageDescription

// Arrows only point down: each target may depend on those listed above it, never on those below.
let swift: [SwiftSetting] = [.swiftLanguageMode(.v6)]

func library(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
  .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: swift)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil) -> Target {
  .testTarget(name: name + "Tests", dependencies: [.target(name: name)] + dependencies, resources: resources,
    swiftSettings: swift)
}

let numerics = Target.Dependency.product(name: "RealModule", package: "swift-numerics")
let database = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "shallows",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Shallows", targets: ["Shallows"]),
    .executable(name: "shallows", targets: ["ShallowsCommand"]),
  ],
  traits: [
    .trait(name: "MPI", description: "Sweeps over several processes and machines, started by mpirun or srun (Open MPI)."),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.0.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.0.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.0.0"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
  ],
  targets: [
    // C: the system's BLAS and zlib, our declarations of BLAS and LAPACK, and the vectorised kernels.
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(name: "CLinearAlgebra",
      dependencies: [.target(name: "COpenBLAS", condition: .when(platforms: [.linux]))],
      linkerSettings: [.linkedFramework("Accelerate", .when(platforms: [.macOS]))]),
    .target(name: "CKernels"),
    .target(name: "CPairProducts"),
    // Open MPI, under its trait alone: without it, the header is not looked for and nothing is linked.
    .systemLibrary(name: "COpenMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev"]), .brew(["open-mpi"])]),
    .target(name: "CMessagePassing",
      dependencies: [.target(name: "COpenMPI", condition: .when(traits: ["MPI"]))],
      cSettings: [.define("SHALLOWS_MPI", .when(traits: ["MPI"]))]),

    library("LinearAlgebra", ["CLinearAlgebra", "CKernels", numerics]),
    library("Randomness", ["LinearAlgebra", "CKernels"]),
    library("Dynamics", ["LinearAlgebra"]),
    library("Optimization", ["LinearAlgebra", "Randomness", "Dynamics"]),
    library("Networks", ["LinearAlgebra", "Randomness", "Dynamics", "Optimization", "CKernels"]),
    library("Datasets", ["LinearAlgebra", "Randomness", "Dynamics", "CZlib"], resources: [.copy("Resources")]),
    library("NarrowTraining", ["LinearAlgebra", "Randomness", "Dynamics", "Optimization", "Networks", "Datasets"]),
    library("TeacherStudent", [
      "LinearAlgebra", "Randomness", "Dynamics", "Optimization", "Networks", "CKernels", numerics,
    ]),
    library("MomentRecovery", [
      "LinearAlgebra", "Randomness", "Dynamics", "Optimization", "Networks", "Datasets", "CKernels",
      "CPairProducts",
    ]),
    library("Adversaries", ["CKernels", "LinearAlgebra", "Randomness", "Dynamics", "Optimization", "Networks"]),
    library("Plotting", ["LinearAlgebra", "Dynamics"]),
    library("Laboratory", [
      "LinearAlgebra", "Randomness", "Dynamics", "Datasets", "Plotting", "CKernels", "CMessagePassing", database,
      mustache, "TOMLKit", "Yams",
    ]),
    library("Shallows", [
      "LinearAlgebra", "Randomness", "Dynamics", "Optimization", "Networks", "Datasets", "NarrowTraining",
      "TeacherStudent", "MomentRecovery", "Adversaries", "Plotting", "Laboratory",
    ]),
    .executableTarget(name: "ShallowsCommand", dependencies: ["Shallows", arguments], swiftSettings: swift),

    .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
    tests("LinearAlgebra", ["CKernels", "Randomness", numerics, "CAllocationCounter"]),
    tests("Randomness", ["LinearAlgebra", "CKernels"]),
    tests("Dynamics", ["LinearAlgebra"]),
    tests("Optimization", ["LinearAlgebra", "Randomness", "Dynamics"]),
    tests("Networks", ["LinearAlgebra", "Randomness", "Dynamics", "Optimization", "CAllocationCounter"]),
    tests("Datasets", ["LinearAlgebra", "Randomness", "Dynamics", "CAllocationCounter"], resources: [.copy("Fixtures")]),
    tests("NarrowTraining", ["Shallows", "CAllocationCounter"]),
    tests("TeacherStudent", ["Shallows", "CAllocationCounter"]),
    tests("MomentRecovery", ["Shallows", "CAllocationCounter"]),
    tests("Adversaries", ["Shallows", "CAllocationCounter"]),
    tests("Plotting", ["Shallows"]),
    tests("Laboratory", ["LinearAlgebra", "Randomness", "Dynamics"]),
    tests("ShallowsCommand", ["Shallows"], resources: [.copy("Help")]),
  ]
)

// SHALLOWS_STRICT=1 (./test sets it) makes every warning of this package an error, and leaves its dependencies alone.
if Context.environment["SHALLOWS_STRICT"] != nil {
  for target in package.targets where target.type != .system {
    target.cSettings = (target.cSettings ?? []) + [.treatAllWarnings(as: .error)]
    target.swiftSettings = (target.swiftSettings ?? []) + [.treatAllWarnings(as: .error)]
  }
}
