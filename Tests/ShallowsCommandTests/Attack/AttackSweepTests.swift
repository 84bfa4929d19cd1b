import Foundation
import Testing

/// Attacks among the runs of the laboratory.
@Suite struct AttackSweepTests {
  @Test func radiiAreSwept() throws {
    let command = try Command()
    try AttackFixture.writeSigns(to: command.folder)
    try command.write(
      """
      verb = "attack"
      seeds = 1
      [base]
      model = "model"
      data = "signs.csv"
      [grid]
      epsilon = [0.1, 0.3]
      """, to: "radii.toml")
    let outcome = try command.run(["sweep", "radii.toml", "--quiet"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let table = String(decoding: try command.read("runs/radii/table.csv"), as: UTF8.self).split(separator: "\n")
    try #require(table.count == 3)
    let columns = table[0].split(separator: ",", omittingEmptySubsequences: false)
    let place = try #require(columns.firstIndex { $0 == "summary.attackedAccuracy" }, "\(table[0])")
    let alone = try command.json(["attack", "model", "signs.csv", "--epsilon", "0.3", "--json"])
    let accuracy = try #require((alone["summary"] as? [String: Any])?["attackedAccuracy"] as? Double)
    #expect(Double(table[2].split(separator: ",", omittingEmptySubsequences: false)[place]) == accuracy)
  }

  /// A run is told by the numbers of its model, not by its folder.
  @Test func aRecordedModelIsKnownByItsNumbers() throws {
    let command = try Command()
    try AttackFixture.writeSigns(to: command.folder)
    let record = ["attack", "model", "signs.csv", "--record", "kept", "--quiet"]
    #expect(try command.run(record).errors.contains("Recorded in runs/kept/"))
    #expect(try command.run(record).errors.contains("holds this run already"))
    // The same data with other targets, and other weights.
    try AttackFixture.writeSigns(to: command.folder, count: 29)
    #expect(try command.run(record).errors.contains("Recorded in runs/kept/"))
  }
}
