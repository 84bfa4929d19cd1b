import Foundation
import Testing

@Suite struct FitTests {
  static func expectSchema(_ report: [String: Any]) throws {
    let data = try #require(report["data"] as? [String: Any])
    for key in ["samples", "inputs", "outputs", "rank"] { #expect(data[key] is Int, "data.\(key)") }
    for key in ["width", "iterations", "seed"] { #expect(report[key] is Int, "\(key)") }
    let bound = try #require(report["widthBound"] as? [String: Any])
    for key in ["twoNOverD", "twoNOverRank"] { #expect(bound[key] is Double, "widthBound.\(key)") }
    #expect(report["method"] is String)
    let end = try #require(report["termination"] as? [String: Any])
    #expect(["converged", "stopped", "failed"].contains(end["kind"] as? String))
    #expect(end["message"] is String)
    let loss = try #require(report["loss"] as? [String: Any])
    for key in ["initial", "final"] { #expect(loss[key] is Double, "loss.\(key)") }
    for key in ["distanceFromStart", "seconds"] { #expect(report[key] is Double, "\(key)") }
    // These are there even where they are null.
    for key in ["trainAccuracy", "testAccuracy"] { #expect(report.keys.contains(key), "\(key)") }
    let guarantee = try #require(report["guarantee"] as? [[String: Any]])
    #expect(guarantee.count >= 4)
    for check in guarantee {
      for key in ["name", "statement", "source"] { #expect(check[key] is String, "guarantee.\(key)") }
      for key in ["measured", "bound"] { #expect(check.keys.contains(key), "guarantee.\(key)") }
      #expect(["holds", "fails", "vacuous"].contains(check["verdict"] as? String))
    }
  }

  @Test func classificationFromFitToPrediction() throws {
    let command = try Command()
    try command.write(classificationTable(), to: "classes.csv")
    try command.write(classificationTable(target: false), to: "bare.csv")
    let report = try command.json(["fit", "classes.csv", "--test", "0", "--save", "model", "--json"])
    try Self.expectSchema(report)
    #expect(report["trainAccuracy"] as? Double == 1)
    #expect(report["testAccuracy"] is NSNull)
    #expect(command.contents == ["classes.csv", "bare.csv", "model"])
    let files = try FileManager.default.contentsOfDirectory(atPath: command.folder.path + "/model")
    #expect(Set(files) == ["model.safetensors", "config.json", "report.json", "loss.svg", "loss.csv"])

    let known = try command.run(["predict", "model", "classes.csv"])
    let bare = try command.run(["predict", "model", "bare.csv"])
    #expect((known.status, bare.status) == (0, 0))
    #expect(known.errors.contains("100.00 % of 60 correct"))
    #expect(bare.errors == "")
    #expect(known.output == bare.output)
    // The fit was exact, so the predictions are the file's own third column.
    let wanted = classificationTable().split(separator: "\n").map { $0.split(separator: ",", maxSplits: 2)[2] }
    #expect(known.output.split(separator: "\n") == wanted)
    let names = try command.json(["predict", "model", "bare.csv", "--json"])["predictions"] as? [String]
    #expect(names?.count == 60)
    #expect(names?[2].hasPrefix("a \"quoted\", wide name") == true)
  }

  @Test func regressionFromFitToPrediction() throws {
    let command = try Command()
    try command.write(regressionTable(), to: "good.csv")
    try command.write(regressionTable(target: false), to: "bare.csv")
    let report = try command.json(["fit", "good.csv", "--width", "30", "--test", "0", "--save", "model", "--json"])
    try Self.expectSchema(report)
    #expect(report["trainAccuracy"] is NSNull)
    #expect(report["testAccuracy"] is NSNull)

    let known = try command.run(["predict", "model", "good.csv"])
    let bare = try command.run(["predict", "model", "bare.csv"])
    #expect((known.status, bare.status) == (0, 0))
    #expect(known.output == bare.output)
    #expect(known.errors.contains("root mean square error"))
    // The loss falls to 1e-16 in units of the targets' variance of about 10: errors of 1e-6 at most.
    for (line, i) in zip(known.output.split(separator: "\n").dropFirst(), 1...30) {
      #expect(abs(try #require(Double(line)) - (Double(i * 7 % 11) + 0.5)) < 1e-6)
    }
  }

  /// The model goes by the names of the columns, not by where they stand.
  @Test func columnsAreFoundByName() throws {
    let command = try Command()
    try command.write(regressionTable(), to: "good.csv")
    let rows = regressionTable().split(separator: "\n").map { $0.split(separator: ",") }
    try command.write(rows.map { "\($0[1]),\($0[2]),\($0[0])" }.joined(separator: "\n"), to: "turned.csv")
    try command.write(rows.prefix(2).map { $0.joined(separator: ",") }.joined(separator: "\n"), to: "single.csv")
    _ = try command.json(["fit", "good.csv", "--target", "a", "--width", "8", "--save", "model", "--json"])
    let straight = try command.run(["predict", "model", "good.csv"])
    let turned = try command.run(["predict", "model", "turned.csv"])
    let single = try command.run(["predict", "model", "single.csv"])
    #expect((straight.status, turned.status, single.status) == (0, 0, 0))
    #expect(straight.output.hasPrefix("a\n"))
    #expect(straight.output == turned.output)
    #expect(straight.errors == turned.errors)
    #expect(straight.output.hasPrefix(single.output))
  }

  @Test func twoRowsAreEnough() throws {
    let command = try Command()
    try command.write("a,y\n1,2\n2,5\n", to: "two.csv")
    let report = try command.json(["fit", "two.csv", "--json"])
    #expect((report["loss"] as? [String: Any])?["final"] as? Double ?? 1 <= 1e-16)
  }

  @Test func softmaxIsUnderstood() throws {
    let command = try Command()
    try command.write(classificationTable(), to: "classes.csv")
    let report = try command.json(
      ["fit", "classes.csv", "--method", "pgd", "--loss", "softmax", "--width", "4", "--iterations", "5", "--json"])
    #expect(report["objective"] as? String == "softmaxCrossEntropy")
  }

  @Test func asciiTerminalsGetASCII() throws {
    let command = try Command()
    try command.write(regressionTable(), to: "good.csv")
    let outcome = try command.run(
      ["fit", "good.csv", "--width", "4", "--iterations", "3"], environment: ["LC_ALL": "C", "NO_COLOR": "1"])
    #expect(outcome.status == 0)
    #expect(outcome.output.utf8.allSatisfy { $0 < 128 && ($0 >= 32 || $0 == 10) })
  }
}
