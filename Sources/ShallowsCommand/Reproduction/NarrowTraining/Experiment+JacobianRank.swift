import Shallows

extension Experiment {
  /// The rank of the Jacobian in the hidden weights, at a mirrored start and at one that is not.
  static let jacobianRank = Experiment(
    name: "jacobian-rank", title: "Rank of the Jacobian at the start",
    summary: "n = 60, d = 6, tanh, Gaussian inputs: rank against width, mirrored start and plain LeCun.",
    run: runRank, draw: drawRank, claims: claimRank)

  private struct Task: ExperimentTask {
    let width: Int
    let isMirrored: Bool
    let seed: UInt64
    var start: String { isMirrored ? "mirrored" : "not mirrored" }
  }

  private static let (samples, inputs) = (60, 6)

  private static func runRank(_ context: ExperimentContext) throws -> Outcome {
    let tasks = [true, false].flatMap { mirrored in
      [8, 12, 16, 18, 20, 24].flatMap { m in
        (0..<context.seeds).map { Task(width: m, isMirrored: mirrored, seed: UInt64($0)) }
      }
    }
    let ranks = try context.map(tasks) { task -> Double in
      let shape = TwoLayerShape(inputs: inputs, hidden: task.width, outputs: 1, bias: false)
      let stream = RandomStream(seed: task.seed)
      var random = stream.split(UInt64(1))
      let x: Matrix<Double> = random.normalMatrix(rows: samples, columns: inputs)
      let objective = NetworkObjective(
        shape: shape, activation: .tanh, trainable: .hidden, inputs: x, targets: Matrix(rows: samples, columns: 1))
      let start: Initialization = task.isMirrored ? .mirroredLeCun(zeta: 1) : .leCun
      let parameters: [Double] = try start.parameters(shape, random: stream.split(UInt64(2)))
      let workspace = objective.makeWorkspace()
      var residual = [Double](repeating: 0, count: samples)
      _ = objective.prepare(at: parameters, residual: &residual, workspace: workspace)
      var jacobian = Matrix<Double>(rows: samples, columns: shape.parameterCount)
      jacobian.withMutableView { objective.jacobian(into: $0, workspace: workspace) }
      // Rounding leaves singular values near 1e-16 of the largest; true ones are far above 1e-10 of it.
      let values = try SVD.values(jacobian)
      return Double(values.count { $0 > 1e-10 * values[0] })
    }
    let rows = grouped(zip(tasks, ranks).map { ([$0.start, "\($0.width)"], $1) }).map {
      ExperimentRow(panel: "", series: $0.key[0], metric: "rank", x: Double($0.key[1])!, values: $0.values)
    }
    let findings = ["mirrored", "not mirrored"].map { start in
      "\(start): "
        + rows.filter { $0.series == start }.map {
          "m = \(Int($0.x)): \(Set($0.values).sorted().map(short).joined(separator: ", "))"
        }
        .joined(separator: "; ")
    }
    return Outcome(
      rows: rows, settings: ["n": "\(samples)", "d": "\(inputs)", "activation": "tanh"], findings: findings)
  }

  private static func drawRank(_ rows: [ExperimentRow]) -> [(suffix: String, picture: Picture)] {
    let largest = rows.map(\.x).max() ?? 1
    let corner = Double(2 * samples / inputs)
    let plot = Plot(
      title: "Rank of the Jacobian at the start", subtitle: "n = 60, d = 6, tanh; median over seeds",
      x: Axis("width m"), y: Axis("rank", range: 0...66),
      series: lines(rows, panel: "", metric: "rank", byMedian: true) + [
        .line("min(n, m d / 2)", [Point(0, 0), Point(corner, Double(samples)), Point(largest, Double(samples))])
      ])
    return [("", .plot(plot))]
  }

  private static func claimRank(_ rows: [ExperimentRow]) -> [Claim] {
    [
      (
        "At a mirrored start the Jacobian has rank min(n, m d / 2)", "mirrored",
        [8: 24, 12: 36, 16: 48, 18: 54, 20: 60, 24: 60]
      ),
      ("Without the mirror it has rank min(n, m d)", "not mirrored", [8: 48, 12: 60, 16: 60, 18: 60, 20: 60, 24: 60]),
    ].map { statement, start, theirs in
      let widths = theirs.keys.sorted()
      let ours = widths.map { rows.row("rank", series: start, x: Double($0))?.values ?? [] }
      return Claim(
        "\(statement) (n = 60, d = 6, m = 8, 12, 16, 18, 20, 24)", source: "\(prototype); derived",
        theirs: widths.map { "\(theirs[$0]!)" }.joined(separator: ", "),
        ours: ours.map { Set($0).sorted().map(short).joined(separator: " or ") }.joined(separator: ", ")
          + " over \(ours[0].count) seeds",
        criterion: "equal for every seed",
        isMet: zip(widths, ours).allSatisfy { m, values in
          !values.isEmpty && values.allSatisfy { $0 == Double(theirs[m]!) }
        })
    }
  }
}
