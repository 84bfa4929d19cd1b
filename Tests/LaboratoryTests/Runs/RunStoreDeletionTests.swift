import Foundation
import Testing

@testable import Laboratory

@Suite("Deletion of runs")
struct RunStoreDeletionTests {
  @Test("a run goes with its empty configuration, an experiment with its last run")
  func deleted() throws {
    let temporary = try TemporaryStore()
    let store = temporary.store
    let a = try temporary.complete(seed: 1)
    let b = try temporary.complete(seed: 2)
    #expect(try store.delete(a.path, of: "e") == .deleted)
    #expect(try store.delete(a.path, of: "e") == .absent)
    #expect(temporary.exists(temporary.folder(b)) && !temporary.exists(temporary.folder(a)))
    #expect(try store.deleteFolder(of: "e") == nil, "a run is left")
    #expect(try store.delete(b.path, of: "e") == .deleted)
    #expect(try FileManager.default.contentsOfDirectory(atPath: temporary.path + "/e") == [".locks"])
    for name in ["sweep.json", "table.csv", "summary.csv", ".x.tmp"] {
      try temporary.write("", to: temporary.path + "/e/" + name)
    }
    #expect(try store.deleteFolder(of: "e") == [])
    #expect(!temporary.exists(temporary.path + "/e"))
    // The store goes on as if nothing had been.
    try temporary.complete(seed: 1)
    #expect(try store.state(of: a, in: "e") == .completed)
  }

  @Test("files that are not the store's keep the folder")
  func ownFiles() throws {
    let temporary = try TemporaryStore()
    let run = try temporary.complete()
    try temporary.write("mine", to: temporary.path + "/e/notes.md")
    #expect(try temporary.store.delete(run.path, of: "e") == .deleted)
    #expect(try temporary.store.deleteFolder(of: "e") == ["notes.md"])
    #expect(temporary.exists(temporary.path + "/e/notes.md"))
  }

  @Test("a run in flight stays, here, in another process or on another machine")
  func inFlight() throws {
    let temporary = try TemporaryStore()
    let store = temporary.store
    let run = TemporaryStore.run()
    let end = try store.perform(run, of: "e") { run, _ throws in
      #expect(try store.delete(run.path, of: "e") == .inFlight)
      #expect(try store.deleteFolder(of: "e") == nil)
      return RunOutcome(result: [:])
    }
    #expect(end == .completed)
    let holder = try #require(
      try LockHolder(folder: temporary.path + "/e", place: RunLocks.place(of: run.path)), "perl is needed")
    #expect(try store.delete(run.path, of: "e") == .inFlight)
    holder.kill()
    var status = try #require(store.folder(of: run, in: "e").status())
    status.state = .running
    status.host = "elsewhere"
    try temporary.write(JSONValue(encoding: status).text, to: temporary.folder(run) + "/status.json")
    #expect(try store.delete(run.path, of: "e") == .inFlight)
    #expect(temporary.exists(temporary.folder(run) + "/result.json"))
  }

  @Test(
    "nothing outside the store is touched",
    arguments: [
      ("..", "8f3a09c1d2e4/seed-0001"), ("e/..", "8f3a09c1d2e4/seed-0001"), ("/", "8f3a09c1d2e4/seed-0001"),
      ("e", "../seed-0001"), ("e", "8f3a09c1d2e4/.."), ("e", "8f3a09c1d2e4/seed-0001/.."), ("e", "8f3a09c1d2e4"),
      ("e", "8f3a09c1d2e4/seed-1"), ("e", "8F3A09C1D2E4/seed-0001"), ("e", "/8f3a09c1d2e4/seed-0001"), ("", ""),
    ])
  func hostileNames(_ experiment: String, _ run: String) throws {
    let temporary = try TemporaryStore()
    #expect(throws: RunStoreError.self) { try temporary.store.delete(run, of: experiment) }
  }

  @Test("symbolic links are not followed")
  func links() throws {
    let temporary = try TemporaryStore()
    let outside = try TemporaryStore()
    let run = try outside.complete()
    let manager = FileManager.default
    func link(_ from: String, _ to: String) throws {
      try manager.createSymbolicLink(atPath: from, withDestinationPath: to)
    }
    try link(temporary.path + "/linked", outside.path + "/e")
    #expect(throws: RunStoreError.self) { try temporary.store.delete(run.path, of: "linked") }
    #expect(throws: RunStoreError.self) { try temporary.store.deleteFolder(of: "linked") }
    try manager.createDirectory(atPath: temporary.path + "/e", withIntermediateDirectories: true)
    try link(temporary.path + "/e/" + run.configuration.hash, outside.path + "/e/" + run.configuration.hash)
    #expect(throws: RunStoreError.self) { try temporary.store.delete(run.path, of: "e") }
    // A link within a run goes, what it leads to stays.
    let own = try temporary.complete(["width": 9], experiment: "own")
    try link(temporary.folder(own, experiment: "own") + "/data", outside.path)
    #expect(try temporary.store.delete(own.path, of: "own") == .deleted)
    #expect(outside.exists(outside.folder(run) + "/result.json"))
  }
}
