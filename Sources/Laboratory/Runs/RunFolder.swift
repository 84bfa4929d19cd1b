import Dynamics
import Foundation

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The folder of one run, and what lies in it.
///
///     config.json       verb, schema, settings, seed, command
///     environment.json  the program and the machine
///     status.json       how far it has come
///     metrics.jsonl     one line for each recorded iteration
///     result.json       what came out: numbers that depend on configuration and seed alone
///     log.txt           what happened when
///     checkpoint...     where an unfinished run goes on, in the verb's own format
///
/// Files are replaced whole; only `metrics.jsonl` and `log.txt` grow. A run is complete when its status says so, and
/// that is written after the result has reached the disk.
public struct RunFolder: Hashable, Sendable {
  public let path: String

  public init(path: String) { self.path = path }

  static func name(ofSeed seed: UInt64) -> String {
    let digits = String(seed)
    return "seed-" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  public var metricsPath: String { path + "/metrics.jsonl" }
  public var checkpointPath: String { path + "/checkpoint" }
  public var logPath: String { path + "/log.txt" }
  var statusPath: String { path + "/status.json" }

  /// What `config.json` holds.
  public struct Identity: Sendable, Hashable {
    public let verb: String
    public let schema: Int
    public let settings: JSONValue
    public let seed: UInt64
    public let command: [String]

    public init(_ run: PlannedRun) {
      verb = run.configuration.verb
      schema = run.configuration.schema
      settings = run.configuration.settings
      seed = run.seed
      command = run.command
    }

    /// Reads `config.json`; `nil` where it is something else.
    init?(_ value: JSONValue) {
      guard let verb = value["verb"]?.stringValue, let schema = value["schema"]?.integerValue,
        let settings = value["settings"], let seed = value["seed"]?.seedValue,
        let command = value["command"]?.arrayValue?.map(\.stringValue), !command.contains(nil)
      else { return nil }
      (self.verb, self.schema, self.settings, self.seed) = (verb, Int(schema), settings, seed)
      self.command = command.map { $0! }
    }

    var json: JSONValue {
      [
        "verb": .string(verb), "schema": .integer(Int64(schema)), "settings": settings, "seed": JSONValue(seed: seed),
        "command": .array(command.map { .string($0) }),
      ]
    }

    public var configuration: RunConfiguration { RunConfiguration(verb: verb, schema: schema, settings: settings) }
  }

  // MARK: Reading

  /// The status; `nil` where there is none, or none that can be read: the run then counts as not begun.
  public func status() -> RunStatus? {
    guard let value = try? read("status.json") else { return nil }
    return try? value.decoded()
  }

  /// The status as it was written, which may be out of date: of a process that died.
  ///
  /// - Throws: ``RunStoreError`` where the file is damaged.
  func writtenStatus() throws -> RunStatus? {
    guard let value = try read("status.json") else { return nil }
    do { return try value.decoded() } catch {
      throw RunStoreError("\(path)/status.json: not the status of a run; delete the folder to run it anew")
    }
  }

  /// - Throws: ``RunStoreError`` where the file is damaged.
  public func identity() throws -> Identity? {
    guard let value = try read("config.json") else { return nil }
    guard let identity = Identity(value) else {
      throw RunStoreError("\(path)/config.json: not the configuration of a run; delete the folder to run it anew")
    }
    return identity
  }

  /// The result of a completed run.
  ///
  /// - Throws: ``RunStoreError`` where the file is damaged.
  public func result() throws -> JSONValue? { try read("result.json") }
  public func environment() throws -> JSONValue? { try read("environment.json") }

  private func read(_ name: String) throws -> JSONValue? {
    guard let data = FileManager.default.contents(atPath: "\(path)/\(name)") else { return nil }
    do { return try JSONValue(json: data) } catch {
      throw RunStoreError("\(path)/\(name): not JSON (\(error)); delete the folder to run it anew")
    }
  }

  // MARK: Writing

  /// - Parameter durable: whether the bytes must be on the disk, not only in the system's hands, before this returns.
  func write(_ value: JSONValue, to name: String, durable: Bool) throws(AtomicFile.Failure) {
    try AtomicFile.write(value.prettyText, to: "\(path)/\(name)", durable: durable)
  }

  func write(_ status: RunStatus, durable: Bool) throws {
    try write(JSONValue(encoding: status), to: "status.json", durable: durable)
  }

  /// Deletes what a process that was killed in the middle of writing has left under temporary names.
  func removeLeftovers() { AtomicFile.removeLeftovers(in: path) }

  /// Deletes the checkpoints of a complete run.
  func removeCheckpoints() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    for name in names where name.hasPrefix("checkpoint") { unlink("\(path)/\(name)") }
  }

  /// Adds a line to the log.
  public func log(_ text: String) throws(AtomicFile.Failure) {
    try AppendingFile(logPath).append("\(Timestamp.now()) \(text)\n")
  }
}

/// A store, a sweep or one of their files that is not as it should be.
public struct RunStoreError: Error, CustomStringConvertible, Equatable {
  public let description: String
  public init(_ description: String) { self.description = description }
}
