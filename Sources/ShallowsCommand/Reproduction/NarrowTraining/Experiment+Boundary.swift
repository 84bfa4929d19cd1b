import Shallows

extension Experiment {
  /// Where the KKT point of the constrained problem lies: inside the ball, or on its boundary.
  static let boundary = Experiment(
    name: "boundary", title: "KKT points inside the ball and on its boundary",
    summary: "n = 24, d = 6, m = 10: residual where the ball reaches 1.2 and 0.7 times as far as needed.",
    run: runBoundary, draw: drawBoundary, claims: claimBoundary)

  private struct Task: ExperimentTask {
    let radius: Double
    /// zeta times the radius, in units of c0.
    let reach: Double
    let seed: UInt64
  }

  private struct Figures: Codable, Sendable {
    let loss: Double
    let residual: Double
    let distance: Double
  }

  private static func runBoundary(_ context: ExperimentContext) throws -> Outcome {
    let tasks = [1.2, 0.7].flatMap { reach in
      [0.3, 0.1, 0.03, 0.01].flatMap { radius in
        (0..<context.seeds).map { Task(radius: radius, reach: reach, seed: UInt64($0)) }
      }
    }
    let results = try context.map(tasks) { task -> Figures in
      let data = try gaussianProblem(samples: 24, inputs: 6, seed: task.seed)
      var start = boundarySettings(width: 10, zeta: 1, radius: nil, seed: task.seed)
      start.iterations = 0
      guard let scale = try Fit(start).run(on: data).guarantee["expressivity"]?.measured else {
        throw CommandError("seed \(task.seed): the Jacobian at the start has not full rank")
      }
      let settings = boundarySettings(
        width: 10, zeta: task.reach * scale / task.radius, radius: task.radius, seed: task.seed)
      let result = try Fit(settings).run(on: data)
      // The targets have mean square 1, so |r| / |y| = sqrt(2 loss).
      return Figures(
        loss: result.loss.final, residual: (2 * result.loss.final).squareRoot(),
        distance: result.distanceFromStart / task.radius)
    }
    var rows: [ExperimentRow] = []
    for group in grouped(zip(tasks, results).map { ([$0.reach, $0.radius], $1) }) {
      let series = "reach \(short(group.key[0])) c0"
      let figures: [(String, (Figures) -> Double)] = [
        ("loss", \.loss), ("residual", \.residual), ("distance", \.distance),
      ]
      for (metric, value) in figures {
        rows.append(
          ExperimentRow(panel: "", series: series, metric: metric, x: group.key[1], values: group.values.map(value)))
      }
    }
    let findings = rows.filter { $0.metric == "residual" }.map {
      "\($0.series), eps = \(short($0.x)): |r| / |y| from \(short($0.values.min()!)) to \(short($0.values.max()!)), median \(short($0.median))."
    }
    return Outcome(
      rows: rows, settings: ["n": "24", "d": "6", "m": "10", "weights": "hidden only", "goal": "1e-22"],
      findings: findings)
  }

  private static func drawBoundary(_ rows: [ExperimentRow]) -> [(suffix: String, picture: Picture)] {
    let plot = Plot(
      title: "Residual at the KKT point of the constrained problem",
      subtitle: "n = 24, d = 6, m = 10; median and quartiles over seeds",
      x: Axis("radius eps", scale: .log10), y: Axis("|r| / |y|", scale: .log10),
      series: lines(rows, panel: "", metric: "residual", byMedian: true, floor: 1e-17))
    return [("", .plot(plot))]
  }

  private static func claimBoundary(_ rows: [ExperimentRow]) -> [Claim] {
    func values(_ metric: String, _ series: String, upTo radius: Double) -> [Double] {
      rows.filter { $0.metric == metric && $0.series == series && $0.x <= radius }.flatMap(\.values)
    }
    let inside = values("loss", "reach 1.2 c0", upTo: 0.03)
    let fitted = inside.count { $0 < 1e-20 }
    let residuals = values("residual", "reach 0.7 c0", upTo: 0.03)
    let places = values("distance", "reach 0.7 c0", upTo: 0.03)
    let (low, high) = (residuals.min()!, residuals.max()!)
    return [
      Claim(
        "With zeta eps = 1.2 c0 an interior solution interpolates", source: prototype,
        theirs: "loss below 1e-21 for eps = 0.3 to 0.01, one data set",
        ours: "\(fitted) of \(inside.count) runs with eps <= 0.03 are below 1e-20",
        criterion: "at least nine in ten: c0 is the distance to first order only",
        isMet: Double(fitted) >= 0.9 * Double(inside.count)),
      Claim(
        "With zeta eps = 0.7 c0 the KKT point lies on the boundary, with a residual", source: prototype,
        theirs: "|r| / |y| of 0.08 to 0.10, one data set",
        ours:
          "\(short(low)) to \(short(high)) over data sets, eps <= 0.03; |W - W0| / eps from \(short(places.min()!))",
        criterion: "on the boundary within 1e-6 for every seed, and theirs within our range",
        isMet: places.allSatisfy { abs($0 - 1) < 1e-6 } && low <= 0.10 && high >= 0.08),
    ]
  }
}
