import Foundation
import Testing

/// What `shallows recover` refuses: the exit status, a message that names place and value, nothing left behind.
@Suite struct RecoverBadInputTests {
  typealias Case = RefusedCommand

  static let cases: [Case] = [
    // Planted networks.
    Case("planted --dimension 0", "--dimension 0", "at least 1"), Case("planted --planted -2", "--planted -2"),
    Case("planted --responses 0", "--responses 0"), Case("planted --samples 0", "--samples 0", "at least 1"),
    Case("planted --noise -1", "--noise -1", "0 or more"), Case("planted --noise nan", "--noise nan"),
    Case("planted --distribution cauchy", "\"cauchy\"", "mixture=SHIFT"),
    Case("planted --distribution student=2", "student=2", "3 to 1000"),
    Case("planted --hidden-weights condition=0.5", "condition=0.5", "orthonormal"),
    Case("planted --output-weights rank=11", "rank=11", "at most 10"),
    Case("planted --inputs x", "--inputs", "DATA"), Case("planted --write samples.csv", "samples.csv", ".npz"),
    Case("planted --write no/such.npz", status: 1, "--write no/such.npz", "no folder"),
    Case("planted --dimension 100000", status: 1, "100000 inputs", "GB"),
    Case("good.csv --noise 1", "--noise", "planted"), Case("good.csv --write x.npz", "--write", "planted"),
    // Settings.
    Case("planted --neurons 0", "--neurons 0"), Case("planted --neurons many", "'many'", "--neurons"),
    Case("planted --neurons 11", "--neurons 11", "at most 10"),
    Case("planted --responses 4 --neurons 5", "--neurons 5", "at most 4"),
    Case("planted --neurons 1000000000000", "--neurons 1000000000000", "at most 10"),
    Case("planted --slope 1", "--slope 1", "between -1 and 1"), Case("planted --slope nan", "--slope nan"),
    Case("planted --bootstrap -1", "--bootstrap -1"), Case("planted --bootstrap 1", "--bootstrap 1"),
    Case("planted --seed -1", "'-1'", "--seed"), Case("planted --jobs 0", "--jobs 0"),
    // Files.
    Case("missing.npz", status: 1, "missing.npz", "no such file", "planted"),
    Case("folder", status: 1, "folder: found a folder", "NPZ"), Case("", status: 1, "empty"),
    Case("empty.csv", status: 1, "empty.csv", "an empty file"), Case("empty.npz", status: 1, "empty.npz"),
    Case("good.json", status: 1, "good.json", "ending"), Case("text.npz", status: 1, "text.npz"),
    Case("good.csv --inputs z*", status: 1, "good.csv", "z*"),
    Case("good.csv --inputs x1 --outputs x1", status: 1, "good.csv", "both inputs and outputs"),
    Case("good.csv --neurons 3", status: 1, "--neurons 3", "2 inputs", "at most 2"),
    Case("good.csv --samples 1000", status: 1, "good.csv", "--samples 1000", "only 40"),
    Case("nan.csv", status: 1, "nan.csv", "nan"), Case("words.csv", status: 1, "words.csv", "\"high\""),
    Case("short.csv", status: 1, "3 samples", "at least"),
    Case("constant.csv", status: 1, "outputs do not depend on the inputs"),
    Case("good.csv --save good.json", status: 1, "--save good.json", "is a file"),
    Case("good.csv --plot no/such.svg", status: 1, "--plot no/such.svg", "no folder"),
    Case("good.csv --record a/b", status: 1, "--record \"a/b\"", "letters"),
  ]

  @Test(arguments: cases) func refused(_ bad: Case) throws {
    let command = try Command()
    func table(_ name: String, rows: Int = 40, _ y: (Int) -> String) throws {
      let lines = (1...rows).map { i in "\(i % 7 - 3).5,\(i * i % 11 - 5),\(y(i)),\(i % 5)" }
      try command.write((["x1,x2,y1,y2"] + lines).joined(separator: "\n") + "\n", to: name)
    }
    try table("good.csv") { "\($0 % 3)" }
    try table("nan.csv") { $0 == 20 ? "nan" : "1" }
    try table("words.csv") { $0 == 20 ? "high" : "1" }
    try table("short.csv", rows: 3) { "\($0)" }
    try command.write(
      "x1,x2,y1\n" + (1...40).map { "\($0 % 7 - 3),\($0 * $0 % 11 - 5),4\n" }.joined(), to: "constant.csv")
    try command.write("{}", to: "good.json")
    for name in ["empty.csv", "empty.npz"] { try command.write("", to: name) }
    try command.write("no archive", to: "text.npz")
    try FileManager.default.createDirectory(
      at: command.folder.appendingPathComponent("folder"), withIntermediateDirectories: false)
    try bad.check("recover", in: command)
  }

  /// What is accepted, by the settings that come of it.
  @Test(arguments: [
    ("", "\"distribution\":\"gaussian\""), ("planted --neurons 4", "\"neurons\":4,"),
    ("planted --literal", "\"whitens\":false"), ("planted --pencil", "\"pencil=10\""),
    ("planted --refine --bootstrap 7", "\"bootstrap\":7,\"planted\""), ("missing.npz --slope -0.5", "\"slope\":-0.5"),
    ("planted --hidden-weights condition=5", "\"condition=5\""), ("--seed 7", "\"seed\":7"),
  ]) func settings(_ arguments: String, _ expected: String) throws {
    let command = try Command()
    let outcome = try command.run(["recover", "--show-config"] + arguments.split(separator: " ").map(String.init))
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains(expected), "\(expected) in: \(outcome.output)")
  }
}
