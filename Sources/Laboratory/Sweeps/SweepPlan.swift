import Dynamics
import Foundation

/// The runs of a sweep, every setting resolved, in the order of its tables: point by point, seed by seed.
public struct SweepPlan: Sendable {
  public let name: String
  public let verb: String
  /// The parameters that vary, in the order of columns.
  public let axes: [String]
  /// The figures of a result that people look at first.
  public let headline: [String]
  public let runs: [PlannedRun]
  /// How many runs were asked for a second time, by other names.
  public let repeated: Int

  /// - Parameter runs: of equal ones (the same configuration and seed) only the first stays.
  public init(name: String, verb: String, axes: [String], headline: [String] = [], runs: [PlannedRun]) {
    self.name = name
    self.verb = verb
    self.axes = axes
    self.headline = headline
    var seen: Set<String> = []
    self.runs = runs.filter { seen.insert($0.path).inserted }
    repeated = runs.count - self.runs.count
  }

  // MARK: The record

  /// `sweep.json` in the experiment's folder: what the sweep consists of, for reports and to see changes.
  struct Record: Codable {
    struct Configuration: Codable {
      let schema: Int
      let settings: JSONValue
      let point: [String: JSONValue]
      let command: [String]
    }

    let version: Int
    let verb: String
    let axes: [String]
    let headline: [String]
    let seeds: [UInt64]
    /// By hash; the order of the points is that of `hashes`.
    let configurations: [String: Configuration]
    let hashes: [String]
  }

  static let recordName = "sweep.json"

  /// The record of the plan that was last begun under this name.
  static func record(of name: String, in store: RunStore) throws -> Record? {
    let path = store.folder(of: name) + "/" + recordName
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    do { return try JSONDecoder().decode(Record.self, from: data) } catch {
      throw RunStoreError("\(path): damaged (\(error)); delete it: the runs beside it are found again")
    }
  }

  static func hasRecord(of name: String, in store: RunStore) -> Bool {
    FileManager.default.fileExists(atPath: store.folder(of: name) + "/" + recordName)
  }

  /// The figures that people look at first in the sweep that was last begun under a name; `nil` where there is none.
  ///
  /// - Throws: ``RunStoreError`` where its record is damaged.
  public static func headline(of name: String, in store: RunStore) throws -> [String]? {
    try record(of: name, in: store)?.headline
  }

  var record: Record {
    var configurations: [String: Record.Configuration] = [:]
    var hashes: [String] = []
    var seeds: [UInt64] = []
    var seen: Set<UInt64> = []
    for run in runs {
      let hash = run.configuration.hash
      if configurations[hash] == nil {
        hashes.append(hash)
        configurations[hash] = .init(
          schema: run.configuration.schema, settings: run.configuration.settings, point: run.point,
          command: run.command)
      }
      if seen.insert(run.seed).inserted { seeds.append(run.seed) }
    }
    return Record(
      version: 1, verb: verb, axes: axes, headline: headline, seeds: seeds, configurations: configurations,
      hashes: hashes)
  }

  /// Writes the record. One process does it: of several, the first rank.
  public func writeRecord(in store: RunStore) throws {
    try AtomicFile.makeFolder(store.folder(of: name))
    let text = try JSONValue(encoding: record).prettyText
    let path = store.folder(of: name) + "/" + Self.recordName
    if FileManager.default.contents(atPath: path) != Data(text.utf8) { try AtomicFile.write(text, to: path) }
  }
}
