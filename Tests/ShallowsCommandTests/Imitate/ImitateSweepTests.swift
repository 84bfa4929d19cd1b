import Foundation
import Testing

/// Imitations among the runs of the laboratory.
@Suite struct ImitateSweepTests {
  @Test func widthsAreSwept() throws {
    let command = try Command()
    try command.write(
      """
      verb = "imitate"
      seeds = 3
      [base]
      dimension = 4
      until = "gradient=1e-8"
      [grid]
      width = [4, 5]
      """, to: "widths.toml")
    let outcome = try command.run(["sweep", "widths.toml", "--quiet"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let table = String(decoding: try command.read("runs/widths/table.csv"), as: UTF8.self).split(separator: "\n")
    try #require(table.count == 7)
    let columns = table[0].split(separator: ",")
    for name in ["width", "seed", "loss.median", "spuriousShare", "student.fate", "student.tailExponent.kind"] {
      #expect(columns.contains { $0 == name }, "\(name) in: \(table[0])")
    }
    // One student a run, that of the run's seed.
    let count = try #require(columns.firstIndex { $0 == "count" })
    for row in table.dropFirst() { #expect(row.split(separator: ",", omittingEmptySubsequences: false)[count] == "1") }

    // The same student by itself has the loss of the first run, digit by digit.
    let alone = try command.run(
      ["imitate", "--dimension", "4", "--width", "4", "--until", "gradient=1e-8", "--seeds", "1", "--json"])
    let loss = try #require(columns.firstIndex { $0 == "loss.median" })
    let digits = table[1].split(separator: ",", omittingEmptySubsequences: false)[loss]
    #expect(alone.output.contains("\"loss\": \(digits),"), "\(digits) in: \(alone.output)")
  }

  @Test func aRecordedEnsembleIsKeptOnce() throws {
    let command = try Command()
    let arguments = ["imitate", "--dimension", "4", "--seeds", "8", "--record", "four", "--quiet"]
    let first = try command.run(arguments)
    #expect(first.status == 0 && first.errors.contains("Recorded in runs/four/"), "\(first.errors)")
    let again = try command.run(arguments)
    #expect(again.status == 0 && again.errors.contains("holds this run already"), "\(again.errors)")
    #expect(again.output == "")
    #expect(command.contents == ["runs"])
    let listed = try command.run(["runs", "list", "four"])
    #expect(listed.status == 0 && listed.output.contains("loss.median"), "\(listed.output)")
  }
}
