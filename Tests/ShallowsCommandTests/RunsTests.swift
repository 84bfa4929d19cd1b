import Foundation
import Testing

/// `shallows runs` on what a small sweep recorded.
@Suite struct RunsTests {
  /// Two widths, three seeds, and a second experiment of one run.
  static func recorded() throws -> Command {
    let command = try Command()
    try command.write(regressionTable(), to: "good.csv")
    try command.write(
      """
      name = "widths"
      verb = "fit"
      seeds = 3
      [base]
      data = "good.csv"
      iterations = 20
      [grid]
      width = [4, 8]
      """, to: "widths.toml")
    try command.write("verb = \"fit\"\n[base]\ndata = \"good.csv\"\nwidth = 6\niterations = 3\n", to: "other.toml")
    for file in ["widths.toml", "other.toml"] {
      let outcome = try command.run(["sweep", file, "--quiet"])
      try #require(outcome.status == 0, "\(outcome.errors)")
    }
    return command
  }

  static func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }

  static func objects(_ text: String) throws -> [[String: Any]] {
    try lines(text).map { try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]) }
  }

  @Test func list() throws {
    let command = try Self.recorded()
    let experiments = try command.run(["runs", "list"])
    #expect(experiments.status == 0)
    #expect(Self.lines(experiments.output).suffix(2).map { $0.prefix(6) } == ["other ", "widths"])
    let one = try Self.objects(command.run(["runs", "list", "--json"]).output)
    #expect(
      one.map { $0["experiment"] as? String } == ["other", "widths"] && one.map { $0["runs"] as? Int } == [1, 6])

    let rows = try Self.objects(command.run(["runs", "list", "widths", "--json"]).output)
    #expect(rows.count == 6 && rows.allSatisfy { $0["state"] as? String == "completed" })
    #expect((rows[0]["settings"] as? [String: Any])?.keys.sorted() == ["width"])
    #expect((rows[0]["figures"] as? [String: Any])?["loss.final"] is Double)

    let sorted = try command.run([
      "runs", "list", "widths", "--sort", "loss.final", "--reverse", "--csv", "--limit", "4",
    ])
    let table = Self.lines(sorted.output).map { $0.split(separator: ",").map(String.init) }
    #expect(table.count == 5 && table[0].prefix(5) == ["experiment", "hash", "seed", "state", "width"])
    let column = try #require(table[0].firstIndex(of: "loss.final"))
    let losses = table.dropFirst().map { Double($0[column])! }
    #expect(losses == losses.sorted(by: >) && sorted.errors == "")

    for (arguments, count) in [
      (["--where", "width=4"], 3), (["--where", "width>4", "--seed", "1"], 1), (["--state", "failed"], 0),
      (["other", "--where", "result.width<=6"], 1), (["--where", "data.name~good", "--where", "seed<1"], 3),
    ] {
      let outcome = try command.run(["runs", "list", "--json"] + arguments)
      #expect(outcome.status == 0 && Self.lines(outcome.output).count == count, "\(arguments): \(outcome.output)")
    }
    let columns = try command.run(["runs", "list", "widths", "--columns", "iterations,settings.width", "--csv"])
    #expect(Self.lines(columns.output)[0] == "experiment,hash,seed,state,iterations,settings.width")
    let text = try command.run(["runs", "list", "widths", "--where", "seed=0"])
    #expect(text.output.hasPrefix("widths\nhash") && text.errors.contains("2 runs"))
  }

  @Test(
    arguments: [
      (["list", "--where", "loss.finl<1"], Int32(1), ["loss.finl", "did you mean loss.final"]),
      (["list", "--where", "loss.final"], 64, ["--where", "\"loss.final\"", "= != < <= > >= ~"]),
      (["list", "--state", "done"], 64, ["done", "completed", "in flight"]),
      (["list", "widhts"], 1, ["widhts", "did you mean widths"]), (["list", "../x"], 1, ["../x"]),
      (["list", "--limit", "0"], 64, ["--limit 0", "at least 1"]), (["list", "--reverse"], 64, ["--sort"]),
      (["list", "--runs", "nowhere"], 1, ["nowhere", "--runs"]), (["list", "--columns", "zzz"], 1, ["zzz"]),
      (["list", "--json", "--csv"], 64, ["exclude"]), (["show", "widths"], 1, ["6 runs", "seed-0000"]),
      (["show", "widths/zz"], 1, ["widths/zz", "NAME/HASH/SEED"]), (["show", "nothing/8f/1"], 1, ["nothing"]),
      (["show", "../../etc/passwd"], 1, ["NAME/HASH/SEED"]), (["compare"], 64, ["RUNS"]),
      (["compare", "widths", "--figure", "loss.finla"], 1, ["did you mean loss.final"]),
      (["compare", "widths", "--baseline", "width=5"], 1, ["width=5", "no configuration", "width = 4"]),
      (["compare", "widths", "--statistic", "mode"], 64, ["mode", "median"]),
      (["export", "--format", "npz"], 64, ["--out FILE"]), (["export", "--format", "xml"], 64, ["xml", "jsonl"]),
      (["export", "--metrics"], 64, ["--out FILE"]), (["export", "nothing"], 1, ["nothing"]),
      (["export", "widths", "--out", "no/such/x.csv"], 1, ["no/such/x.csv", "cannot"]),
      (["delete", "widths"], 1, ["--yes", "nothing was deleted"]), (["delete", ".."], 1, ["NAME/HASH/SEED"]),
      (["delete", "/etc", "--yes"], 1, ["NAME/HASH/SEED"]), (["delete", "widths/.."], 1, ["NAME/HASH/SEED"]),
      (["delete", "nothing", "--yes"], 1, ["nothing"]), (["delete", "--yes"], 64, ["RUNS"]),
      (["index", "--runs", "nowhere"], 1, ["nowhere"]),
    ] as [([String], Int32, [String])])
  func refused(_ arguments: [String], _ status: Int32, _ parts: [String]) throws {
    let command = try Self.recorded()
    let outcome = try command.run(["runs"] + arguments)
    #expect(outcome.status == status, "\(outcome.errors)")
    for part in parts { #expect(outcome.errors.contains(part), "\(part) in: \(outcome.errors)") }
    #expect(try Self.objects(command.run(["runs", "list", "--json"]).output).map { $0["runs"] as? Int } == [1, 6])
  }

  @Test func show() throws {
    let command = try Self.recorded()
    let rows = try Self.objects(command.run(["runs", "list", "widths", "--json"]).output)
    let hash = try #require(rows[0]["hash"] as? String)
    let page = try command.run(["runs", "show", "widths/\(hash.prefix(4))/1"])
    #expect(page.status == 0, "\(page.errors)")
    for part in [
      "runs/widths/\(hash)/seed-0001", "completed", "shallows fit good.csv", "--seed 1", "Settings (fit, version",
      "loss.final", "Guarantee", "verdict", "machine", "iteration",
    ] {
      #expect(page.output.contains(part), "\(part) in \(page.output)")
    }
    #expect(
      page.output.contains("⡀") || page.output.contains("⠉") || page.output.contains("⣀") || page.output.contains("⠒"),
      "a curve")
    let object = try command.json(["runs", "show", "runs/widths/\(hash)/seed-0001/", "--json"])
    #expect(object["seed"] as? Int == 1 && (object["metrics"] as? [Any])?.isEmpty == false)
    #expect((object["environment"] as? [String: Any])?["machine"] != nil)
    #expect(try command.run(["runs", "show", "other"]).status == 0, "the only run of its experiment")
  }

  @Test func compare() throws {
    let command = try Self.recorded()
    let page = try command.run(["runs", "compare", "widths", "--figure", "loss.final"])
    #expect(page.status == 0, "\(page.errors)")
    for part in ["In common:", "data.name = good", "loss.final over seeds", "IQM", "95 %", "pairs", "share better"] {
      #expect(page.output.contains(part), "\(part) in \(page.output)")
    }
    let object = try command.json(["runs", "compare", "widths", "other", "--json", "--statistic", "mean"])
    let configurations = try #require(object["configurations"] as? [[String: Any]])
    // In the order of the iterations, the first setting that varies, then of the widths.
    #expect(configurations.map { $0["runs"] as? Int } == [1, 3, 3])
    #expect(object["baseline"] is NSNull, "three configurations have none by themselves")
    let csv = try command.run(["runs", "compare", "widths", "--csv", "--baseline", "width=8"])
    #expect(Self.lines(csv.output)[0].hasPrefix("width,hash,figure,count,"))
    #expect(try csv.output == command.run(["runs", "compare", "widths", "--csv", "--baseline", "width=8"]).output)
  }

  @Test func export() throws {
    let command = try Self.recorded()
    let csv = try command.run(["runs", "export", "widths"])
    #expect(csv.status == 0 && Self.lines(csv.output).count == 7 && csv.output.hasPrefix("width,seed,"))
    #expect(try Self.objects(command.run(["runs", "export", "--format", "jsonl"]).output).count == 7)
    for name in ["a.npz", "a.csv", "a.jsonl"] {
      let first = try command.run(["runs", "export", "widths", "--metrics", "--out", name])
      #expect(first.status == 0, "\(first.errors)")
      let bytes = try command.read(name)
      #expect(try command.run(["runs", "export", "widths", "--metrics", "--out", name]).status == 0)
      #expect(try command.read(name) == bytes && !bytes.isEmpty)
    }
    #expect(command.contents.isSuperset(of: ["a.metrics.csv", "a.metrics.jsonl"]))
    #expect(try String(decoding: command.read("a.metrics.csv"), as: UTF8.self).hasPrefix("width,seed,iteration,"))
  }

  @Test func delete() throws {
    let command = try Self.recorded()
    func count() throws -> Int {
      try Self.lines(command.run(["runs", "list", "--json", "--sort", "seed"]).output).count
    }
    let dry = try command.run(["runs", "delete", "widths", "--where", "width=4", "--dry-run"])
    #expect(dry.status == 0 && dry.output.contains("3 of 6 runs") && dry.output.contains("Nothing was deleted"))
    #expect(try count() == 7)
    let some = try command.run(["runs", "delete", "widths", "--where", "width=4", "--seed", "1", "--yes"])
    #expect(some.status == 0 && some.output.contains("1 run deleted"), "\(some.errors)")
    #expect(try count() == 6)
    // A damaged run can go too, though the index does not know it.
    let rows = try Self.objects(command.run(["runs", "list", "widths", "--json"]).output)
    let hash = try #require(rows[0]["hash"] as? String)
    let seed = try #require(rows[0]["seed"] as? Int)
    let status = "runs/widths/\(hash)/seed-000\(seed)/status.json"
    try command.write("{", to: status)
    let listed = try command.run(["runs", "list", "widths", "--json"])
    #expect(listed.status == 0 && Self.lines(listed.output).count == 4 && listed.errors.contains(status))
    #expect(try command.run(["runs", "delete", "widths", "--yes"]).output.contains("5 runs deleted"))
    #expect(!FileManager.default.fileExists(atPath: command.folder.path + "/runs/widths"))
    #expect(try count() == 1)
    // What was deleted can be swept again.
    #expect(try command.run(["sweep", "widths.toml", "--quiet"]).status == 0)
    #expect(try count() == 7)
  }

  @Test func index() throws {
    let command = try Self.recorded()
    try command.write("nonsense", to: "runs/index.sqlite")
    let outcome = try command.run(["runs", "index"])
    #expect(outcome.status == 0 && outcome.output.contains("7 runs") && outcome.output.contains("0 damaged"))
  }
}
