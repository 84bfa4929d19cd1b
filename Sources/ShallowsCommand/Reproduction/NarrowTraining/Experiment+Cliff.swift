import Shallows

extension Experiment {
  /// Final loss of Gauss-Newton against width, for several sample counts.
  static let cliff = Experiment(
    name: "cliff", title: "The cliff: random labels, Gauss-Newton",
    summary:
      "Final loss against width for n = 500, 1000, 2000 (MNIST by --data, else the digits at n = 250, 500, 1000).",
    run: runCliff, draw: drawCliff, claims: claimCliff)

  private struct Task: ExperimentTask {
    let samples: Int
    let width: Int
    let seed: UInt64
  }

  private struct Figures: Codable, Sendable {
    let loss: Double
    let twoNOverD: Double
    let twoNOverRank: Double
  }

  private static func runCliff(_ context: ExperimentContext) throws -> Outcome {
    let (opened, digest) = try context.openData()
    let all = opened.training
    let full = context.data == nil ? [250, 500, 1000] : [500, 1000, 2000]
    let sizes = context.quick ? [full[0] / 2] : full
    let widths =
      context.quick
      ? [2, 6, 10]
      : context.data == nil ? Array(stride(from: 2, through: 48, by: 2)) : Array(stride(from: 2, through: 12, by: 2))
    let tasks = sizes.flatMap { n in
      widths.flatMap { m in (0..<context.seeds).map { Task(samples: n, width: m, seed: UInt64($0)) } }
    }
    let results = try context.map(tasks, settings: digest) { task -> Figures in
      let labelled = all.prefix(task.samples).withRandomLabels(stream: RandomStream(seed: task.seed).split(UInt64(77)))
      var settings = FitSettings(method: .gaussNewton)
      settings.width = task.width
      settings.seed = task.seed
      settings.iterations = 60
      settings.freeOutputs = false
      settings.checksGuarantee = false
      let result = try Fit(settings).run(on: PreparedData(labelled))
      return Figures(
        loss: result.loss.final, twoNOverD: result.widthBound.twoNOverD, twoNOverRank: result.widthBound.twoNOverRank)
    }
    var rows: [ExperimentRow] = []
    for group in grouped(zip(tasks, results).map { ([$0.samples, $0.width], $1) }) {
      let (n, m) = (group.key[0], group.key[1])
      let bound = group.values[0]
      rows.append(
        ExperimentRow(panel: "", series: "n = \(n)", metric: "loss", x: Double(m), values: group.values.map(\.loss)))
      if m == widths[0] {
        rows.append(
          ExperimentRow(panel: "", series: "n = \(n)", metric: "2n/d", x: Double(n), values: [bound.twoNOverD]))
        rows.append(
          ExperimentRow(panel: "", series: "n = \(n)", metric: "2n/rank", x: Double(n), values: [bound.twoNOverRank]))
      }
    }
    let findings = sizes.map { n in
      let loss = rows.filter { $0.series == "n = \(n)" && $0.metric == "loss" }.sorted { $0.x < $1.x }
      let bound = rows.first { $0.series == "n = \(n)" && $0.metric == "2n/rank" }!.mean
      let fitted = loss.first { $0.median <= 1e-12 }.map { "m = \(Int($0.x))" } ?? "none of these widths"
      return
        "n = \(n): 2n/rank = \(short(bound)); the narrowest width with a median loss of at most 1e-12 is \(fitted)."
    }
    return Outcome(
      rows: rows, settings: ["method": "gauss-newton, 60 iterations", "activation": "tanh", "labels": "random +-1"],
      findings: findings)
  }

  private static func drawCliff(_ rows: [ExperimentRow]) -> [(suffix: String, picture: Picture)] {
    var series = lines(rows, panel: "", metric: "loss", byMedian: true)
    for row in rows where row.metric != "loss" {
      series.append(
        .rule(
          .vertical, at: row.mean, label: "\(row.metric), \(row.series)", dashed: row.metric == "2n/d",
          colorOf: row.series))
    }
    let plot = Plot(
      title: "The cliff: random labels, Gauss-Newton", subtitle: "median over seeds, band between quartiles",
      x: Axis("width m"), y: Axis("final loss", scale: .log10), series: series)
    return [("", .plot(plot))]
  }

  private static func claimCliff(_ rows: [ExperimentRow]) -> [Claim] {
    let losses = rows.filter { $0.metric == "loss" }
    var series: [String] = []
    for row in losses where !series.contains(row.series) { series.append(row.series) }
    // The first width tried at or above 2n/rank, for each n.
    let atBound = series.compactMap { name -> ExperimentRow? in
      guard let bound = rows.first(where: { $0.series == name && $0.metric == "2n/rank" })?.mean else { return nil }
      return losses.filter { $0.series == name && $0.x >= bound }.min { $0.x < $1.x }
    }
    var claims = [
      Claim(
        "Width 2n/rank suffices to fit n random labels to machine precision",
        source: "\(zhang), theorem on 2n/d; derived for 2n/rank",
        theirs: "loss zero exists",
        ours: atBound.map {
          "\($0.series), m = \(Int($0.x)): \($0.values.count { $0 <= 1e-12 }) of \($0.values.count) seeds, median \(short($0.median))"
        }.joined(separator: "; "),
        criterion: "Gauss-Newton's median loss at most 1e-12 at the first even width from 2n/rank on, for every n",
        isMet: !atBound.isEmpty && atBound.allSatisfy { $0.median <= 1e-12 })
    ]
    func reference(
      _ statement: String, _ theirs: String, n: Int, m: Double, criterion: String, _ isMet: (ExperimentRow) -> Bool
    ) {
      // d = 784: only MNIST has sample counts of 2000 here.
      guard series.contains("n = 2000"), let row = losses.first(where: { $0.series == "n = \(n)" && $0.x == m }) else {
        return claims.append(
          .notMeasured(statement, source: prototype, theirs: theirs, needs: "needs MNIST: --full --data FOLDER"))
      }
      claims.append(
        Claim(
          statement, source: prototype, theirs: theirs,
          ours:
            "median \(short(row.median)), \(row.values.count { $0 <= 1e-12 }) of \(row.values.count) seeds at most 1e-12",
          criterion: criterion, isMet: isMet(row)))
    }
    reference(
      "MNIST, n = 2000: m = 8, above 2n/rank = 6.5, reaches machine precision", "5.7e-17", n: 2000, m: 8,
      criterion: "median at most 1e-12"
    ) { $0.median <= 1e-12 }
    reference(
      "MNIST, n = 2000: m = 6, below 2n/rank, stalls", "7.5e-4", n: 2000, m: 6, criterion: "median above 1e-6"
    ) { $0.median > 1e-6 }
    reference(
      "MNIST, n = 1000: m = 4, just above 2n/rank = 3.4, stalls with one sample wrong", "5e-4", n: 1000, m: 4,
      criterion: "median within a factor of three of 5e-4"
    ) { $0.median > 5e-4 / 3 && $0.median < 15e-4 }
    return claims
  }
}
