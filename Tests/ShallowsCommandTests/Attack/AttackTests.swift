import Foundation
import Shallows
import Testing

/// `shallows attack` as a user has it: what it prints, what it writes, and that it never claims too much.
@Suite struct AttackTests {
  static let keys: Set<String> = [
    "data", "model", "coordinates", "norm", "epsilon", "ratio", "loss", "settings", "summary", "curve", "termination",
    "guarantee", "worst", "seconds", "totalSeconds", "peakMemoryBytes",
  ]

  /// A report without what depends on the time and place of the run, as text.
  static func lasting(_ report: [String: Any]) throws -> String {
    let kept = report.filter { !["seconds", "totalSeconds", "peakMemoryBytes"].contains($0.key) }
    return String(decoding: try JSONSerialization.data(withJSONObject: kept, options: [.sortedKeys]), as: UTF8.self)
  }

  @Test func twoClassesOfOneOutput() throws {
    let command = try Command()
    try AttackFixture.writeSigns(to: command.folder)
    let arguments = ["attack", "model", "signs.csv", "--epsilon", "0.3", "--json", "--per-sample"]
    let report = try command.json(arguments)
    #expect(Set(report.keys) == Self.keys.union(["outcomes"]))
    #expect(report["loss"] as? String == "cross-entropy" && report["epsilon"] as? Double == 0.3)
    let coordinates = try #require(report["coordinates"] as? [String: Any])
    #expect(coordinates["units"] as? String == "standard" && coordinates["box"] is NSNull)
    #expect(coordinates["shift"] as? [Double] == [10, -1] && coordinates["scale"] as? [Double] == [2, 0.5])
    let summary = try #require(report["summary"] as? [String: Any])
    let figures = try ["cleanAccuracy", "attackedAccuracy", "convergedShare"].map { name in
      try #require(summary[name] as? Double, "\(name)")
    }
    #expect(figures[0] == 0.9 && figures[1] < figures[0] && figures[2] == 1)
    let outcomes = try #require(report["outcomes"] as? [[String: Any]])
    #expect(outcomes.count == 30)
    let model = try FittedModel(from: command.folder.path + "/model")
    for (i, outcome) in outcomes.enumerated() {
      let (before, after) = (outcome["cleanClass"] as? String, outcome["attackedClass"] as? String)
      // What was wrong before is no adversarial example, whatever became of it.
      let right = before == outcome["target"] as? String
      let fate = right ? before == after ? "held" : "turned" : "wrong already"
      #expect(outcome["fate"] as? String == fate)
      #expect(try #require(outcome["length"] as? Double) <= 0.3)
      let (clean, loss) = try (#require(outcome["cleanLoss"] as? Double), #require(outcome["loss"] as? Double))
      #expect(loss >= clean)
      // The clean loss is that of the model itself: log(1 + exp(-y f)).
      let z = Matrix([[cos(Double(i)), sin(2 * Double(i))]])
      let y: Double = outcome["target"] as? String == "high" ? 1 : -1
      #expect(abs(clean - log1p(exp(-y * model.network.predict(z)[0, 0]))) < 1e-12)
    }
    #expect(outcomes.contains { $0["fate"] as? String == "turned" })
    #expect(outcomes.contains { $0["fate"] as? String == "wrong already" })
    #expect((summary["turned"] as? Int) == outcomes.count { $0["fate"] as? String == "turned" })
    let worst = try #require(report["worst"] as? [[String: Any]])
    #expect(worst.count == 5 && worst.allSatisfy { $0["fate"] as? String == "turned" })
    #expect(try Self.lasting(report) == Self.lasting(command.json(arguments + ["--jobs", "1"])))
    #expect(command.contents == ["model", "signs.csv"])
  }

  /// Attacked inputs lie within the radius and the box, in the data's units.
  @Test(arguments: PerturbationNorm.allCases) func savedInputsAreWithinTheSet(_ norm: PerturbationNorm) throws {
    let command = try Command()
    try AttackFixture.writeImages(to: command.folder)
    let epsilon = ["l2": 0.4, "linf": 0.15, "l1": 0.9][norm.rawValue]!
    let report = try command.json([
      "attack", "model", "images.npz", "--norm", norm.rawValue, "--epsilon", "\(epsilon)", "--save", "attacked",
      "--images", "worst.svg", "--table", "rows.jsonl", "--json",
    ])
    let files = try FileManager.default.contentsOfDirectory(atPath: command.folder.path + "/attacked")
    #expect(Set(files) == ["report.json", "outcomes.csv", "attacked.npz"])
    #expect(command.contents == ["model", "images.npz", "attacked", "worst.svg", "worst.csv", "rows.jsonl"])
    let archive = try NPZArchive(path: command.folder.path + "/attacked/attacked.npz")
    let (x, clean) = try (archive.array("x"), archive.array("clean"))
    #expect(x.shape == [24, 3, 3] && clean.shape == x.shape)
    for i in 0..<24 {
      let delta = (9 * i..<9 * i + 9).map { (x.values[$0] - clean.values[$0]) / 255 }
      let length = delta.withUnsafeBufferPointer { norm.length($0.baseAddress!, count: 9) }
      // Dividing by 255 and coming back loses a few units of the last digit of values up to 1.
      #expect(length <= epsilon + 1e-14)
    }
    #expect(x.values.allSatisfy { $0 >= 0 && $0 <= 255 })
    #expect(clean.values == (try NPZArchive(path: command.folder.path + "/images.npz").array("x").values))

    // The model itself says of the saved inputs what the report says.
    let predicted = try command.json(["predict", "model", "attacked/attacked.npz", "--json"])
    let summary = try #require(report["summary"] as? [String: Any])
    #expect(predicted["accuracy"] as? Double == summary["attackedAccuracy"] as? Double)
    let lines = String(decoding: try command.read("rows.jsonl"), as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 24)
    let row = try #require(try JSONSerialization.jsonObject(with: Data(lines[3].utf8)) as? [String: Any])
    #expect(row["sample"] as? Int == 4 && row["target"] as? String == "0")
    let csv = try String(contentsOfFile: command.folder.path + "/attacked/outcomes.csv", encoding: .utf8)
    #expect(csv.hasPrefix("sample,radius,target,cleanClass,attackedClass,fate,cleanLoss,loss,"))
    #expect(csv.split(separator: "\n").count == 25)
  }

  @Test func numbersHaveErrorsInTheirOwnUnits() throws {
    let command = try Command()
    try AttackFixture.writeNumbers(to: command.folder)
    let report = try command.json([
      "attack", "model", "numbers.csv", "--target", "u,v", "--norm", "linf", "--json", "--per-sample",
    ])
    #expect(report["loss"] as? String == "squared")
    let summary = try #require(report["summary"] as? [String: Any])
    #expect(summary["cleanAccuracy"] is NSNull && summary["turned"] is NSNull)
    let errors = try #require(summary["rootMeanSquareError"] as? [String: Any])
    let (clean, attacked) = try (#require(errors["clean"] as? Double), #require(errors["attacked"] as? Double))
    #expect(clean > 1 && attacked > clean)
    let predicted = try command.json(["predict", "model", "numbers.csv", "--target", "u,v", "--json"])
    #expect(abs(try #require(predicted["rootMeanSquareError"] as? Double) / clean - 1) < 1e-12)
    let outcomes = try #require(report["outcomes"] as? [[String: Any]])
    let squares = try outcomes.map { try #require($0["error"] as? Double) }.reduce(0) { $0 + $1 * $1 }
    #expect(abs((squares / 24).squareRoot() / attacked - 1) < 1e-12)
  }

  @Test func curvesHoldTheRadiiAskedFor() throws {
    let command = try Command()
    try AttackFixture.writeSigns(to: command.folder)
    let report = try command.json([
      "attack", "model", "signs.csv", "--curve", "0.3,0.1", "--plot", "curve.svg", "--json",
    ])
    let curve = try #require(report["curve"] as? [[String: Any]])
    #expect(curve.map { $0["epsilon"] as? Double } == [0, 0.1, 0.3])
    let shares = try curve.map { try #require($0["attackedAccuracy"] as? Double) }
    #expect(shares == shares.sorted(by: >))
    let summary = try #require(report["summary"] as? [String: Any])
    #expect(shares[0] == summary["cleanAccuracy"] as? Double && shares[2] == summary["attackedAccuracy"] as? Double)
    #expect(command.contents == ["model", "signs.csv", "curve.svg", "curve.csv"])
    let ratios = try command.json(["attack", "model", "signs.csv", "--ratio", "0.2", "--curve", "auto", "--json"])
    let points = try #require(ratios["curve"] as? [[String: Any]])
    #expect(points.count == 7 && points.last?["ratio"] as? Double == 0.2 && ratios["epsilon"] is NSNull)
  }

  @Test func peopleGetFiguresTheWorstAndTheGuarantee() throws {
    let command = try Command()
    try AttackFixture.writeSigns(to: command.folder)
    let outcome = try command.run(["attack", "model", "signs.csv", "--curve", "auto", "--quiet"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    for part in [
      "data      signs: 30 samples, 2 inputs, 2 classes", "(by default)", "were wrong already", "accuracy", "kappa",
      "The worst of those that were right:", "Accuracy under attack", "no test part is known", "[",
    ] { #expect(outcome.output.contains(part), "\(part) in: \(outcome.output)") }
  }

  /// The samples that a fit set aside are found again, and no others.
  @Test func theTestPartOfAFitIsFoundAgain() throws {
    let command = try Command()
    try command.write(classificationTable(), to: "classes.csv")
    let fit = try command.json(["fit", "classes.csv", "--seed", "5", "--width", "24", "--save", "model", "--json"])
    #expect(fit["split"] == nil)
    func attack(_ arguments: String...) throws -> ([String: Any], [String: Any]) {
      let report = try command.json(["attack", "model", "classes.csv", "--json"] + arguments)
      return try (#require(report["data"] as? [String: Any]), #require(report["summary"] as? [String: Any]))
    }
    let (data, summary) = try attack()
    #expect(data["part"] as? String == "test" && data["samples"] as? Int == 12)
    #expect(summary["cleanAccuracy"] as? Double == fit["testAccuracy"] as? Double)
    let (training, trained) = try attack("--part", "training")
    #expect(training["samples"] as? Int == 48)
    #expect(trained["cleanAccuracy"] as? Double == fit["trainAccuracy"] as? Double)
    #expect(try attack("--part", "all").0["samples"] as? Int == 60)
    // The same columns in another order are the same samples; fewer samples are not.
    let rows = classificationTable().split(separator: "\n").map { $0.split(separator: ",", maxSplits: 2) }
    try command.write(rows.map { "\($0[1]),\($0[0]),\($0[2])\n" }.joined(), to: "turned.csv")
    let turned = try command.json(["attack", "model", "turned.csv", "--json"])
    #expect((turned["summary"] as? [String: Any])?["cleanAccuracy"] as? Double == summary["cleanAccuracy"] as? Double)
    try command.write(rows.dropLast().map { $0.joined(separator: ",") + "\n" }.joined(), to: "fewer.csv")
    let fewer = try command.json(["attack", "model", "fewer.csv", "--json"])
    #expect((fewer["data"] as? [String: Any])?["part"] as? String == "all")
  }

  /// A search that would take hours ends at once, also amid an input.
  @Test func interruptionIsPolite() throws {
    let command = try Command()
    _ = try command.json([
      "fit", "digits", "--loss", "softmax", "--method", "adam", "--width", "64", "--epochs", "2", "--save", "model",
      "--json",
    ])
    let (process, out, err) = try command.process([
      "attack", "model", "digits", "--epsilon", "1", "--exact", "--nodes", "1000000000", "--json", "--quiet",
    ])
    defer { for url in [out, err] { try? FileManager.default.removeItem(at: url) } }
    try process.run()
    Thread.sleep(forTimeInterval: 1)
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 130)
    #expect(try Data(contentsOf: out).isEmpty)
    #expect(String(decoding: try Data(contentsOf: err), as: UTF8.self) == "Interrupted.\n")
    #expect(command.contents == ["model"])
  }
}
