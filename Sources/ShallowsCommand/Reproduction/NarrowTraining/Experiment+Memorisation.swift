import Shallows

extension Experiment {
  /// The largest number of random-label samples that m neurons fit to 1e-10.
  static let memorisation = Experiment(
    name: "memorisation", title: "Samples that m neurons memorise",
    summary:
      "The largest n fitted to a loss of 1e-10 by Gauss-Newton, against m; the lines m d / 2 and m d beside it (d = 20).",
    run: runMemorisation, draw: drawMemorisation, claims: claimMemorisation)

  private struct Task: ExperimentTask {
    let width: Int
    let seed: UInt64
  }

  private static let inputs = 20

  private static func runMemorisation(_ context: ExperimentContext) throws -> Outcome {
    let widths = context.quick ? [2, 4] : [2, 4, 6, 8, 12, 16, 20, 24]
    let tasks = widths.flatMap { m in (0..<context.seeds).map { Task(width: m, seed: UInt64($0)) } }
    let largest = try context.map(tasks) { task -> Double in
      let (m, seed) = (task.width, task.seed)
      func fits(_ n: Int) throws -> Bool {
        let data = Synthetic.gaussian(
          samples: n, inputs: inputs, labels: .signs, stream: RandomStream(seed: seed).split(UInt64(55)))
        // A constant target is not a task; so few samples are fitted by any net.
        if Set(data.labels!).count < 2 { return true }
        var settings = FitSettings(method: .gaussNewton)
        settings.width = m
        settings.bias = false
        settings.seed = seed
        settings.goal = 1e-10
        settings.iterations = 100
        settings.freeOutputs = false
        settings.checksGuarantee = false
        return try Fit(settings).run(on: PreparedData(data, bias: false)).loss.final <= 1e-10
      }
      // Bisection: the samples are nested, so a net that fits n fits fewer.
      var (low, high) = (1, m * inputs + 2 * inputs)
      while high - low > 1 {
        let middle = (low + high) / 2
        if try fits(middle) { low = middle } else { high = middle }
      }
      return Double(low)
    }
    let rows = grouped(zip(tasks, largest).map { ($0.width, $1) }).map {
      ExperimentRow(panel: "", series: "Gauss-Newton", metric: "samples", x: Double($0.key), values: $0.values)
    }
    let findings = rows.map {
      "m = \(Int($0.x)): n = \(short($0.mean)) +- \(short(2 * $0.standardError)), \(short($0.mean / ($0.x * Double(inputs) / 2))) of m d / 2."
    }
    return Outcome(
      rows: rows, settings: ["d": "\(inputs)", "goal": "1e-10", "iterations": "100", "bias": "none"], findings: findings
    )
  }

  private static func drawMemorisation(_ rows: [ExperimentRow]) -> [(suffix: String, picture: Picture)] {
    let largest = rows.map(\.x).max() ?? 1
    func line(_ name: String, _ slope: Double) -> Series {
      .line(name, [Point(0, 0), Point(largest, largest * slope)])
    }
    let plot = Plot(
      title: "Samples that m neurons memorise", subtitle: "random labels, d = 20, mean and two standard errors",
      x: Axis("width m"), y: Axis("samples n"),
      series: lines(rows, panel: "", metric: "samples", byMedian: false)
        + [line("m d / 2", Double(inputs) / 2), line("m d", Double(inputs))])
    return [("", .plot(plot))]
  }

  private static func claimMemorisation(_ rows: [ExperimentRow]) -> [Claim] {
    let half = rows.map { $0.mean / ($0.x * Double(inputs) / 2) }
    let whole = rows.map { ($0.mean - 2 * $0.standardError) / ($0.x * Double(inputs)) }
    return [
      Claim(
        "m neurons fit m d / 2 samples: the rank at a mirrored start", source: "\(zhang), 2n/d; derived",
        theirs: "n / (m d / 2) = 1",
        ours: "mean n / (m d / 2) from \(short(half.min()!)) to \(short(half.max()!)) over m = \(Int(rows[0].x)) to "
          + "\(Int(rows.last!.x)), \(rows[0].values.count) seeds",
        criterion: "at least 1 at every width", isMet: half.allSatisfy { $0 >= 1 }),
      Claim(
        "They fit no more samples than they have hidden weights, m d", source: "derived, counting equations",
        theirs: "n / (m d) <= 1", ours: "largest mean less two standard errors: \(short(whole.max()!))",
        criterion: "at most 1 within two standard errors at every width", isMet: whole.allSatisfy { $0 <= 1 }),
    ]
  }
}
