import Foundation

/// One run as the store knows it: where it lies, what decides it, how far it has come and what came out.
public struct RecordedRun: Sendable, Hashable, Codable {
  public let experiment: String
  /// The folder within the experiment's: `8f3a09c1d2e4/seed-0007`.
  public let path: String
  public let verb: String
  public let schema: Int
  public let seed: UInt64
  public var status: RunStatus
  public let settings: JSONValue
  public let command: [String]
  /// Null unless the run is complete.
  public let result: JSONValue

  public var hash: String { String(path.prefix { $0 != "/" }) }
  public var configuration: RunConfiguration { RunConfiguration(verb: verb, schema: schema, settings: settings) }

  /// Reads a run's folder.
  ///
  /// - Returns: `nil` where it is none: no configuration or no status.
  /// - Throws: ``RunStoreError`` where a file is damaged.
  public init?(folder: RunFolder, experiment: String, path: String) throws {
    guard let status = folder.status(), let identity = try folder.identity() else { return nil }
    self.experiment = experiment
    self.path = path
    self.status = status
    verb = identity.verb
    schema = identity.schema
    seed = identity.seed
    settings = identity.settings
    command = identity.command
    result = status.state == .completed ? try folder.result() ?? .null : .null
  }
}
