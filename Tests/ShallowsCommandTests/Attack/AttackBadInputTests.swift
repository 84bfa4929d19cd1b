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
    // What would be lost, and what cannot be written.
    Case("model signs.csv --table signs.csv", status: 1, "--table signs.csv", "replace the data signs.csv"),
    Case("model ./signs.csv --table link.csv", status: 1, "--table link.csv", "replace the data ./signs.csv"),
    Case("model signs.csv --plot signs.svg", status: 1, "--plot signs.svg: signs.csv would replace the data signs.csv"),
    Case("model signs.csv --save model", status: 1, "--save model", "the folder of the model model"),
    Case("model signs.csv --save linked/deep", status: 1, "--save linked/deep", "the folder of the model model"),
    Case("linked signs.csv --table model/rows.csv", status: 1, "model/rows.csv", "the folder of the model linked"),
    Case("model signs.csv --train --model-out new/../model/", status: 1, "--model-out", "folder of the model model"),
    Case("model signs.csv --save numeric", status: 1, "--save numeric", "holds a model"),
    Case("model signs.csv --images q.svg --plot ./q.svg", status: 1, "--images q.svg and --plot ./q.svg", "both"),
    Case("model signs.csv --table q.csv --plot q", status: 1, "--table q.csv and --plot q", "both would write q.csv"),
    Case(
      "model signs.csv --train --save out --model-out out/", status: 1, "--save out and --model-out out/",
      "report.json"),
    Case("model signs.csv --save q.csv --table q.csv", status: 1, "--save q.csv and --table q.csv", "both"),
    Case("model signs.csv --save /proc/x", status: 1, "--save /proc/x", "cannot be written to"),
    Case("model signs.csv --train --model-out /proc/x", status: 1, "--model-out /proc/x", "cannot be written to"),
    Case("model signs.csv --save nowhere", status: 1, "--save nowhere", "a link to"),
    Case("model flat.csv --units range", status: 1, "--units range", "\"b\" is 3 in all 2 samples of flat.csv", "raw"),
    Case("model signs.csv --method fgm --steps 5", "--steps", "--method pga"),
    Case("model signs.csv --box 0..inf", "--box \"0..inf\"", "finite"),
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
    try command.write("a,b,class\n1,3,low\n2,3,high\n", to: "flat.csv")
    for (link, end) in [("link.csv", "signs.csv"), ("linked", "model"), ("nowhere", "missing")] {
      try FileManager.default.createSymbolicLink(
        atPath: command.folder.appendingPathComponent(link).path, withDestinationPath: end)
    }
    try bad.check("attack", in: command)
  }

  @Test func classesOfParity() throws {
    let command = try Command()
    _ = try command.run([
      "fit", "digits", "--target", "parity", "--samples", "100", "--width", "2", "--iterations", "3", "--save", "model",
      "--quiet",
    ])
    try RefusedCommand("model digits", status: 1, "known are even, odd; --target parity").check("attack", in: command)
  }

  /// Outputs beside each other, and beside model and data, are nobody's loss.
  @Test func placesThatAreFree() throws {
    let command = try Command()
    try AttackFixture.writeSigns(to: command.folder)
    let outcome = try command.run([
      "attack", "model", "signs.csv", "--save", "out", "--table", "rows.csv", "--plot", "curve.svg",
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(command.contents == ["curve.csv", "curve.svg", "model", "out", "rows.csv", "signs.csv"])
    // The same again replaces the attack's own files.
    #expect(try command.run(["attack", "model", "signs.csv", "--save", "out", "--table", "rows.csv"]).status == 0)
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
