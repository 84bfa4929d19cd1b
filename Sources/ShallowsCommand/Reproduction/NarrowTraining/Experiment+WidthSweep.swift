import Shallows

extension Experiment {
  /// Final training loss against width on synthetic data, for four methods, teacher and random labels.
  static let widthSweep = Experiment(
    name: "width-sweep", title: "Final training loss against width on Gaussian inputs",
    summary: "PGD, SGD, Adam and Gauss-Newton; teacher and random labels; d = 20, n = 200 and d = 100, n = 2000.",
    run: runSweep, draw: drawSweep, claims: claimSweep)

  private struct Task: ExperimentTask {
    let samples: Int
    let inputs: Int
    let labels: String
    let method: FitSettings.Method
    let width: Int
    let iterations: Int
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
              tasks.append(
                Task(
                  samples: n, inputs: d, labels: labels, method: method, width: m,
                  iterations: method == .gaussNewton ? 60 : epochs, seed: UInt64(seed)))
            }
          }
        }
      }
    }
    let losses = try context.map(tasks) { task -> Double in
      let stream = RandomStream(seed: task.seed).split(UInt64(91))
      let data = Synthetic.gaussian(
        samples: task.samples, inputs: task.inputs,
        labels: task.labels == "random" ? .signs : .teacher(width: 4, noise: 0), stream: stream)
      var settings = FitSettings(method: task.method)
      settings.width = task.width
      settings.bias = false
      settings.seed = task.seed
      settings.iterations = task.iterations
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
    let panels = rows.panels
    func plot(_ panel: String) -> Plot {
      Plot(
        title: panel, x: Axis("width m"), y: Axis("final loss", scale: .log10),
        series: lines(rows, panel: panel, metric: "loss", byMedian: true, floor: 1e-34)
          + [.rule(.vertical, at: bound(panel), label: "2n/d", dashed: true)])
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

  /// 2n/d, read off a panel's title.
  private static func bound(_ panel: String) -> Double {
    let numbers = panel.split(whereSeparator: { !$0.isNumber }).compactMap { Double($0) }
    return 2 * numbers[0] / numbers[1]
  }

  private static func claimSweep(_ rows: [ExperimentRow]) -> [Claim] {
    let wide = rows.filter { $0.series == "gauss-newton" && $0.x >= bound($0.panel) }
    let fitted = wide.flatMap(\.values)
    // Narrow nets: below the bound. Places are pairs of a panel and a width, with the same seeds for both methods.
    let places = rows.filter { $0.series == "pgd" && $0.x < bound($0.panel) }.compactMap { pgd in
      rows.row("loss", panel: pgd.panel, series: "sgd", x: pgd.x).map { (pgd: pgd, sgd: $0) }
    }
    let better = places.filter { $0.pgd.median < $0.sgd.median }
    let pairs = places.flatMap { zip($0.pgd.values, $0.sgd.values) }
    return [
      Claim(
        "Width 2n/d suffices for a global minimiser of zero loss", source: "\(zhang), theorem on expressivity",
        theirs: "loss zero exists",
        ours: "Gauss-Newton below 1e-12 in \(fitted.count { $0 <= 1e-12 }) of \(fitted.count) runs with m >= 2n/d",
        criterion: "every seed at every width tried", isMet: !fitted.isEmpty && fitted.allSatisfy { $0 <= 1e-12 }),
      Claim(
        "Projected gradient descent trains narrow nets better than SGD, synthetic data",
        source: "\(zhang), experiments",
        theirs: "lower training loss (their steps and radii are not known)",
        ours: places.isEmpty
          ? "no width below 2n/d was run"
          : "lower median at \(better.count) of \(places.count) widths below 2n/d, lower in \(pairs.count { $0 < $1 }) of "
            + "\(pairs.count) pairs of runs; the region is our reconstruction",
        criterion: "lower median at more than half of the widths below 2n/d",
        verdict: places.isEmpty ? .inconclusive : 2 * better.count > places.count ? .confirmed : .notConfirmed),
    ]
  }
}
