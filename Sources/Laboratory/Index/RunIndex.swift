import Dynamics
import Foundation
import GRDB

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A catalogue of the runs in a store, `index.sqlite`, so that ten thousand of them can be searched at once.
///
/// Never the only copy of anything: it is brought up to date from the folders whenever it is opened (a run is read again
/// when the stamp of its `status.json` has changed), made anew where it is missing, damaged or of another version, and
/// may be deleted at any time. All changes of one update are one transaction of SQLite, which admits one writer.
///
/// - Complexity: an update looks at every run's status (some microseconds each) and reads those that changed.
public final class RunIndex {
  private static let version = 1
  private let store: RunStore
  private var queue: DatabaseQueue

  /// Damaged runs met by the last update: the error of each.
  public private(set) var damaged: [String] = []

  /// Opens the index of a store and brings it up to date.
  ///
  /// - Throws: ``RunStoreError`` where there is no store; GRDB's error where the database cannot be written.
  public init(_ store: RunStore) throws {
    guard FileManager.default.fileExists(atPath: store.path) else {
      throw RunStoreError("\(store.path): there is no such folder; --runs DIR names the folder of the runs")
    }
    self.store = store
    let path = store.path + "/index.sqlite"
    do {
      queue = try Self.open(path)
      try update()
    } catch let error as DatabaseError
      where [.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_ERROR, .SQLITE_IOERR].contains(error.resultCode)
    {
      // Whatever it was, the folders still have everything.
      try? FileManager.default.removeItem(atPath: path)
      queue = try Self.open(path)
      try update()
    }
  }

  /// Deletes the index of a store and makes it anew.
  public static func rebuild(_ store: RunStore) throws -> RunIndex {
    for ending in ["", "-journal"] { try? FileManager.default.removeItem(atPath: store.path + "/index.sqlite" + ending) }
    return try RunIndex(store)
  }

  private static func open(_ path: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.busyMode = .timeout(60)
    configuration.prepareDatabase { db in
      // What a power failure may spoil is made anew.
      try db.execute(sql: "PRAGMA synchronous = OFF")
    }
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.write { db in
      if try Int.fetchOne(db, sql: "PRAGMA user_version") != version {
        try db.execute(sql: "DROP TABLE IF EXISTS runs")
        try db.execute(sql: "PRAGMA user_version = \(version)")
      }
      try db.execute(
        sql: """
          CREATE TABLE IF NOT EXISTS runs (
            experiment TEXT NOT NULL, path TEXT NOT NULL, stamp TEXT NOT NULL, verb TEXT NOT NULL,
            seed INTEGER NOT NULL, state TEXT NOT NULL, started TEXT NOT NULL,
            -- Objects of scalars by their paths, as JSONValue.flattened() has them.
            settings TEXT NOT NULL, result TEXT NOT NULL,
            PRIMARY KEY (experiment, path))
          """)
    }
    return queue
  }

  // MARK: Update

  /// Brings the index up to date with the folders.
  public func update() throws {
    damaged = []
    let found = store.scan()
    try queue.write { db in
      var known: [String: String] = [:]
      let rows = try Row.fetchCursor(db, sql: "SELECT experiment, path, stamp FROM runs")
      while let row = try rows.next() {
        known["\(row[0] as String)/\(row[1] as String)"] = row[2]
      }
      let insert = try db.makeStatement(sql: "INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
      for place in found {
        let key = "\(place.experiment)/\(place.path)"
        if known.removeValue(forKey: key) == place.stamp { continue }
        do {
          let folder = RunFolder(path: "\(store.path)/\(key)")
          guard let run = try RecordedRun(folder: folder, experiment: place.experiment, path: place.path) else { continue }
          try insert.execute(arguments: [
            run.experiment, run.path, place.stamp, run.verb, Int64(bitPattern: run.seed),
            run.status.state.rawValue, run.status.started, flat(run.settings), flat(run.result),
          ])
        } catch let error as RunStoreError {
          damaged.append(error.description)
        }
      }
      for key in known.keys {
        let slash = key.firstIndex(of: "/")!
        try db.execute(
          sql: "DELETE FROM runs WHERE experiment = ? AND path = ?",
          arguments: [String(key[..<slash]), String(key[key.index(after: slash)...])])
      }
    }
  }

  // MARK: Search

  /// Some figures of the runs that pass a filter, ordered by experiment, configuration and seed.
  ///
  /// - Parameter figures: names as in a ``RunCondition``; also `experiment`, `hash`, `path`, `verb`, `seed`, `state` and
  ///   `started`.
  public func select(_ figures: [String], _ filter: RunFilter = RunFilter()) throws -> [[JSONValue]] {
    let columns = (figures.map(figureSQL) + ["experiment", "path", "state"]).joined(separator: ", ")
    let rows = try queue.read { db in
      try SQLRequest<Row>("SELECT \(columns) FROM runs WHERE \(filter.sql) ORDER BY experiment, path").fetchAll(db)
    }
    let n = figures.count
    return try rows.compactMap { row in
      var state = RunStatus.State(rawValue: row[n + 2]) ?? .interrupted
      if state == .running { state = try store.liveState(path: row[n + 1], in: row[n]) }
      guard filter.states.isEmpty || filter.states.contains(state) else { return nil }
      return (0..<n).map { figures[$0] == "state" ? .string(state.rawValue) : JSONValue(row[$0] as DatabaseValue) }
    }
  }

  /// The runs that pass a filter, whole, ordered by experiment, configuration and seed.
  public func runs(_ filter: RunFilter = RunFilter()) throws -> [RecordedRun] {
    try select(["experiment", "path", "state"], filter).compactMap { row in
      let (experiment, path) = (row[0].stringValue!, row[1].stringValue!)
      let folder = RunFolder(path: "\(store.path)/\(experiment)/\(path)")
      guard var run = try RecordedRun(folder: folder, experiment: experiment, path: path) else { return nil }
      run.status.state = RunStatus.State(rawValue: row[2].stringValue!) ?? run.status.state
      return run
    }
  }
}

private func flat(_ value: JSONValue) -> String {
  JSONValue.object(Dictionary(value.flattened().map { ($0.path, $0.value) }, uniquingKeysWith: { $1 })).text
}

extension JSONValue {
  fileprivate init(_ value: DatabaseValue) {
    switch value.storage {
    case .int64(let i): self = .integer(i)
    case .double(let x): self.init(x)
    case .string(let text): self = .string(text)
    default: self = .null
    }
  }
}
