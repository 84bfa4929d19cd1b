import GRDB

/// The database file behind a ``RunIndex``, and whose it is.
enum RunIndexFile {
  private static let version = 2
  /// "shlw" in ASCII: what SQLite calls the application of a database.
  private static let application = 0x7368_6c77

  /// A database of another program, which is left alone.
  struct Foreign: Error, CustomStringConvertible {
    let path: String
    var description: String { "\(path) is a database of another program; move it away" }
  }

  static func path(_ store: RunStore) -> String { store.path + "/index.sqlite" }

  /// Errors after which the file is made anew: no database, a damaged one, or one with other tables.
  static func isDamage(_ error: DatabaseError) -> Bool {
    [.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_ERROR, .SQLITE_FORMAT, .SQLITE_SCHEMA, .SQLITE_MISMATCH].contains(
      error.resultCode)
  }

  static func open(_ path: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.busyMode = .timeout(60)
    configuration.prepareDatabase { db in
      // What a power failure may spoil is made anew.
      try db.execute(sql: "PRAGMA synchronous = OFF")
    }
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.write { try prepare($0, path) }
    return queue
  }

  /// A database in memory, with the rows of the file if they can be read.
  static func copyInMemory(of path: String) throws -> DatabaseQueue {
    let queue = try DatabaseQueue()
    var configuration = Configuration()
    configuration.readonly = true
    if let file = try? DatabaseQueue(path: path, configuration: configuration) { try? file.backup(to: queue) }
    do {
      try queue.write { try prepare($0, path) }
      return queue
    } catch {
      let empty = try DatabaseQueue()
      try empty.write { try prepare($0, path) }
      return empty
    }
  }

  private static func prepare(_ db: Database, _ path: String) throws {
    let application = try Int.fetchOne(db, sql: "PRAGMA application_id")
    let version = try Int.fetchOne(db, sql: "PRAGMA user_version")
    if application == Self.application && version == Self.version { return }
    let tables = try String.fetchAll(db, sql: "SELECT name FROM sqlite_master")
    let isOurs = application == Self.application || application == 0 && tables.allSatisfy { $0.contains("runs") }
    guard isOurs else { throw Foreign(path: path) }
    try db.execute(sql: "DROP TABLE IF EXISTS runs")
    try db.execute(sql: "PRAGMA application_id = \(Self.application)")
    try db.execute(sql: "PRAGMA user_version = \(Self.version)")
    try db.execute(
      sql: """
        CREATE TABLE runs (
          experiment TEXT NOT NULL, path TEXT NOT NULL, stamp TEXT NOT NULL, verb TEXT NOT NULL,
          -- The bits of an unsigned number.
          seed INTEGER NOT NULL, state TEXT NOT NULL, started TEXT NOT NULL,
          -- Objects of scalars by their paths, as JSONValue.flattened() has them.
          settings TEXT NOT NULL, result TEXT NOT NULL,
          PRIMARY KEY (experiment, path))
        """)
  }
}
