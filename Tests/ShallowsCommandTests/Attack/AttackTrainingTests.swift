import Foundation
import Shallows
import Testing

/// `shallows attack --train`: what it trains, keeps and compares.
@Suite struct AttackTrainingTests {
  @Test func trainingRaisesTheAttackedAccuracy() throws {
    let command = try Command()
    _ = try command.run([
      "fit", "digits", "--method", "adam", "--loss", "softmax", "--width", "16", "--epochs", "20", "--save", "model",
      "--quiet",
    ])
    let arguments = ["attack", "model", "digits", "--epsilon", "0.4", "--samples", "150", "--json"]
    let report = try command.json(arguments + ["--train", "--epochs", "6", "--model-out", "robust"])
    #expect(Set(report.keys) == AttackTests.keys.union(["training", "trainingSeconds"]))
    let training = try #require(report["training"] as? [String: Any])
    #expect(training["samples"] as? Int == 1438 && training["epsilon"] as? Double == 0.4)
    let before = try #require(training["before"] as? [String: Any])
    func attacked(_ report: [String: Any]) throws -> Double {
      try #require((report["summary"] as? [String: Any])?["attackedAccuracy"] as? Double)
    }
    // Twenty points and more, in sight of which the seeds' differences are small.
    #expect(try attacked(report) > attacked(before) + 0.1)
    // What was attacked before is the model; what was attacked after is what was kept.
    let plain = try command.json(arguments)
    #expect(try attacked(plain) == attacked(before))
    // The trained model knows which samples it was not trained on.
    let robust = try command.json(["attack", "robust"] + arguments.dropFirst(2))
    #expect((robust["data"] as? [String: Any])?["part"] as? String == "test")
    let summaries = try [report, robust].map { report in
      try JSONSerialization.data(withJSONObject: #require(report["summary"]), options: [.sortedKeys])
    }
    #expect(summaries[0] == summaries[1])
    let file = try Data(contentsOf: command.folder.appendingPathComponent("robust/report.json"))
    let beside = try #require(JSONSerialization.jsonObject(with: file) as? [String: Any])
    #expect(Set(beside.keys) == ["split", "from", "training", "seconds"])
    #expect((beside["training"] as? [String: Any])?["digest"] as? String == training["digest"] as? String)
    let kept = try FittedModel(from: command.folder.path + "/robust")
    #expect((report["model"] as? [String: Any])?["digest"] as? String == kept.digest)
    // The same seed gives the same weights on any number of threads.
    let again = try command.json(arguments + ["--train", "--epochs", "6", "--jobs", "1"])
    #expect((again["model"] as? [String: Any])?["digest"] as? String == kept.digest)
  }

  @Test(arguments: ["momentum", "sgd", "pgd"]) func otherOptimizersOnATable(_ optimizer: String) throws {
    let command = try Command()
    try AttackFixture.writeNumbers(to: command.folder)
    let report = try command.json([
      "attack", "model", "numbers.csv", "--target", "u,v", "--epsilon", "0.2", "--train", "--optimizer", optimizer,
      "--rate", "0.05", "--batch", "4", "--json",
    ])
    let before = try #require((report["training"] as? [String: Any])?["before"] as? [String: Any])
    func loss(_ report: [String: Any]) throws -> Double {
      try #require((report["summary"] as? [String: Any])?["meanLoss"] as? Double)
    }
    #expect(try loss(report) < loss(before))
  }

  @Test(arguments: [
    (["--epochs", "3"], "--epochs: goes with --train"),
    (["--train", "--epochs", "0"], "--epochs 0: at least 1 is needed"),
    (["--train", "--rate", "nan"], "--rate nan: a positive number is needed"),
    (["--train", "--ratio", "0.1"], "give --epsilon, or --train-epsilon"),
    (["--train", "--model-out", "signs.csv"], "is a file; a folder is needed"),
    (["--train", "--optimizer", "sgd", "--rate", "1e30"], "A smaller --rate"),
  ])
  func badTraining(_ arguments: [String], _ message: String) throws {
    let command = try Command()
    try AttackFixture.writeSigns(to: command.folder)
    let outcome = try command.run(["attack", "model", "signs.csv"] + arguments)
    #expect(outcome.status != 0 && outcome.errors.replacing("\n", with: " ").contains(message), "\(outcome.errors)")
  }
}
