import Shallows

extension Experiment {
  /// Final training loss against width on synthetic data, for four methods, teacher and random labels.
  static let widthSweep = Experiment(
    name: "width-sweep", title: "Final training loss against width on Gaussian inputs",
    summary: "PGD, SGD, Adam and Gauss-Newton; teacher and random labels; d = 20, n = 200 and d = 100, n = 2000.",
    run: runSweep, draw: drawSweep)

  private struct Task: Sendable {
    let samples: Int
    let inputs: Int
    let labels: String
    let method: FitSettings.Method
    let width: Int
    let seed: UInt64
    var key: [String] { ["n = \(samples), d = \(inputs), \(labels) labels", method.rawValue, "\(width)"] }
  }

  private static func runSweep(_ context: ExperimentContext) throws -> Outcome {
    let sizes = context.quick ? [(60, 10)] : [(200, 20), (2000, 100)]
    let epochs = context.quick ? 20 : 300
    var tasks: [Task] = []
    for (n, d) in sizes {
      let bound = 2 * n / d
      let widths =
        context.quick
        ? [bound]
        : [bound / 5, 2 * bound / 5, 3 * bound / 5, 4 * bound / 5, bound, 6 * bound / 5, 2 * bound].map { $0 / 2 * 2 }
      for labels in ["teacher", "random"] {
        for method in [FitSettings.Method.pgd, .sgd, .adam, .gaussNewton] {
          for m in widths {
            // The larger problem repeats fewer seeds: it is there to show that the picture does not change with size.
            for seed in 0..<(n > 500 ? min(context.seeds, 3) : context.seeds) {
              tasks.append(Task(samples: n, inputs: d, labels: labels, method: method, width: m, seed: UInt64(seed)))
            }
          }
        }
      }
    }
    let losses = try context.map(tasks) { task in
      let stream = RandomStream(seed: task.seed).split(UInt64(91))
      let data = Synthetic.gaussian(
        samples: task.samples, inputs: task.inputs,
        labels: task.labels == "random" ? .signs : .teacher(width: 4, noise: 0), stream: stream)
      var settings = FitSettings(method: task.method)
      settings.width = task.width
      settings.bias = false
      settings.seed = task.seed
      settings.iterations = task.method == .gaussNewton ? 60 : epochs
      settings.freeOutputs = false
      settings.checksGuarantee = false
      return try Fit(settings).run(on: PreparedData(data, bias: false)).loss.final
    }
    let rows = grouped(zip(tasks, losses).map { ($0.key, $1) }).map {
      ExperimentRow(panel: $0.key[0], series: $0.key[1], metric: "loss", x: Double($0.key[2])!, values: $0.values)
    }
    let findings = rows.filter { $0.series == "gauss-newton" && $0.median <= 1e-12 }.reduce(into: [String: Double]()) {
      $0[$1.panel] = min($0[$1.panel] ?? .infinity, $1.x)
    }.sorted { $0.key < $1.key }.map {
      "\($0.key): Gauss-Newton interpolates from m = \(Int($0.value)) of the widths tried."
    }
    return Outcome(
      rows: rows,
      settings: [
        "epochs": "\(epochs) full gradients or epochs; Gauss-Newton 60 iterations", "activation": "tanh",
        "bias": "none",
      ],
      findings: findings)
  }

  private static func drawSweep(_ rows: [ExperimentRow]) -> [(suffix: String, picture: Picture)] {
    var panels: [String] = []
    for row in rows where !panels.contains(row.panel) { panels.append(row.panel) }
    func plot(_ panel: String) -> Plot {
      let numbers = panel.split(whereSeparator: { !$0.isNumber }).compactMap { Double($0) }
      return Plot(
        title: panel, x: Axis("width m"), y: Axis("final loss", scale: .log10),
        series: lines(rows, panel: panel, metric: "loss", byMedian: true, floor: 1e-34)
          + [.rule(.vertical, at: 2 * numbers[0] / numbers[1], label: "2n/d", dashed: true)])
    }
    return stride(from: 0, to: panels.count, by: 2).map { i in
      let pair = panels[i..<min(i + 2, panels.count)]
      return (
        i == 0 ? "" : "-large",
        .grid(
          PlotGrid(
            title: "Final training loss against width", subtitle: "median over seeds, band between quartiles",
            panels: pair.map(plot)))
      )
    }
  }
}
