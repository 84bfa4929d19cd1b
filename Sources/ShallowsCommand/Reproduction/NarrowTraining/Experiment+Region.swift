import Shallows

extension Experiment {
  /// How often unconstrained iterates leave the ball in which the Jacobian keeps full rank.
  static let region = Experiment(
    name: "region", title: "Unconstrained runs that leave the region of full rank",
    summary: "The share of runs whose largest |W - W0| exceeds sigma_min(J(W0)) / C; Gaussian inputs, n = 60, d = 10.",
    run: runRegion, draw: drawRegion, claims: claimRegion)

  private struct Task: ExperimentTask {
    let method: FitSettings.Method
    let width: Int
    let zeta: Double
    let seed: UInt64
    var key: [String] { ["zeta = \(short(zeta))", method.rawValue, "\(width)"] }
  }

  private static func runRegion(_ context: ExperimentContext) throws -> Outcome {
    let widths = context.quick ? [16] : [12, 16, 24, 32, 64]
    let methods: [FitSettings.Method] = [.sgd, .adam, .gaussNewton]
    let tasks = [1.0, 100].flatMap { zeta in
      methods.flatMap { method in
        widths.flatMap { m in
          (0..<context.seeds).map { Task(method: method, width: m, zeta: zeta, seed: UInt64($0)) }
        }
      }
    }
    let results = try context.map(tasks) { task -> [Double] in
      let data = Synthetic.gaussian(
        samples: 60, inputs: 10, labels: .signs, stream: RandomStream(seed: task.seed).split(UInt64(33)))
      var settings = FitSettings(method: task.method)
      settings.width = task.width
      settings.bias = false
      settings.seed = task.seed
      settings.initialization = .mirroredLeCun(zeta: task.zeta)
      settings.trainable = .hidden
      settings.freeOutputs = false
      settings.iterations = task.method == .gaussNewton ? 60 : 200
      settings.goal = 1e-10
      // Adam's steps do not shrink with the curvature as the others' do.
      if task.method == .adam { settings.step = 0.01 / task.zeta }
      let result = try Fit(settings).run(on: PreparedData(data, bias: false))
      let farthest = result.guarantee["region"]!.measured ?? .infinity
      // sigma_min - C farthest is the check's measured value: negative once the iterates are beyond sigma_min / C.
      let left = (result.guarantee["jacobian-ball"]?.measured ?? -1) < 0
      return [left ? 1 : 0, farthest, result.loss.final]
    }
    var rows: [ExperimentRow] = []
    for group in grouped(zip(tasks, results).map { ($0.key, $1) }) {
      for (i, metric) in ["share that leaves", "farthest", "loss"].enumerated() {
        rows.append(
          ExperimentRow(
            panel: group.key[0], series: group.key[1], metric: metric, x: Double(group.key[2])!,
            values: group.values.map { $0[i] }))
      }
    }
    let findings = rows.filter { $0.metric == "share that leaves" }.map {
      "\($0.panel), \($0.series), m = \(Int($0.x)): \(short(100 * $0.mean)) % of runs leave."
    }
    return Outcome(
      rows: rows, settings: ["n": "60", "d": "10", "labels": "random +-1", "weights": "hidden only"], findings: findings
    )
  }

  private static func drawRegion(_ rows: [ExperimentRow]) -> [(suffix: String, picture: Picture)] {
    let plots = rows.panels.map { panel in
      Plot(
        title: panel, x: Axis("width m", scale: .log2), y: Axis("share that leaves", range: 0...1),
        series: lines(rows, panel: panel, metric: "share that leaves", byMedian: false))
    }
    return [("", .grid(PlotGrid(title: "Unconstrained runs that leave the region of full rank", panels: plots)))]
  }

  private static func claimRegion(_ rows: [ExperimentRow]) -> [Claim] {
    let shares = rows.filter { $0.metric == "share that leaves" }
    let small = shares.filter { $0.panel == "zeta = 1" }
    let widest = shares.map(\.x).max()!
    let large = shares.filter { $0.panel == "zeta = 100" && $0.x == widest }
    return [
      Claim(
        "Unconstrained training leaves the region where full rank is certain, so a constraint is needed",
        source: "\(zhang), motivation; bound derived", theirs: "leaves",
        ours:
          "at zeta = 1 at least \(short(100 * small.map(\.mean).min()!)) % of the runs of each method and width leave",
        criterion: "more than half of the runs of every method at every width",
        isMet: small.allSatisfy { $0.mean > 0.5 }),
      Claim(
        "With large output weights wide nets stay inside by themselves", source: "derived: the way is c0 / zeta",
        theirs: "stay",
        ours: "at zeta = 100, m = \(Int(widest)): \(short(100 * large.map(\.mean).max()!)) % of runs leave",
        criterion: "none at m = 64, any method",
        verdict: widest < 64 ? .inconclusive : large.allSatisfy { $0.mean == 0 } ? .confirmed : .notConfirmed),
    ]
  }
}
