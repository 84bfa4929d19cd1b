import Shallows

extension Experiment {
  /// How far from the start the interpolating weights lie, in units of the linearised problem's distance.
  static let distance = Experiment(
    name: "distance", title: "Distance to the interpolating weights against the size of the output weights",
    summary: "zeta |W - W0| / c0 tends to one as zeta grows (n = 60, d = 6, m = 24).",
    run: runDistance, draw: drawDistance, claims: claimDistance)

  private struct Task: ExperimentTask {
    let zeta: Double
    let seed: UInt64
  }

  private static func runDistance(_ context: ExperimentContext) throws -> Outcome {
    let tasks = [1.0, 3, 10, 30, 100, 300, 1000].flatMap { zeta in
      (0..<context.seeds).map { Task(zeta: zeta, seed: UInt64($0)) }
    }
    let ratios = try context.map(tasks) { task -> Double in
      let data = try gaussianProblem(samples: 60, inputs: 6, seed: task.seed)
      let result = try Fit(boundarySettings(width: 24, zeta: task.zeta, radius: nil, seed: task.seed)).run(on: data)
      // Expressivity reports c0 / zeta.
      guard let reach = result.guarantee["expressivity"]?.measured else { return .nan }
      return result.distanceFromStart / reach
    }
    let rows = grouped(zip(tasks, ratios).map { ($0.zeta, $1) }).map {
      ExperimentRow(panel: "", series: "Gauss-Newton", metric: "ratio", x: $0.key, values: $0.values)
    }
    return Outcome(
      rows: rows, settings: ["n": "60", "d": "6", "m": "24", "weights": "hidden only"],
      findings: rows.map {
        "zeta = \(short($0.x)): zeta |W - W0| / c0 = \(short($0.mean)), \(short($0.values.min()!)) to \(short($0.values.max()!))."
      })
  }

  private static func drawDistance(_ rows: [ExperimentRow]) -> [(suffix: String, picture: Picture)] {
    let plot = Plot(
      title: "Distance to the interpolating weights",
      subtitle: "n = 60, d = 6, m = 24; median and quartiles over seeds",
      x: Axis("zeta, the size of the output weights", scale: .log10), y: Axis("zeta |W - W0| / c0"),
      series: lines(rows, panel: "", metric: "ratio", byMedian: true).map { Series(nil, mark: $0.mark) } + [
        .rule(.horizontal, at: 1)
      ])
    return [("", .plot(plot))]
  }

  private static func claimDistance(_ rows: [ExperimentRow]) -> [Claim] {
    let last = rows.max { $0.x < $1.x }!
    let error = last.values.map { abs($0 - 1) }.max()!
    return [
      Claim(
        "zeta |W - W0| tends to a constant, c0, as zeta grows", source: "\(prototype); derived", theirs: "a constant",
        ours: "at zeta = \(short(last.x)) it is c0 within \(short(error)), \(last.values.count) seeds",
        criterion: "within 0.01 of c0 for every seed: the correction falls like 1/zeta", isMet: error < 0.01)
    ]
  }

  /// Gauss-Newton on the hidden weights alone, without a constant input, to the last digit.
  static func boundarySettings(width: Int, zeta: Double, radius: Double?, seed: UInt64) -> FitSettings {
    var settings = FitSettings(method: .gaussNewton)
    settings.width = width
    settings.bias = false
    settings.initialization = .mirroredLeCun(zeta: zeta)
    settings.region = radius.map { .init(radius: $0) }
    settings.freeOutputs = false
    settings.goal = 1e-22
    settings.iterations = 400
    settings.seed = seed
    return settings
  }
}
