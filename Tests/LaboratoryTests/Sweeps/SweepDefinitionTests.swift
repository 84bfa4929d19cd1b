import Foundation
import Testing

@testable import Laboratory

@Suite("Sweep files")
struct SweepDefinitionTests {
  private func read(_ text: String, _ name: String = "widths.toml") throws -> SweepDefinition {
    let temporary = try TemporaryStore()
    try temporary.write(text, to: temporary.path + "/" + name)
    do { return try SweepDefinition.read(temporary.path + "/" + name) } catch let error as RunStoreError {
      // Where the file lies is this machine's business.
      throw RunStoreError(error.description.replacing(temporary.path + "/", with: ""))
    }
  }

  private static let toml = """
    verb = "fit"
    seeds = "3..5"
    [base]
    data = "digits"
    no_bias = true
    zeta = 2.0
    [grid]
    width = [8, 16]
    samples = { from = 100, to = 200, step = 100 }
    [[list]]
    method = "pgd"
    iterations = 5
    [[list]]
    method = "adam"
    [random]
    count = 2
    seed = 1
    step = { from = 1e-3, to = 1.0, scale = "log" }
    """

  private static let yaml = """
    verb: fit
    seeds: 3..5
    base: {data: digits, no-bias: true, zeta: 2}
    grid:
      width: [8, 16]
      samples: {from: 100, to: 200, step: 100}
    list:
      - {method: pgd, iterations: 5}
      - method: adam
    random: {count: 2, seed: 1, step: {from: 1.0e-3, to: 1, scale: log}}
    """

  @Test("TOML and YAML say the same")
  func formats() throws {
    let a = try read(Self.toml)
    let b = try read(Self.yaml, "widths.yaml")
    #expect(a == b && a.points() == b.points() && a.name == "widths")
    #expect(a.seeds == [3, 4, 5] && a.base == ["data": "digits", "no-bias": true, "zeta": 2])
    #expect(a.axes == ["iterations", "method", "samples", "width", "step"])
    #expect(a.points().count == 2 * 2 * 2 * 2 && Set(a.points()).count == 16)
    #expect(
      a.points()[0].filter { $0.key != "step" } == ["iterations": 5, "method": "pgd", "samples": 100, "width": 8])
  }

  @Test("more draws keep the earlier ones")
  func draws() throws {
    let few = try read(Self.toml)
    let more = try read(Self.toml.replacing("count = 2", with: "count = 5"))
    #expect(Set(few.points()).isSubset(of: more.points()))
  }

  @Test(
    "seeds",
    arguments: [
      ("3", [0, 1, 2]), ("\"5..7\"", [5, 6, 7]), ("[1, 4]", [1, 4]),
      ("\"18446744073709551614..18446744073709551615\"", [.max - 1, .max]),
    ] as [(String, [UInt64])])
  func seeds(_ text: String, _ seeds: [UInt64]) throws {
    #expect(try read("verb = \"fit\"\nseeds = \(text)\n").seeds == seeds)
  }

  @Test("words of YAML are not taken for truth values, quoted numbers not for numbers")
  func yamlScalars() throws {
    let base = try read("verb: fit\nbase: {a: no, b: 'true', c: \"8\", d: off, e: True, f: 1e-3}\n", "x.yml").base
    #expect(base == ["a": "no", "b": "true", "c": "8", "d": "off", "e": true, "f": 0.001])
  }

  static let refusals: [(text: String, parts: [String])] = [
    ("", ["verb: missing", "verb = \"fit\""]),
    ("verb = 3", ["verb"]),
    ("verb = \"fit\"\nsedes = 3", ["sedes", "unknown", "seeds"]),
    ("verb = \"fit\"\nname = \"../x\"", ["name = \"../x\"", "letters, digits"]),
    ("verb = \"fit\"\nseeds = 0", ["seeds = 0", "a number of seeds from 1", "0..19"]),
    ("verb = \"fit\"\nseeds = \"7..3\"", ["seeds = \"7..3\""]),
    ("verb = \"fit\"\nseeds = [1, 1]", ["seeds = [1,1]", "stands twice"]),
    ("verb = \"fit\"\nseeds = [1, -1]", ["seeds = [1,-1]"]),
    ("verb = \"fit\"\nbase = 3", ["base = 3", "a table"]),
    ("verb = \"fit\"\n[base]\nwidth = [8]", ["base.width = [8]", "[grid]"]),
    ("verb = \"fit\"\n[base]\na_b = 1\na-b = 2", ["base.a", "given twice"]),
    ("verb = \"fit\"\n[base]\nwidth = 8\n[grid]\nwidth = [8]", ["width", "both base and grid"]),
    ("verb = \"fit\"\n[grid]\nseed = [8]", ["grid.seed", "seeds = 20"]),
    ("verb = \"fit\"\n[grid]\nwidth = 8", ["grid.width = 8", "[base]"]),
    ("verb = \"fit\"\nlist = []", ["list", "[[list]]"]),
    ("verb = \"fit\"\n[[list]]", ["list[0]", "no parameters"]),
    ("verb = \"fit\"\n[[list]]\na = 1\n[[list]]\na = [1]", ["list[1].a = [1]", "a single value"]),
    ("verb = \"fit\"\n[random]\nx = [1]", ["random.count", "a whole number from 1"]),
    ("verb = \"fit\"\n[random]\ncount = 2", ["random", "no parameter"]),
    ("verb = \"fit\"\n[random]\ncount = 2\nseed = -1\nx = [1]", ["random.seed = -1", "from 0"]),
    (
      "verb = \"fit\"\n[grid]\na = { from = 1, to = 2000, step = 1 }\nb = { from = 1, to = 2000, step = 1 }",
      ["million"]
    ),
    ("verb = \"fit\"\n[base]\nwhen = 2026-01-01", ["base.when", "dates", "quotation marks"]),
    ("verb = fit", ["line 1", "not TOML"]),
    ("verb = \"fit\"\nverb = \"fit\"", ["line 2", "not TOML"]),
  ]

  @Test("refusals name file, place, value and what is accepted", arguments: refusals.indices)
  func refused(_ i: Int) {
    let (text, parts) = Self.refusals[i]
    let error = #expect(throws: RunStoreError.self) { try read(text) }
    for part in ["widths.toml: "] + parts {
      #expect(error?.description.contains(part) == true, "\(part) in \(error?.description ?? "no error")")
    }
  }

  @Test(
    "YAML's errors too",
    arguments: [
      ("", "the file is empty"), ("verb: [", "not YAML"), ("a: 1\na: 2", "duplicated"),
      ("a-b: 1\na: &x 1\nc: *x", "unknown here"), ("- 1", "a table of parameters"),
    ])
  func yamlRefused(_ text: String, _ part: String) {
    let error = #expect(throws: RunStoreError.self) { try read(text, "x.yaml") }
    #expect(
      error?.description.contains(part) == true && error?.description.hasPrefix("x.yaml: ") == true,
      "\(String(describing: error))")
  }

  @Test func filesThatCannotBeRead() throws {
    #expect(throws: RunStoreError.self) { try SweepDefinition.read("/no/such/file.toml") }
    let temporary = try TemporaryStore()
    try Data([0xff, 0xfe, 0]).write(to: URL(fileURLWithPath: temporary.path + "/x.toml"))
    let error = #expect(throws: RunStoreError.self) { try SweepDefinition.read(temporary.path + "/x.toml") }
    #expect(error?.description.contains("UTF-8") == true)
  }
}
