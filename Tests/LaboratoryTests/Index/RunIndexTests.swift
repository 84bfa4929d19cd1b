import Foundation
import GRDB
import Testing

@testable import Laboratory

@Suite("Index of runs")
struct RunIndexTests {
  private func index(_ temporary: TemporaryStore) throws -> RunIndex {
    let index = try RunIndex(temporary.store)
    #expect(index.obstacle == nil)
    return index
  }

  @Test("follows the folders")
  func follows() throws {
    let temporary = try TemporaryStore()
    #expect(try index(temporary).runs() == [])
    for seed: UInt64 in [10_000, 2, 9_999] { try temporary.complete(seed: seed) }
    try temporary.complete(["width": 16], experiment: "f", result: ["loss": 0.125])
    let opened = try index(temporary)
    #expect(try opened.runs().map { "\($0.experiment) \($0.seed)" } == ["e 2", "e 9999", "e 10000", "f 1"])
    #expect(
      try opened.select(["width", "loss", "verb", "state", "nothing"], RunFilter(where: "loss<0.5"))
        == [[16, 0.125, "fit", "completed", .null]])
    let run = TemporaryStore.run(seed: 2)
    #expect(try temporary.store.delete(run.path, of: "e") == .deleted)
    try opened.update()
    #expect(try opened.select(["seed"]).count == 3)
    #expect(try RunIndex.rebuild(temporary.store).runs() == opened.runs())
  }

  @Test("a changed status is seen, an unchanged one is not read again")
  func stamps() throws {
    struct Trouble: Error {}
    let temporary = try TemporaryStore()
    let run = TemporaryStore.run()
    _ = try temporary.store.perform(run, of: "e") { _, _ in throw Trouble() }
    let opened = try index(temporary)
    #expect(try opened.select(["state"]) == [["failed"]])
    try temporary.complete()
    try opened.update()
    #expect(try opened.select(["state", "loss"]) == [["completed", 0.5]])
    // Only the stamp of the status counts: what else is in the folder is as it was when the status was written.
    try temporary.write("{\"loss\": 9}", to: temporary.folder(run) + "/result.json")
    try opened.update()
    #expect(try opened.select(["loss"]) == [[0.5]])
    #expect(try RunIndex.rebuild(temporary.store).select(["loss"]) == [[9]])
  }

  @Test("a run in flight is told from one that died")
  func states() throws {
    let temporary = try TemporaryStore()
    let run = try temporary.complete()
    var status = try #require(temporary.store.folder(of: run, in: "e").status())
    status.state = .running
    try temporary.write(JSONValue(encoding: status).text, to: temporary.folder(run) + "/status.json")
    var (running, interrupted) = (RunFilter(), RunFilter())
    running.states = [.running]
    interrupted.states = [.interrupted]
    let holder = try #require(
      try LockHolder(folder: temporary.path + "/e", place: RunLocks.place(of: run.path)), "perl is needed")
    let opened = try index(temporary)
    #expect(try opened.select(["state"], running) == [["in flight"]] && opened.select([], interrupted).isEmpty)
    #expect(try opened.select(["state"], RunFilter(where: "state=in flight")).count == 1)
    holder.kill()
    #expect(try opened.select(["state"], interrupted) == [["interrupted"]] && opened.select([], running).isEmpty)
    #expect(try opened.runs().map(\.status.state) == [.interrupted])
    #expect(try opened.select([], RunFilter(where: "state=in flight")).isEmpty)
    #expect(try opened.experiments().map(\.states) == [[.interrupted: 1]])
  }

  static let damages: [(file: String, text: String?)] = [
    ("status.json", ""), ("status.json", "{\"state\": \"compl"), ("status.json", "[]"),
    ("status.json", "{\"state\": \"odd\"}"),
    ("config.json", ""), ("config.json", "{\"verb\": 3}"), ("config.json", nil), ("result.json", "{\"loss\""),
    ("result.json", nil), ("result.json", "\u{0}\u{0}\u{0}"),
  ]

  @Test("a damaged run is reported and hides no other", arguments: damages.indices)
  func damaged(_ i: Int) throws {
    let (file, text) = Self.damages[i]
    let temporary = try TemporaryStore()
    let run = try temporary.complete(seed: 1)
    try temporary.complete(seed: 2)
    let before = try index(temporary)
    #expect(try before.select(["seed"]) == [[1], [2]])
    let path = temporary.folder(run) + "/" + file
    try FileManager.default.removeItem(atPath: path)
    if let text { try temporary.write(text, to: path) }
    // With the old index what can be told from the status alone; whole runs are read from their folders.
    #expect(try before.runs().map(\.seed) == [2])
    #expect(before.damaged.count == (file == "status.json" && text == nil ? 0 : 1))
    let rebuilt = try RunIndex.rebuild(temporary.store)
    #expect(try rebuilt.select(["seed"]) == [[2]])
    #expect(rebuilt.damaged.count == 1 && rebuilt.damaged[0].contains(path))
    if file == "status.json" {
      #expect(try index(temporary).select(["seed"]) == [[2]], "it is not shown as it once was")
    }
  }

  @Test("other folders are no runs")
  func otherFolders() throws {
    let temporary = try TemporaryStore()
    let run = try temporary.complete()
    let folder = temporary.folder(run)
    for copy in [folder + ".old", folder + "-copy", temporary.path + "/e/backup/seed-0001", temporary.path + "/.e/x/y"]
    {
      let parent = URL(fileURLWithPath: copy).deletingLastPathComponent().path
      try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: folder, toPath: copy)
    }
    let opened = try index(temporary)
    #expect(try opened.select(["seed"]).count == 1 && opened.damaged == [])
  }

  @Test(
    "a damaged file is made anew", arguments: ["not a database, for sure", "", "SQLite format 3\0 and then nothing"])
  func damagedFile(_ text: String) throws {
    let temporary = try TemporaryStore()
    try temporary.complete()
    try temporary.write(text, to: temporary.path + "/index.sqlite")
    #expect(try index(temporary).select(["seed"]) == [[1]])
  }

  @Test("a file damaged in the middle is made anew")
  func damagedPages() throws {
    let temporary = try TemporaryStore()
    for seed in 0..<100 { try temporary.complete(seed: UInt64(seed)) }
    _ = try index(temporary)
    let path = temporary.path + "/index.sqlite"
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    for i in 4096..<bytes.count { bytes[i] = UInt8(truncatingIfNeeded: i &* 37) }
    try bytes.write(to: URL(fileURLWithPath: path))
    #expect(try index(temporary).select(["seed"]).count == 100)
  }

  @Test("an earlier version is replaced, another program's database left alone")
  func foreign() throws {
    let temporary = try TemporaryStore()
    try temporary.complete()
    let path = temporary.path + "/index.sqlite"
    try DatabaseQueue(path: path).write { db in
      try db.execute(sql: "CREATE TABLE runs (something TEXT); INSERT INTO runs VALUES (NULL); PRAGMA user_version = 1")
    }
    #expect(try index(temporary).select(["seed"]) == [[1]])
    try FileManager.default.removeItem(atPath: path)
    try DatabaseQueue(path: path).write { db in
      try db.execute(sql: "CREATE TABLE recipes (name TEXT); INSERT INTO recipes VALUES ('soup')")
    }
    let opened = try RunIndex(temporary.store)
    #expect(try opened.select(["seed"]) == [[1]])
    #expect(opened.obstacle?.contains("another program") == true)
    #expect(try RunIndex.rebuild(temporary.store).obstacle != nil)
    let recipes = try DatabaseQueue(path: path).read { try String.fetchAll($0, sql: "SELECT name FROM recipes") }
    #expect(recipes == ["soup"])
  }

  @Test("where it cannot be written it is kept in memory")
  func inMemory() throws {
    let temporary = try TemporaryStore()
    try temporary.complete()
    // A folder of that name stops everybody, even who may write everywhere.
    try FileManager.default.createDirectory(atPath: temporary.path + "/index.sqlite", withIntermediateDirectories: true)
    let opened = try RunIndex(temporary.store)
    #expect(try opened.select(["seed", "loss"]) == [[1, 0.5]])
    #expect(opened.obstacle != nil)
  }

  @Test("what is no store is refused")
  func noStore() throws {
    for path in ["/no/such/store", "/dev/null"] {
      let error = #expect(throws: RunStoreError.self) { try RunIndex(RunStore(path)) }
      #expect(error?.description.contains(path) == true && error?.description.contains("--runs") == true)
    }
  }

  @Test("several processes' worth of updates at once")
  func concurrent() async throws {
    let temporary = try TemporaryStore()
    for seed in 0..<60 { try temporary.complete(seed: UInt64(seed)) }
    let path = temporary.path
    // Connections of their own, as processes have them.
    let counts = try await withThrowingTaskGroup(of: Int.self) { group in
      for i in 0..<8 {
        group.addTask {
          let store = try RunStore(path, environment: TemporaryStore.environment)
          return try (i % 3 == 0 ? RunIndex.rebuild(store) : RunIndex(store)).select(["seed"]).count
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(counts == [Int](repeating: 60, count: 8))
  }

  @Test("names of figures")
  func figures() throws {
    let temporary = try TemporaryStore()
    try temporary.complete(["width": 8], result: ["loss": ["final": 1], "none": .null])
    let opened = try index(temporary)
    #expect(try opened.figureNames() == ["loss.final", "width"])
    #expect(try opened.has("loss.final") && opened.has("width") && opened.has("seed") && !opened.has("none"))
    #expect(try !opened.has("result.width") && opened.has("settings.width"))
    let error = #expect(throws: RunStoreError.self) { try opened.check(["loss.finl"]) }
    #expect(error?.description.contains("did you mean loss.final") == true)
    #expect(throws: RunStoreError.self) { try opened.check(["entirelyOther"]) }
  }
}
