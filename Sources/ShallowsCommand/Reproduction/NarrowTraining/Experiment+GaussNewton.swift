import Shallows

extension Experiment {
  /// Iterations and final loss of Gauss-Newton near the narrowest width, on images.
  static let gaussNewton = Experiment(
    name: "gauss-newton", title: "Gauss-Newton on n images with about 2n/rank neurons",
    summary:
      "Random labels and odd or even; n = 2000 and m = 8 of MNIST by --data, else n = 1000 and m = 34 of the digits.",
    run: runGaussNewton, draw: drawGaussNewton, claims: claimGaussNewton)

  private struct Task: ExperimentTask {
    let labels: String
    let samples: Int
    let width: Int
    let seed: UInt64
  }

  private struct Figures: Codable, Sendable {
    let loss: Double
    let iterations: Int
  }

  private static func runGaussNewton(_ context: ExperimentContext) throws -> Outcome {
    let (opened, digest) = try context.openData()
    let isMNIST = opened.training.inputs.columns == 784 && opened.training.count >= 2000
    let (n, m) = context.quick ? (200, 8) : isMNIST ? (2000, 8) : (1000, 34)
    let tasks = ["random", "parity"].flatMap { labels in
      (0..<context.seeds).map { Task(labels: labels, samples: n, width: m, seed: UInt64($0)) }
    }
    let images = opened.training
    guard let parity = images.parity() else { throw CommandError("the experiment needs labels that are whole numbers") }
    let results = try context.map(tasks, settings: digest) { task -> Figures in
      let data =
        task.labels == "random"
        ? images.prefix(task.samples).withRandomLabels(stream: RandomStream(seed: task.seed).split(UInt64(77)))
        : parity.prefix(task.samples)
      var settings = FitSettings(method: .gaussNewton)
      settings.width = task.width
      settings.seed = task.seed
      settings.iterations = 100
      settings.freeOutputs = false
      settings.checksGuarantee = false
      let result = try Fit(settings).run(on: PreparedData(data))
      return Figures(loss: result.loss.final, iterations: result.iterations)
    }
    var rows: [ExperimentRow] = []
    for group in grouped(zip(tasks, results).map { ($0.labels, $1) }) {
      let panel = "\(opened.training.name), n = \(n), m = \(m)"
      rows.append(
        ExperimentRow(panel: panel, series: group.key, metric: "loss", x: Double(n), values: group.values.map(\.loss)))
      rows.append(
        ExperimentRow(
          panel: panel, series: group.key, metric: "iterations", x: Double(n),
          values: group.values.map { Double($0.iterations) }))
    }
    let findings = ["random", "parity"].map { labels in
      let loss = rows.row("loss", series: labels, x: Double(n))!
      let iterations = rows.row("iterations", series: labels, x: Double(n))!
      return
        "\(loss.panel), \(labels) labels: median loss \(short(loss.median)) after \(short(iterations.median)) iterations; "
        + "\(loss.values.count { $0 <= 1e-12 }) of \(loss.values.count) seeds at most 1e-12."
    }
    return Outcome(
      rows: rows, settings: ["activation": "tanh", "start": "mirrored, zeta 1", "weights": "hidden only"],
      findings: findings)
  }

  private static func drawGaussNewton(_ rows: [ExperimentRow]) -> [(suffix: String, picture: Picture)] {
    let losses = rows.filter { $0.metric == "loss" }
    let series = losses.map { row in
      let iterations = rows.row("iterations", series: row.series, x: row.x)!
      return Series.scatter("\(row.series) labels", zip(iterations.values, row.values).map { Point($0, $1) })
    }
    let plot = Plot(
      title: "Final loss against iterations, Gauss-Newton", subtitle: losses.first?.panel,
      x: Axis("iterations"), y: Axis("final loss", scale: .log10), series: series)
    return [("", .plot(plot))]
  }

  private static func claimGaussNewton(_ rows: [ExperimentRow]) -> [Claim] {
    let cases = [
      (
        "random", "2000 MNIST images with random labels are fitted by eight neurons", "5.7e-17 after 21 iterations",
        25.0
      ),
      ("parity", "2000 MNIST images, odd or even, are fitted by eight neurons", "1.4e-16 after 7 iterations", 10.0),
    ]
    return cases.map { labels, statement, theirs, most in
      guard let loss = rows.row("loss", series: labels, x: 2000),
        let iterations = rows.row("iterations", series: labels, x: 2000)
      else {
        return .notMeasured(statement, source: prototype, theirs: theirs, needs: "needs MNIST: --full --data FOLDER")
      }
      return Claim(
        statement, source: prototype, theirs: theirs,
        ours: "median \(short(loss.median)) after \(short(iterations.median)) iterations, \(loss.values.count) seeds",
        criterion: "median loss at most 1e-12, median of at most \(Int(most)) iterations",
        isMet: loss.median <= 1e-12 && iterations.median <= most)
    }
  }
}
