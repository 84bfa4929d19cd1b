import Shallows

extension Experiment {
  /// Final loss of Gauss-Newton against width, for several sample counts.
  static let cliff = Experiment(
    name: "cliff", title: "The cliff: random labels, Gauss-Newton",
    summary:
      "Final loss against width for n = 500, 1000, 2000 (MNIST by --data, else the digits at n = 250, 500, 1000).",
    run: runCliff, draw: drawCliff)

  private struct Task: Hashable, Sendable {
    let samples: Int
    let width: Int
    let seed: UInt64
  }

  private static func runCliff(_ context: ExperimentContext) throws -> Outcome {
    let all = try Dataset.open(context.data ?? "digits").training
    let full = context.data == nil ? [250, 500, 1000] : [500, 1000, 2000]
    let sizes = context.quick ? [full[0] / 2] : full
    let widths =
      context.quick
      ? [2, 6, 10]
      : context.data == nil ? Array(stride(from: 2, through: 48, by: 2)) : Array(stride(from: 2, through: 12, by: 2))
    let tasks = sizes.flatMap { n in
      widths.flatMap { m in (0..<context.seeds).map { Task(samples: n, width: m, seed: UInt64($0)) } }
    }
    let results = try context.map(tasks) { task in
      let labelled = all.prefix(task.samples).withRandomLabels(stream: RandomStream(seed: task.seed).split(UInt64(77)))
      var settings = FitSettings(method: .gaussNewton)
      settings.width = task.width
      settings.seed = task.seed
      settings.iterations = 60
      settings.freeOutputs = false
      settings.checksGuarantee = false
      let result = try Fit(settings).run(on: PreparedData(labelled))
      return (result.loss.final, result.widthBound)
    }
    var rows: [ExperimentRow] = []
    for group in grouped(zip(tasks, results).map { ([$0.samples, $0.width], $1) }) {
      let (n, m) = (group.key[0], group.key[1])
      let bound = group.values[0].1
      rows.append(
        ExperimentRow(panel: "", series: "n = \(n)", metric: "loss", x: Double(m), values: group.values.map(\.0)))
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
}
