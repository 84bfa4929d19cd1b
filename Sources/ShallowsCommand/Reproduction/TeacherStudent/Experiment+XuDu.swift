import Shallows

extension Experiment {
  /// One ReLU teacher, one or more students.
  static let xuDu = Experiment(
    name: "xu-du", title: "One ReLU neuron, learnt by one or by more",
    summary: "Tail exponents of gradient descent from small starts: n = 1, 2, 4, 8 students, d = 4 and 40.",
    seeds: (quick: 4, full: 16), run: runXuDu, draw: drawXuDu, claims: claimXuDu)

  private static let paper = "Xu, Du, COLT 2023"
  private static let sigma = 0.1

  private static func runXuDu(_ context: ExperimentContext) throws -> Outcome {
    let dimensions = context.quick ? [4] : [4, 40]
    let widths = context.quick ? [1, 2, 4] : [1, 2, 4, 8]
    let tasks = dimensions.flatMap { d in
      widths.flatMap { n in
        RatedStudents.packs(context.seeds) { first, count in
          RatedStudents(
            unit: .relu, dimension: d, teachers: 1, width: n,
            // The start divides by the root of d.
            start: "gaussian=\(sigma * Double(d).squareRoot())", step: 0.05,
            iterations: context.quick ? 30_000 : 1_000_000, loss: 1e-24, students: count, seed: UInt64(first))
        }
      }
    }
    let rows = RatedStudents.rows(tasks, try context.map(tasks) { try $0.run() })
    return Outcome(
      rows: rows,
      settings: [
        "teacher": "one ReLU unit of length 1", "start": "w_j ~ N(0, 0.1^2 I)",
        "method": "gradient descent on the population loss, step 0.05",
        "end": "1e6 iterations (quick 3e4), or L <= 1e-24",
      ], findings: rows.panels.flatMap { rows.tails($0) })
  }

  private static func drawXuDu(_ rows: [ExperimentRow]) -> [(suffix: String, picture: Picture)] {
    [
      (
        "",
        .grid(
          PlotGrid(
            title: "One ReLU neuron, learnt by m", subtitle: "median over starts, band between quartiles",
            panels: rows.panels.map { rows.lossPlot($0) }))
      )
    ]
  }

  private static func claimXuDu(_ rows: [ExperimentRow]) -> [Claim] {
    var claims: [Claim] = []
    for d in [4, 40] {
      let panel = "r = 1, d = \(d)"
      claims.append(
        rows.linearClaim(
          "One student: the loss falls at a linear rate, d = \(d)", panel: panel, width: 1, source: paper, to: 1e-16))
      for n in [2.0, 4, 8] {
        claims.append(
          rows.tailClaim(
            "n = \(Int(n)) students: the loss falls like t^-3, d = \(d)", panel: panel, width: n, theirs: 3,
            source: paper,
            criterion: powerCriterion))
      }
    }
    return claims
  }
}
