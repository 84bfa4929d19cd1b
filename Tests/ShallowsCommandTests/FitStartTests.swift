import Foundation
import Testing

/// `shallows fit --start`: training goes on from a saved model.
@Suite struct FitStartTests {
  @Test func aFitGoesOnFromASavedOne() throws {
    let command = try Command()
    try command.write(regressionTable(), to: "good.csv")
    let common = ["fit", "good.csv", "--test", "0", "--method", "adam", "--json"]
    let first = try command.json(
      common + ["--width", "9", "--activation", "silu", "--no-bias", "--epochs", "20", "--save", "model"])
    let second = try command.json(common + ["--start", "model", "--epochs", "20", "--save", "model2"])
    let (before, after) = try (#require(first["loss"] as? [String: Double]), #require(second["loss"] as? [String: Double]))
    // The same weights on the same data, read from the file again: the same loss to rounding.
    #expect(abs(before["final"]! - after["initial"]!) <= 1e-12 * before["final"]!)
    #expect(after["final"]! < after["initial"]!)
    #expect(second["width"] as? Int == 9)
    #expect(second["activation"] as? String == "silu")
    // Columns in another order are found by their names, the target too.
    let turned = regressionTable().split(separator: "\n").map { line in
      let cells = line.split(separator: ",")
      return "\(cells[2]),\(cells[1]),\(cells[0])"
    }
    try command.write(turned.joined(separator: "\n") + "\n", to: "turned.csv")
    let third = try command.json(
      ["fit", "turned.csv", "--test", "0", "--method", "adam", "--json", "--start", "model", "--epochs", "20"])
    #expect((third["loss"] as? [String: Double])?["initial"] == after["initial"])
  }

  @Test(arguments: [
    (["--width", "8"], 1, ["--width 8", "9 neurons"]),
    (["--width", "auto"], 1, ["--width auto", "9 neurons"]),
    (["--activation", "relu"], 1, ["--activation relu", "silu"]),
    (["--no-bias"], 1, ["--no-bias", "biases"]),
    (["--loss", "softmax", "--method", "adam"], 1, ["softmax"]),
    (["--init", "he"], 64, ["--init", "--start"]), (["--zeta", "2"], 64, ["--zeta", "--start"]),
    (["--restarts", "2"], 64, ["restarts 2"]), (["--start", ""], 64, ["--start", "empty"]),
    (["--start", "missing"], 1, ["missing/config.json", "cannot be read"]),
    (["--start", "good.csv"], 1, ["good.csv/config.json"]),
  ] as [([String], Int32, [String])]) func refused(_ options: [String], _ status: Int32, _ message: [String]) throws {
    let command = try Command()
    try command.write(regressionTable(), to: "good.csv")
    _ = try command.json([
      "fit", "good.csv", "--test", "0", "--method", "adam", "--width", "9", "--activation", "silu", "--epochs", "1",
      "--save", "model", "--json",
    ])
    let before = command.contents
    let start = options.contains("--start") ? [] : ["--start", "model"]
    let outcome = try command.run(["fit", "good.csv"] + start + options)
    #expect(outcome.status == status, "\(outcome.errors)")
    #expect(outcome.output == "")
    for part in message { #expect(outcome.errors.contains(part), "\(part) in: \(outcome.errors)") }
    #expect(command.contents == before)
  }

  @Test func dataOfOtherSizesAreRefused() throws {
    let command = try Command()
    try command.write(regressionTable(), to: "good.csv")
    try command.write("a,b,c,y\n1,2,3,4\n2,3,5,6\n4,4,2,1\n", to: "wide.csv")
    _ = try command.json(["fit", "good.csv", "--width", "8", "--iterations", "1", "--save", "model", "--json"])
    let outcome = try command.run(["fit", "wide.csv", "--start", "model"])
    #expect(outcome.status == 1 && outcome.errors.contains("3 inputs"), "\(outcome.errors)")
    #expect(outcome.errors.contains("the start takes 2"), "\(outcome.errors)")
  }

  /// A recorded run is another one when it starts elsewhere.
  @Test func recordedRunsAreToldApartByTheirStart() throws {
    let command = try Command()
    try command.write(regressionTable(), to: "good.csv")
    for (seed, name) in [("1", "one"), ("2", "two")] {
      _ = try command.json([
        "fit", "good.csv", "--method", "adam", "--width", "8", "--epochs", "2", "--seed", seed, "--save", name, "--json",
      ])
    }
    func record(_ start: String) throws -> Command.Outcome {
      try command.run([
        "fit", "good.csv", "--start", start, "--method", "adam", "--epochs", "2", "--record", "warm", "--quiet",
      ])
    }
    for name in ["one", "two"] {
      let outcome = try record(name)
      #expect(outcome.status == 0 && outcome.errors.contains("Recorded in"), "\(outcome.errors)")
    }
    #expect(try record("one").errors.contains("holds this run already"))
  }
}
