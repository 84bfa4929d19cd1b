import Foundation
import Testing

/// The built command, run as a user would run it, in a folder of its own.
struct Command: ~Copyable {
  struct Outcome {
    let status: Int32
    let output: String
    let errors: String
  }

  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("shallows-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The executable lies in the build products directory, beside the test bundle.
  static var executable: URL {
    let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
    let beside = (bundle ?? Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0]))
    return beside.deletingLastPathComponent().appendingPathComponent("shallows")
  }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
  }

  func read(_ name: String) throws -> Data { try Data(contentsOf: folder.appendingPathComponent(name)) }

  /// What lies in the folder, hidden names included.
  var contents: Set<String> {
    Set((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
  }

  /// A process that is ready to be run, its streams going to files "out" and "err" outside the folder.
  func process(_ arguments: [String], environment: [String: String] = [:]) throws -> (Process, URL, URL) {
    let process = Process()
    process.executableURL = Self.executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    var variables = ProcessInfo.processInfo.environment
    variables["COLUMNS"] = "80"
    variables["LC_ALL"] = "C.UTF-8"
    variables["TERM"] = "xterm"
    // A crash should say so and end, not trace back for seconds.
    variables["SWIFT_BACKTRACE"] = "enable=no"
    for (name, value) in environment { variables[name] = value }
    process.environment = variables
    let streams = try ["out", "err"].map { name in
      let url = folder.deletingLastPathComponent().appendingPathComponent(folder.lastPathComponent + "." + name)
      try Data().write(to: url)
      return url
    }
    process.standardOutput = try FileHandle(forWritingTo: streams[0])
    process.standardError = try FileHandle(forWritingTo: streams[1])
    return (process, streams[0], streams[1])
  }

  func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Outcome {
    let (process, out, err) = try process(arguments, environment: environment)
    defer { for url in [out, err] { try? FileManager.default.removeItem(at: url) } }
    try process.run()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
      output: String(decoding: try Data(contentsOf: out), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: err), as: UTF8.self))
  }

  func json(_ arguments: [String]) throws -> [String: Any] {
    let outcome = try run(arguments)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
  }
}

/// 30 samples of two inputs and a number to predict.
func regressionTable(target: Bool = true) -> String {
  let rows = (1...30).map { i in "\(i),\(i * i % 17)" + (target ? ",\(i * 7 % 11).5" : "") }
  return ([target ? "a,b,y" : "a,b"] + rows).joined(separator: "\n") + "\n"
}

/// 60 samples of three classes, one of whose names needs quoting.
func classificationTable(target: Bool = true) -> String {
  let names = ["\"a \"\"quoted\"\", wide name \(String(repeating: "and on ", count: 30))\"", "two", "three"]
  let rows = (1...60).map { i in "\(i),\(i * i % 17)" + (target ? "," + names[i % 3] : "") }
  return ([target ? "a,b,class" : "a,b"] + rows).joined(separator: "\n") + "\n"
}
