import Foundation
import Testing

/// What `shallows attack` refuses: the exit status, a message that names place and value, nothing left behind.
@Suite struct AttackBadInputTests {
  typealias Case = RefusedCommand

  static let cases: [Case] = [
    Case("model signs.csv --epsilon -1", "--epsilon -1", "at least 0"),
    Case("model signs.csv --epsilon nan", "--epsilon nan", "finite"),
    Case("model signs.csv --epsilon inf", "--epsilon inf", "finite"),
    Case("model signs.csv --ratio -0.1", "--ratio -0.1"),
    Case("model signs.csv --epsilon 1 --ratio 1", "--epsilon and --ratio", "one of them"),
    Case("model signs.csv --norm l3", "'l3'", "'linf'"), Case("model signs.csv --loss hinge", "'hinge'", "'margin'"),
    Case("model signs.csv --curve 0.1,much", "--curve \"0.1,much\"", "\"much\"", "auto"),
    Case("model signs.csv --curve -0.1", "--curve", "\"-0.1\""),
    Case("model signs.csv --box 1..0", "--box \"1..0\"", "smaller first"),
    Case("model signs.csv --box 1..1", "--box \"1..1\""), Case("model signs.csv --box here", "--box \"here\"", "none"),
    Case("model signs.csv --steps 0", "--steps 0"), Case("model signs.csv --starts -1", "--starts -1"),
    Case("model signs.csv --tolerance -1", "--tolerance -1"), Case("model signs.csv --tolerance nan", "--tolerance nan"),
    Case("model signs.csv --tolerance 0", "--tolerance 0", "between 0 and 1"),
    Case("model signs.csv --step fast", "--step \"fast\"", "normalised=SHARE"),
    Case("model signs.csv --step fixed=-1", "--step \"fixed=-1\""),
    Case("model signs.csv --momentum 0.9", "--momentum 0.9", "normalised=SHARE"),
    Case("model signs.csv --step fixed=1 --momentum 1", "--momentum 1"),
    Case("model signs.csv --step fixed=1 --method apgd", "--step", "--method pga"),
    Case("model signs.csv --nodes 10", "--nodes", "--exact"), Case("model signs.csv --exact --nodes 0", "--nodes 0"),
    Case("model signs.csv --units feet", "'feet'", "'standard'"), Case("model signs.csv --part some", "'some'"),
    Case("model signs.csv --table rows.txt", "rows.txt", ".jsonl"), Case("model signs.csv --per-sample", "--json"),
    Case("model signs.csv --samples 0", "--samples 0"),
    Case("model", "<DATA>"),
    // Models and data.
    Case(" signs.csv", status: 1, "model is empty"), Case("nowhere signs.csv", status: 1, "nowhere/config.json"),
    Case("model missing.csv", status: 1, "missing.csv", "no such file"),
    Case("model signs.csv --samples 31", status: 1, "--samples 31", "only 30"),
    Case("model signs.csv --part test", status: 1, "--part test", "no test part", "all"),
    Case("model signs.csv --box 0..1", status: 1, "signs.csv", "input \"a\" of sample 3", "--box 0..1", "none"),
    Case("model signs.csv --images worst.svg", status: 1, "--images", "shape 2", "28 x 28"),
    Case("model three.csv", status: 1, "three.csv: 3 inputs (a, b, c)", "takes 2: a, b"),
    Case("model bare.csv --target none", status: 1, "bare.csv", "no target", "--target"),
    Case("model nan.csv", status: 1, "nan.csv", "\"b\" of sample 2", "nan"),
    Case("model classes.csv", status: 1, "\"other\"", "low, high"),
    Case("numeric numbers.csv --target u,v --loss margin", status: 1, "--loss margin", "numbers", "squared"),
    Case("numeric numbers.csv --target u", status: 1, "numbers.csv"),
    Case("model signs.csv --save signs.csv", status: 1, "--save signs.csv", "is a file"),
    Case("model signs.csv --plot no/curve.svg", status: 1, "--plot no/curve.svg", "no folder"),
    Case("model signs.csv --record a/b", status: 1, "--record \"a/b\"", "letters"),
  ]

  @Test(arguments: cases) func refused(_ bad: Case) throws {
    let command = try Command()
    try AttackFixture.writeNumbers(to: command.folder)
    try FileManager.default.moveItem(
      at: command.folder.appendingPathComponent("model"), to: command.folder.appendingPathComponent("numeric"))
    try AttackFixture.writeSigns(to: command.folder)
    try command.write("a,b,c,class\n1,2,3,low\n2,3,4,high\n", to: "three.csv")
    try command.write("a,b\n1,2\n3,4\n", to: "bare.csv")
    try command.write("a,b,class\n1,2,low\n3,nan,high\n", to: "nan.csv")
    try command.write("a,b,class\n1,2,low\n3,4,other\n", to: "classes.csv")
    try bad.check("attack", in: command)
  }

  /// Data that are unusual, but no reason to refuse.
  @Test(arguments: [
    ["attack", "model", "one.csv"], ["attack", "model", "signs.csv", "--samples", "1"],
    ["attack", "model", "signs.csv", "--epsilon", "0"], ["attack", "model", "signs.csv", "--curve", "0"],
    ["attack", "model", "signs.csv", "--ratio", "1"], ["attack", "model", "signs.csv", "--box=-2..2"],
    ["attack", "model", "signs.csv", "--method", "fgm", "--no-branches"],
    ["attack", "model", "signs.csv", "--method", "apgd", "--starts", "2", "--loss", "margin"],
    ["attack", "model", "signs.csv", "--step", "normalised=0.25", "--momentum", "0.5"],
    ["attack", "model", "signs.csv", "--units", "raw"], ["attack", "model", "signs.csv", "--units", "range"],
    ["attack", "model", "signs.csv", "--loss", "squared", "--norm", "l1"],
  ]) func accepted(_ arguments: [String]) throws {
    let command = try Command()
    try AttackFixture.writeSigns(to: command.folder)
    try command.write("a,b,class\n1,2,low\n3,4,low\n", to: "one.csv")
    let report = try command.json(arguments + ["--json"])
    let summary = try #require(report["summary"] as? [String: Any])
    let (clean, attacked) = try (
      #require(summary["cleanAccuracy"] as? Double), #require(summary["attackedAccuracy"] as? Double)
    )
    #expect(attacked <= clean)
  }
}
