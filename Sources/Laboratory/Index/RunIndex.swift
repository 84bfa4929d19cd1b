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
/// may be deleted at any time. All changes of one update are one transaction of SQLite, which admits one writer. Where
/// the file cannot be written (a store that is read-only, a full disk, a writer that does not end) the catalogue is kept
/// in memory.
///
/// - Complexity: an update looks at every run's status (some microseconds each) and reads those that changed.
public final class RunIndex {
  let store: RunStore
  private(set) var queue: DatabaseQueue

  /// Damaged runs met since the index was opened: the error of each.
  public private(set) var damaged: [String] = []
  /// Why the index is in memory alone; `nil` where it is on disk.
  public private(set) var obstacle: String?

  /// Opens the index of a store and brings it up to date.
  ///
  /// - Throws: ``RunStoreError`` where there is no store.
  public convenience init(_ store: RunStore) throws { try self.init(store, anew: false) }

  /// Makes the index of a store anew from the folders.
  public static func rebuild(_ store: RunStore) throws -> RunIndex { try RunIndex(store, anew: true) }

  private init(_ store: RunStore, anew: Bool) throws {
    var status = stat()
    guard stat(store.path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw RunStoreError("\(store.path): there is no such folder; --runs DIR names the folder of the runs")
    }
    self.store = store
    queue = try DatabaseQueue()
    do {
      try open(anew: anew)
    } catch let error as DatabaseError where RunIndexFile.isDamage(error) {
      // Whatever it was, the folders still have everything.
      for ending in ["", "-journal"] { unlink(RunIndexFile.path(store) + ending) }
      do { try open(anew: true) } catch let error as DatabaseError { try openInMemory(error.message ?? "\(error)") }
    } catch let error as DatabaseError {
      try openInMemory(error.message ?? "\(error)")
    } catch let error as RunIndexFile.Foreign {
      try openInMemory(error.description)
    }
  }

  private func open(anew: Bool) throws {
    queue = try RunIndexFile.open(RunIndexFile.path(store))
    try update(anew: anew)
  }

  /// Starts from what can be read of the file, if anything.
  private func openInMemory(_ obstacle: String) throws {
    self.obstacle = obstacle
    queue = try RunIndexFile.copyInMemory(of: RunIndexFile.path(store))
    try update()
  }

  // MARK: Update

  /// Brings the index up to date with the folders.
  public func update() throws { try update(anew: false) }

  private struct Key: Hashable {
    let experiment: String
    let path: String
  }

  private func update(anew: Bool) throws {
    damaged = []
    let found = store.scan()
    try queue.write { db in
      if anew { try db.execute(sql: "DELETE FROM runs") }
      var known: [Key: String] = [:]
      let rows = try Row.fetchCursor(db, sql: "SELECT experiment, path, stamp FROM runs")
      while let row = try rows.next() { known[Key(experiment: row[0], path: row[1])] = row[2] }
      let insert = try db.makeStatement(sql: "INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
      let delete = try db.makeStatement(sql: "DELETE FROM runs WHERE experiment = ? AND path = ?")
      for place in found {
        let key = Key(experiment: place.experiment, path: place.path)
        if known[key] == place.stamp {
          known[key] = nil
          continue
        }
        // A run that cannot be read is not shown as it was before either.
        guard let run = try read(place.experiment, place.path) else { continue }
        known[key] = nil
        try insert.execute(arguments: [
          run.experiment, run.path, place.stamp, run.verb, Int64(bitPattern: run.seed), run.status.state.rawValue,
          run.status.started, JSONValue.object(run.settings.scalars).text, JSONValue.object(run.result.scalars).text,
        ])
      }
      for key in known.keys { try delete.execute(arguments: [key.experiment, key.path]) }
    }
  }

  private func read(_ experiment: String, _ path: String) throws -> RecordedRun? {
    do {
      return try RecordedRun(
        folder: RunFolder(path: "\(store.path)/\(experiment)/\(path)"), experiment: experiment, path: path)
    } catch let error as RunStoreError {
      if !damaged.contains(error.description) { damaged.append(error.description) }
      return nil
    }
  }

  // MARK: Search

  /// Some figures of the runs that pass a filter, ordered by experiment, configuration and seed.
  ///
  /// - Parameter figures: names as in a ``RunCondition``; also `experiment`, `hash`, `path`, `verb`, `seed`, `state` and
  ///   `started`. Null where a run has no such figure.
  public func select(_ figures: [String], _ filter: RunFilter = RunFilter()) throws -> [[JSONValue]] {
    let sources = figures.map(FigureSource.init)
    let columns = (sources.map(\.text) + ["experiment", "path", "state"]).joined(separator: ", ")
    let rows = try queue.read { db in
      try SQLRequest<Row>(
        """
        SELECT \(columns) FROM runs WHERE \(filter.sql)
        ORDER BY experiment, substr(path, 1, 12), seed < 0, seed
        """
      ).fetchAll(db)
    }
    let n = figures.count
    let onState = filter.conditions.filter { $0.figure == "state" }
    return try rows.compactMap { row in
      var state = RunStatus.State(rawValue: row[n + 2]) ?? .interrupted
      if state == .running { state = store.liveState(path: row[n + 1], in: row[n]) }
      guard filter.states.isEmpty || filter.states.contains(state) else { return nil }
      guard onState.allSatisfy({ $0.isMet(by: .string(state.rawValue)) }) else { return nil }
      return try (0..<n).map { i in
        if figures[i] == "state" { return .string(state.rawValue) }
        switch sources[i] {
        case .column: return .string(row[i])
        case .seed: return JSONValue(seed: UInt64(bitPattern: row[i] as Int64))
        case .member: return try (row[i] as String?).map(JSONValue.init(scalar:)) ?? .null
        }
      }
    }
  }

  /// The runs that pass a filter, whole, ordered by experiment, configuration and seed. Damaged ones are left out and
  /// noted in ``damaged``.
  public func runs(_ filter: RunFilter = RunFilter()) throws -> [RecordedRun] {
    try select(["experiment", "path", "state"], filter).compactMap { row in
      guard var run = try read(row[0].cell, row[1].cell) else { return nil }
      // One that has ended in the meantime is what it is now.
      if run.status.state == .running { run.status.state = RunStatus.State(rawValue: row[2].cell) ?? .interrupted }
      return run
    }
  }
}

extension JSONValue {
  /// A scalar in its canonical text; most need no general reader.
  fileprivate init(scalar text: String) throws {
    if let integer = Int64(text) {
      self = .integer(integer)
    } else if text.hasPrefix("\""), !text.utf8.contains(UInt8(ascii: "\\")) {
      self = .string(String(text.dropFirst().dropLast()))
    } else if let first = text.utf8.first, first == UInt8(ascii: "-") || (48...57).contains(first), let x = Double(text)
    {
      self.init(x)
    } else {
      try self.init(json: Data(text.utf8))
    }
  }
}
