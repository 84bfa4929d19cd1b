import Foundation
import Testing

@testable import Laboratory

@Suite("Names of runs")
struct RunReferenceTests {
  @Test("experiment, configuration, run, with or without the store's folder")
  func reading() throws {
    let store = try RunStore("some/runs/", environment: TemporaryStore.environment)
    func read(_ text: String) throws -> [String] {
      let reference = try RunReference(text, store: store)
      return [reference.experiment, reference.hash, reference.seed.map(String.init) ?? ""]
    }
    #expect(try read("widths") == ["widths", "", ""] && read("some/runs/widths/") == ["widths", "", ""])
    #expect(try read("widths/8f3a") == ["widths", "8f3a", ""])
    #expect(try read("widths/8f3a09c1d2e4/seed-0007") == ["widths", "8f3a09c1d2e4", "7"])
    #expect(try read("some/runs/widths/8f/18446744073709551615") == ["widths", "8f", "18446744073709551615"])
    #expect(try RunReference("widths", seed: 3, store: store).seed == 3)
  }

  @Test(
    "what leads elsewhere is refused",
    arguments: [
      "", "/", "..", "../x", "a/..", "a/../b", "/etc", "a//7", "a/8f3g", "a/8f3a/x", "a/8f3a/7/x", "a/8f3a/-1",
      ".locks",
      "a/8f3a09c1d2e40", "a b", "a/8f3a/seed-", "a/8f3a/..",
    ])
  func refused(_ text: String) throws {
    let store = try RunStore("runs", environment: TemporaryStore.environment)
    let error = #expect(throws: RunStoreError.self) { try RunReference(text, store: store) }
    #expect(error?.description.contains("NAME/HASH/SEED") == true)
  }

  @Test("one run is found, several are named")
  func resolving() throws {
    let temporary = try TemporaryStore()
    let store = temporary.store
    let run = try temporary.complete(seed: 7)
    try temporary.complete(seed: 8)
    let hash = run.configuration.hash
    #expect(try store.path(ofOne: RunReference("e/\(hash.prefix(3))/7", store: store)) == run.path)
    #expect(try store.path(ofOne: RunReference("e", seed: 7, store: store)) == run.path)
    let several = #expect(throws: RunStoreError.self) { try store.path(ofOne: RunReference("e", store: store)) }
    #expect(several?.description.contains("2 runs") == true && several?.description.contains("e/\(run.path)") == true)
    #expect(throws: RunStoreError.self) { try store.path(ofOne: RunReference("e/\(hash)/9", store: store)) }
    try temporary.complete(experiment: "widths")
    let near = #expect(throws: RunStoreError.self) { try store.paths(RunReference("width", store: store)) }
    #expect(near?.description.contains("did you mean widths") == true)
  }
}
