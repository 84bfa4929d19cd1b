import Foundation
import Testing

/// Recoveries among the runs of the laboratory.
@Suite struct RecoverSweepTests {
  @Test func plantedSamplesAreSwept() throws {
    let command = try Command()
    try command.write(
      """
      verb = "recover"
      seeds = 2
      [base]
      dimension = 3
      bootstrap = 0
      noise = 0.01
      [grid]
      samples = [1000, 3000]
      """, to: "samples.toml")
    let outcome = try command.run(["sweep", "samples.toml", "--quiet"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let table = String(decoding: try command.read("runs/samples/table.csv"), as: UTF8.self).split(separator: "\n")
    try #require(table.count == 5)
    let columns = table[0].split(separator: ",")
    for name in ["samples", "seed", "reliable", "gap", "truth.hiddenError", "truth.testError"] {
      #expect(columns.contains { $0 == name }, "\(name) in: \(table[0])")
    }
    // The same samples by themselves have the error of the first run, digit by digit.
    let alone = try command.run([
      "recover", "planted", "--dimension", "3", "--noise", "0.01", "--samples", "1000", "--bootstrap", "0", "--json",
    ])
    let place = try #require(columns.firstIndex { $0 == "truth.hiddenError" })
    let digits = table[1].split(separator: ",", omittingEmptySubsequences: false)[place]
    #expect(alone.output.contains("\"hiddenError\": \(digits)"), "\(digits) in: \(alone.output)")
  }

  /// A run is told by the numbers of its file, not by the file's name.
  @Test func aRecordedFileIsKnownByItsNumbers() throws {
    let command = try Command()
    func write(_ seed: String) throws {
      _ = try command.json([
        "recover", "planted", "--dimension", "3", "--samples", "1000", "--noise", "0.01", "--seed", seed,
        "--bootstrap", "0", "--write", "samples.npz", "--json",
      ])
    }
    let record = ["recover", "samples.npz", "--bootstrap", "0", "--record", "kept", "--quiet"]
    try write("1")
    let first = try command.run(record)
    #expect(first.errors.contains("Recorded in runs/kept/"), "\(first.errors)")
    #expect(try command.run(record).errors.contains("holds this run already"))
    try write("2")
    #expect(try command.run(record).errors.contains("Recorded in runs/kept/"))
  }
}
