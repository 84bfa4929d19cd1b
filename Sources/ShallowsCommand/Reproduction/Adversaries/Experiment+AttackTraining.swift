import Foundation
import Shallows

extension Experiment {
  /// Accuracies under attack with and without adversarial training.
  static let attackTraining = Experiment(
    name: "attack-training", title: "Plain and adversarial training under attack",
    summary: "Clean, attacked, certified accuracy over eps 0 to 2, trained plainly and at l2 eps 1 (MNIST by --data).",
    seeds: (quick: 1, full: 5), run: runAttackTraining, draw: drawAttackTraining, claims: claimAttackTraining)

  private static let radii = [0, 0.25, 0.5, 1, 1.5, 2.0]
  private static let arms: [(name: String, radius: Double)] = [("plain training", 0), ("adversarial training", 1)]

  private static func runAttackTraining(_ context: ExperimentContext) throws -> Outcome {
    let (source, digest) = try context.openData()
    let parts =
      source.test.map { (training: source.training, test: $0) }
      ?? source.training.split(testFraction: 0.2, stream: RandomStream(seed: 0).split(UInt64(5)))
    let (width, epochs) = context.quick ? (32, 5) : (128, 20)
    let testSamples = context.quick ? 100 : 1000
    let evaluations = context.quick ? 50 : 200
    let brightest = parts.training.inputs.elements.max()!
    let training = RobustClassifier.Images(parts.training, brightest: brightest)
    let test = RobustClassifier.Images(parts.test, brightest: brightest)
    let tasks = arms.flatMap { arm in
      (0..<context.seeds).map {
        RobustClassifier(
          trainingRadius: arm.radius, width: width, epochs: epochs, evaluations: evaluations, testSamples: testSamples,
          radii: radii, seed: UInt64($0))
      }
    }
    let results = try context.map(tasks, settings: digest) { try $0.run(training: training, test: test) }
    var rows: [ExperimentRow] = []
    for (i, arm) in arms.enumerated() {
      let group = results[i * context.seeds..<(i + 1) * context.seeds]
      func add(_ metric: String, _ x: Double, _ value: (RobustClassifier.Result) -> Double) {
        rows.append(
          ExperimentRow(
            panel: source.training.name, series: arm.name, metric: metric, x: x, values: group.map(value)))
      }
      add("training accuracy", 0) { $0.training }
      add("clean accuracy", 0) { $0.clean }
      for (r, radius) in radii.enumerated() {
        add("attacked accuracy", radius) { $0.attacked[r] }
        add("certified accuracy", radius) { $0.certified[r] }
        add("attacked loss", radius) { $0.losses[r] }
      }
      add("converged", radii.last!) { $0.converged }
    }
    return Outcome(
      rows: rows,
      settings: [
        "network": "\(training.inputs.columns) - \(width) tanh - \(training.targets.columns), softmax cross-entropy",
        "training": "Adam, batches of 64, \(epochs) epochs, step 0.002 falling to zero along a cosine; adversarial: "
          + "l2 eps 1, pixels in [0, 1], at most 7 evaluations a sample; the same start and batches",
        "attack": "cross-entropy, from zero and towards two rivals, at most \(evaluations) evaluations each",
        "certified": "radius from interval and linear-relaxation bounds",
        "test": "\(min(testSamples, test.inputs.rows)) inputs of \(parts.test.name)",
      ],
      findings: arms.map { arm in
        func texts(_ metric: String) -> String {
          rows.filter { $0.series == arm.name && $0.metric == metric }
            .map { "\(percentage($0.mean)) at eps \(short($0.x))" }.joined(separator: ", ")
        }
        let training = rows.first { $0.series == arm.name && $0.metric == "training accuracy" }!
        return "\(arm.name): training accuracy \(percentage(training.mean)); attacked accuracy "
          + "\(texts("attacked accuracy")); certified \(texts("certified accuracy"))."
      })
  }

  private static func drawAttackTraining(_ rows: [ExperimentRow]) -> [(suffix: String, picture: Picture)] {
    let panels = ["attacked accuracy", "certified accuracy"].map { metric in
      Plot(
        title: metric, x: Axis("eps"), y: Axis("accuracy", range: 0...1),
        series: lines(rows, panel: rows.panels[0], metric: metric, byMedian: false)
          + [.rule(.vertical, at: 1, label: metric.hasPrefix("attacked") ? "trained at" : nil)])
    }
    return [
      (
        "",
        .grid(
          PlotGrid(
            title: "Plain and adversarial training under attack",
            subtitle: "\(rows.panels[0]), l2; mean and two standard errors over seeds", panels: panels, columns: 2))
      )
    ]
  }

  private static func claimAttackTraining(_ rows: [ExperimentRow]) -> [Claim] {
    func values(_ metric: String, _ arm: Int, _ eps: Double) -> [Double] {
      rows.row(metric, series: arms[arm].name, x: eps)!.values
    }
    func difference(_ metric: String, _ eps: Double) -> SampleSummary {
      SampleSummary(zip(values(metric, 0, eps), values(metric, 1, eps)).map { 100 * ($1 - $0) })
    }
    func points(_ summary: SampleSummary) -> String {
      String(format: "%+.1f +- %.1f points", summary.mean, 2 * summary.standardError)
    }
    func pair(_ metric: String, _ eps: Double) -> String {
      (0..<2).map { percentage(SampleSummary(values(metric, $0, eps)).mean) }.joined(separator: " to ")
    }
    let seeds = values("attacked accuracy", 0, 1).count
    func verdict(_ holds: Bool) -> Claim.Verdict { seeds < 3 ? .inconclusive : holds ? .confirmed : .notConfirmed }
    let attacked = difference("attacked accuracy", 1), certified = difference("certified accuracy", 0.5)
    let clean = difference("clean accuracy", 0)
    let orders = arms.indices.allSatisfy { arm in
      radii.allSatisfy { eps in
        zip(values("certified accuracy", arm, eps), values("attacked accuracy", arm, eps)).allSatisfy { $0 <= $1 }
      }
    }
    return [
      Claim(
        "Adversarial training at l2 eps 1 raises the accuracy under attack at eps 1", source: "derived",
        theirs: "raises it",
        ours: "\(points(attacked)), \(pair("attacked accuracy", 1)); clean accuracy \(points(clean)), "
          + "\(pair("clean accuracy", 0)); \(seeds) seeds, \(rows.panels[0])",
        criterion: "by more than two standard errors over seeds, paired",
        verdict: verdict(attacked.mean > 2 * attacked.standardError)),
      Claim(
        "It raises the certified accuracy at eps 0.5", source: "derived", theirs: "raises it",
        ours: "\(points(certified)), \(pair("certified accuracy", 0.5))",
        criterion: "by more than two standard errors over seeds, paired",
        verdict: verdict(certified.mean > 2 * certified.standardError)),
      Claim(
        "Certified accuracy never exceeds attacked accuracy", source: "by construction", theirs: "never",
        ours: orders ? "never" : "it does", criterion: "every seed and eps", isMet: orders),
    ]
  }
}
