import Foundation
import Testing

@testable import Laboratory

@Suite("Locks of runs")
struct RunLocksTests {
  @Test("a lock is taken once within a process")
  func threads() throws {
    let temporary = try TemporaryStore()
    let locks = temporary.store.locks(of: "e")
    #expect(!locks.isTaken("a") && !temporary.exists(temporary.path + "/e"), "asking makes nothing")
    #expect(try locks.take("a") && !locks.take("a") && locks.take("b"))
    #expect(locks.isTaken("a"))
    #expect(try !locks.takeAll())
    locks.release("a")
    #expect(!locks.isTaken("a") && locks.isTaken("b"))
    locks.release("b")
    #expect(try locks.takeAll() && !locks.take("a"))
    locks.releaseAll()
    #expect(try locks.take("a"))
  }

  @Test("a lock of another process is respected until that process dies")
  func processes() throws {
    let temporary = try TemporaryStore()
    let run = TemporaryStore.run()
    try temporary.complete(seed: 9)
    let holder = try #require(
      try LockHolder(folder: temporary.path + "/e", place: RunLocks.place(of: run.path)), "perl is needed")
    let locks = temporary.store.locks(of: "e")
    #expect(locks.isTaken(run.path))
    #expect(try !locks.take(run.path) && !locks.takeAll())
    #expect(try temporary.store.perform(run, of: "e") { _, _ in RunOutcome(result: [:]) } == .elsewhere)
    #expect(!temporary.exists(temporary.folder(run)), "nothing is touched")
    holder.kill()
    #expect(!locks.isTaken(run.path))
    #expect(try temporary.store.perform(run, of: "e") { _, _ in RunOutcome(result: [:]) } == .completed)
  }

  @Test("a lock on a file that was deleted is taken on the new one")
  func replaced() throws {
    let temporary = try TemporaryStore()
    let run = TemporaryStore.run()
    let locks = temporary.store.locks(of: "e")
    #expect(try locks.take("other"))
    locks.release("other")
    // Somebody else deletes the experiment; a third begins it anew and works on the run.
    try FileManager.default.removeItem(atPath: temporary.path + "/e")
    #expect(!locks.isTaken(run.path))
    try FileManager.default.createDirectory(atPath: temporary.path + "/e", withIntermediateDirectories: true)
    let holder = try #require(
      try LockHolder(folder: temporary.path + "/e", place: RunLocks.place(of: run.path)), "perl is needed")
    #expect(try !locks.take(run.path))
    #expect(locks.isTaken(run.path))
    holder.kill()
    try FileManager.default.removeItem(atPath: temporary.path + "/e")
    #expect(try locks.take(run.path), "the folder is made again")
    #expect(temporary.exists(temporary.path + "/e/.locks"))
  }
}
