import Foundation
import Testing

/// What a sweep does when its file is not what it was, or not what it should be.
@Suite struct SweepDefinitionFileTests {
  static func definition(widths: String = "[2, 4]", seeds: String = "2", activation: String = "tanh") -> String {
    """
    verb = "fit"
    seeds = \(seeds)
    [base]
    data = "table.csv"
    activation = "\(activation)"
    iterations = 5
    [grid]
    width = \(widths)
    """
  }

  /// Every file of the sweep with its time of change: equal where nothing was touched.
  static func state(_ sweep: borrowing SweepFixture) throws -> [String: Date] {
    var state: [String: Date] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: sweep.folder.path) {
      let attributes = try FileManager.default.attributesOfItem(atPath: sweep.folder.path + "/" + path)
      state[path] = attributes[.modificationDate] as? Date
    }
    return state
  }

  @Test func otherSettingsAreRefused() throws {
    let sweep = try SweepFixture("change", Self.definition())
    #expect(try sweep.run().status == 0)
    let before = try Self.state(sweep)
    try sweep.command.write(Self.definition(activation: "sigmoid"), to: "change.toml")
    let refused = try sweep.run()
    #expect(refused.status == 1)
    #expect(refused.output == "")
    for part in ["change.toml", "runs/change", "activation: tanh -> sigmoid", "--accept-changes", "another name"] {
      #expect(refused.errors.contains(part), "\(part) in: \(refused.errors)")
    }
    #expect(try Self.state(sweep) == before)

    let accepted = try sweep.run(["--accept-changes"])
    #expect(accepted.status == 0, "\(accepted.errors)")
    #expect(accepted.errors.contains("activation: tanh -> sigmoid"))
    #expect(sweep.runs.count == 8, "the earlier runs stay")
    let table = String(decoding: try sweep.file("table.csv"), as: UTF8.self).split(separator: "\n")
    #expect(table.count == 5 && table.dropFirst().allSatisfy { $0.contains("sigmoid") }, "and leave the table")
  }

  @Test func additionsRunOnlyWhatIsNew() throws {
    let sweep = try SweepFixture("more", Self.definition())
    #expect(try sweep.run().status == 0)
    let before = try Self.state(sweep).filter { $0.key.contains("seed-") }
    #expect(before.keys.count { $0.hasSuffix("status.json") } == 4)

    try sweep.command.write(Self.definition(widths: "[2, 4, 6]", seeds: "3"), to: "more.toml")
    let dry = try sweep.run(["--dry-run"])
    #expect(dry.status == 0)
    #expect(dry.output.contains("5 of 9 runs would be run"), "\(dry.output)")
    #expect(dry.output.contains("2 complete; 1 new") && dry.output.contains("3 new"), "\(dry.output)")
    #expect(try Self.state(sweep).filter { $0.key.contains("seed-") } == before)

    let grown = try sweep.run()
    #expect(grown.status == 0, "\(grown.errors)")
    let after = try Self.state(sweep)
    for (path, date) in before { #expect(after[path] == date, "\(path) was touched") }
    #expect(try sweep.statuses().values.map(\.attempts) == Array(repeating: 1, count: 9))
    // As if it had been asked for at once.
    let whole = try SweepFixture("more", Self.definition(widths: "[2, 4, 6]", seeds: "3"))
    #expect(try whole.run().status == 0)
    try sweep.expectSameResults(as: whole)
  }

  @Test func dryRunMakesNothing() throws {
    let sweep = try SweepFixture("dry", Self.definition())
    let before = sweep.command.contents
    let outcome = try sweep.run(["--dry-run"])
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
    #expect(outcome.output.contains("4 of 4 runs would be run, in runs/dry"), "\(outcome.output)")
    #expect(outcome.output.contains("shallows fit table.csv"), "\(outcome.output)")
    #expect(sweep.command.contents == before)
  }

  /// The share of test samples 0.95 leaves too few to train on, which only shows when a run draws them.
  static let failing = """
    verb = "fit"
    seeds = 4
    [base]
    data = "table.csv"
    iterations = 5
    [grid]
    test = [0.99, 0.2]
    """

  @Test func failuresAreKeptApart() throws {
    let sweep = try SweepFixture("failing", Self.failing)
    let going = try sweep.run(["--jobs", "1"])
    #expect(going.status == 2, "\(going.errors)")
    #expect(going.errors.contains("4 completed, 4 failed"), "\(going.errors)")
    #expect(going.errors.contains("table.csv") && going.errors.contains("--test 0.99"), "\(going.errors)")
    #expect(try sweep.completed() == 4)
    let table = String(decoding: try sweep.file("table.csv"), as: UTF8.self).split(separator: "\n")
    #expect(table.count == 5)
    // Failed runs are tried again, complete ones are not.
    #expect(try sweep.run().status == 2)
    #expect(try sweep.statuses().values.map(\.attempts).sorted() == [1, 1, 1, 1, 2, 2, 2, 2])
  }

  @Test func firstFailureCanEndIt() throws {
    let sweep = try SweepFixture("failing", Self.failing)
    let ended = try sweep.run(["--jobs", "1", "--fail-fast"])
    #expect(ended.status == 2, "\(ended.errors)")
    let statuses = try sweep.statuses()
    #expect(statuses.count == 1 && statuses.values.allSatisfy { $0.state == "failed" }, "\(statuses)")
    #expect(try sweep.run(["--fail-fast", "--keep-going"]).status == 64)
  }

  struct Hostile: Sendable, CustomTestStringConvertible {
    let name: String
    var file = "bad.toml"
    let text: String
    var status: Int32 = 1
    let message: [String]
    var testDescription: String { name }
  }

  static let hostile = [
    Hostile(name: "empty", text: "", message: ["bad.toml", "verb: missing", "verb = \"fit\""]),
    Hostile(name: "empty YAML", file: "bad.yaml", text: "", message: ["bad.yaml", "empty"]),
    Hostile(name: "NUL bytes", text: "\0\0\u{1}verb", message: ["bad.toml", "line 1"]),
    Hostile(
      name: "syntax", text: "verb = \"fit\"\nseeds = 3\n[base\ndata = \"table.csv\"\n",
      message: ["bad.toml", "line 3", "not TOML"]),
    Hostile(
      name: "YAML syntax", file: "bad.yaml", text: "verb: fit\nbase: [1, 2\ngrid: }\n",
      message: ["bad.yaml", "not YAML"]),
    Hostile(
      name: "unknown key", text: "verb = \"fit\"\nwidth = 3\n", message: ["bad.toml", "width: unknown", "base, grid"]),
    Hostile(
      name: "unknown parameter", text: "verb = \"fit\"\n[base]\ndata = \"table.csv\"\nbreadth = 3\n",
      message: ["bad.toml", "--breadth"]),
    Hostile(
      name: "unknown verb", text: "verb = \"fly\"\n",
      message: ["bad.toml", "verb = \"fly\"", "fit, imitate, recover, attack can be swept"]),
    Hostile(
      name: "a bad value", text: "verb = \"fit\"\n[base]\ndata = \"table.csv\"\n[grid]\nwidth = [2, 3]\n",
      message: ["bad.toml", "at width = 3", "even"]),
    Hostile(
      name: "output option", text: "verb = \"fit\"\n[base]\ndata = \"table.csv\"\nsave = \"x\"\n",
      message: ["bad.toml", "save", "leave it out"]),
    Hostile(name: "no data", text: "verb = \"fit\"\n", message: ["bad.toml", "data: missing"]),
    Hostile(
      name: "missing data", text: "verb = \"fit\"\n[base]\ndata = \"none.csv\"\n",
      message: ["bad.toml", "none.csv", "no such file"]),
    Hostile(
      name: "a thousand million points",
      text: "verb = \"fit\"\n[base]\ndata = \"table.csv\"\n[grid]\nstep = { from = 0, to = 1, count = 1000000000 }\n",
      message: ["bad.toml", "step", "million"]),
    Hostile(
      name: "a product of many",
      text: "verb = \"fit\"\n[base]\ndata = \"table.csv\"\n[grid]\n"
        + ["step", "zeta", "kappa"].map { "\($0) = { from = 1, to = 2, count = 1000 }\n" }.joined(),
      message: ["bad.toml", "more than a million points"]),
    Hostile(
      name: "many seeds", text: "verb = \"fit\"\nseeds = 1000000000\n[base]\ndata = \"table.csv\"\n",
      message: ["bad.toml", "seeds = 1000000000"]),
    Hostile(
      name: "a name that leads out", text: "name = \"../x\"\nverb = \"fit\"\n[base]\ndata = \"table.csv\"\n",
      message: ["bad.toml", "name = \"../x\"", "letters, digits"]),
    Hostile(
      name: "seed as a parameter", text: "verb = \"fit\"\n[base]\ndata = \"table.csv\"\nseed = 3\n",
      message: ["bad.toml", "base.seed", "seeds = 20"]),
    Hostile(
      name: "a parameter twice", text: "verb = \"fit\"\n[base]\ndata = \"table.csv\"\nwidth = 2\n[grid]\nwidth = [4]\n",
      message: ["bad.toml", "width: given in both base and grid"]),
  ]

  @Test(arguments: hostile) func refused(_ bad: Hostile) throws {
    let command = try Command()
    try command.write(regressionTable(), to: "table.csv")
    try command.write(bad.text, to: bad.file)
    let before = command.contents
    let outcome = try command.run(["sweep", bad.file])
    #expect(outcome.status == bad.status, "\(outcome.errors)")
    #expect(outcome.output == "")
    for part in bad.message { #expect(outcome.errors.contains(part), "\(part) in: \(outcome.errors)") }
    #expect(command.contents == before, "something was left behind")
  }

  @Test func unreadableFiles() throws {
    let command = try Command()
    try Data([0xff, 0xfe, 0x00, 0x80]).write(to: command.folder.appendingPathComponent("binary.toml"))
    for (file, part) in [("binary.toml", "not text in UTF-8"), ("none.toml", "no such file"), (".", "cannot be read")] {
      let outcome = try command.run(["sweep", file])
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains(file) && outcome.errors.contains(part), "\(outcome.errors)")
    }
    #expect(command.contents == ["binary.toml"])
  }
}
