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
  /// - Returns: `nil` where it is none: there is no status.
  /// - Throws: ``RunStoreError`` where a file is damaged or missing.
  public init?(folder: RunFolder, experiment: String, path: String) throws {
    guard let status = try folder.writtenStatus() else { return nil }
    guard let identity = try folder.identity() else {
      throw RunStoreError("\(folder.path)/config.json: missing; delete the folder to run it anew")
    }
    self.experiment = experiment
    self.path = path
    self.status = status
    verb = identity.verb
    schema = identity.schema
    seed = identity.seed
    settings = identity.settings
    command = identity.command
    guard status.state == .completed else {
      result = .null
      return
    }
    guard let result = try folder.result() else {
      throw RunStoreError(
        "\(folder.path)/result.json: missing though the run is complete; delete the folder to run it anew")
    }
    self.result = result
  }
}
