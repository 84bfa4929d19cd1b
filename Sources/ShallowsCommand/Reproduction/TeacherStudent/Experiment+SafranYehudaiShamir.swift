import Shallows

extension Experiment {
  /// The same students, other steps and sizes: how often descent fails.
  static let safranYehudaiShamir = Experiment(
    name: "safran-yehudai-shamir", title: "How often descent misses the global minimum, n = k",
    summary: "Shares of starts that do not reach the global minimum with n = k ReLU students, step 5/k, k = 7..30.",
    seeds: (quick: 100, full: 500), run: runMisses, draw: drawMisses, claims: claimMisses)

  private static let paper = "Safran, Yehudai, Shamir, COLT 2021"
  private static let panel = "n = k, step 5/k"
  private static let percent: [(k: Int, percent: Double)] = [
    (7, 5.4), (8, 11.4), (10, 32.0), (15, 78.0), (20, 94.2), (25, 98.6), (30, 99.6),
  ]

  private static func runMisses(_ context: ExperimentContext) throws -> Outcome {
    let sizes = context.quick ? [7, 8, 10] : percent.map(\.k)
    let tasks = sizes.flatMap { k in
      BasisStudents.batches(
        dimension: k, width: k, step: 5 / Double(k), gradient: 1e-9, loss: nil, students: context.seeds, size: 50)
    }
    let results = try context.map(tasks) { try $0.run(refined: 0) }
    var rows: [ExperimentRow] = []
    for group in grouped(zip(tasks, results).map { ($0.dimension, $1) }) {
      rows += BasisStudents.Ends(joining: group.values).rows(panel: panel, series: panel, dimension: group.key)
    }
    for k in sizes {
      let end = try EndPoint(.identity(k), of: PopulationLoss(unit: .relu, teacher: .identity(k), width: k))
      rows.append(
        ExperimentRow(
          panel: panel, series: "global minimum", metric: "step times curvature", x: Double(k),
          values: [5 / Double(k) * end.spectrum.last!]))
    }
    let stability = rows.filter { $0.metric == "step times curvature" }
    return Outcome(
      rows: rows,
      settings: [
        "teacher": "the standard basis of R^k", "start": "W ~ N(0, 1/d)",
        "method": "gradient descent on L = 1/2 E (f - f*)^2 in closed form, step 5/k",
        "end": "max |2 pi dL/dw| <= 1e-9", "not global": "at rest with L >= 1e-3",
      ],
      findings: [
        rows.places(panel: panel).map { "\(rows.tally(panel: panel, $0)!.percent) at k = \($0)" }
          .joined(separator: ", ") + " of the starts miss the global minimum.",
        "The step must refer to L with the factor 1/2: times the largest curvature at the global minimum it is "
          + stability.map { "\(short($0.mean)) at k = \(short($0.x))" }.joined(separator: ", ")
          + "; without the factor it would be twice that, beyond 2, and no student could rest there.",
      ])
  }

  private static func drawMisses(_ rows: [ExperimentRow]) -> [(suffix: String, picture: Picture)] {
    let plot = Plot(
      title: "Starts that miss the global minimum, n = k",
      subtitle: "gradient descent, step 5/k; 95 % intervals", x: Axis("k"), y: Axis("percent", range: 0...100),
      series: [
        rows.shares(panel: panel),
        .scatter("Safran, Yehudai, Shamir", percent.map { Point(Double($0.k), $0.percent) }),
      ])
    return [("", .plot(plot))]
  }

  private static func claimMisses(_ rows: [ExperimentRow]) -> [Claim] {
    [
      rows.claim(
        "Shares of starts that miss the global minimum, n = k, step 5/k", panel: panel, source: paper, theirs: percent,
        of: 500)
    ]
  }
}
