import Foundation
import Testing

/// The catalogue of experiments, its ledger and its files.
@Suite struct ReproduceTests {
  @Test func writesResultsAndLedgerAndTakesUpWhatIsThere() throws {
    let command = try Command()
    let arguments = ["reproduce", "distance", "--quick", "--json"]
    let first = try command.run(arguments)
    #expect(first.status == 0, "\(first.errors)")
    for name in ["distance.json", "distance.svg", "distance.csv", "ledger.json", "ledger.md"] {
      #expect(FileManager.default.fileExists(atPath: command.folder.path + "/results/" + name), "\(name)")
    }
    #expect(try command.read("results/ledger.json") == Data(first.output.utf8))
    let record = try command.read("results/distance.json")

    // The same again takes every number from the runs: each was attempted once.
    let second = try command.run(arguments)
    #expect(second.output == first.output)
    let runs = command.folder.appendingPathComponent("runs/reproduce-distance")
    var attempts: [Int] = []
    for case let file as URL in FileManager.default.enumerator(at: runs, includingPropertiesForKeys: nil)!
    where file.lastPathComponent == "status.json" {
      let status = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any]
      attempts.append(status?["attempts"] as? Int ?? 0)
    }
    #expect(attempts == Array(repeating: 1, count: 14), "7 values of zeta, 2 seeds")
    #expect(try command.read("results/distance.json") == record)
  }

  @Test func listsAndRefuses() throws {
    let command = try Command()
    let list = try command.run(["reproduce", "--list"])
    #expect(list.status == 0)
    for name in ["memorisation", "cliff", "jacobian-rank"] { #expect(list.output.contains(name)) }
    let unknown = try command.run(["reproduce", "nothing"])
    #expect(unknown.status == 64 && unknown.errors.contains("\"nothing\" is no experiment"))
    #expect(try command.run(["reproduce", "--quick", "--full"]).status == 64)
    #expect(command.contents.isEmpty)
  }
}
