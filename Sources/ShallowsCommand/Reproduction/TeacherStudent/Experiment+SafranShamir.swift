import Foundation
import Shallows

extension Experiment {
  /// Spurious minima of ReLU students of an orthonormal teacher.
  static let safranShamir = Experiment(
    name: "safran-shamir", title: "Spurious minima of ReLU students of the standard basis",
    summary: "Shares and losses of spurious minima with n = k, k + 1, k + 2 students; 1000 starts for each k = 6..20.",
    seeds: (quick: 200, full: 1000), run: runSafranShamir, draw: drawSafranShamir, claims: claimSafranShamir)

  private static let paper = "Safran, Shamir, ICML 2018"
  private static let files = "\(paper), the authors' result files"
  private static func panel(_ excess: Int) -> String { excess == 0 ? "n = k" : "n = k + \(excess)" }

  /// Percent of 1000, n = k and n = k + 1.
  private static let shares: [[(k: Int, percent: Double)]] = [
    [(6, 0.3), (8, 12.6), (10, 34.6), (11, 45.5), (13, 73.0), (15, 80.3), (17, 89.7), (20, 94.9)],
    [(8, 0.1), (10, 0.1), (11, 0.1), (12, 0.3), (13, 1.5), (15, 10.2), (17, 23.3), (19, 49.1)],
  ]
  private static let losses: [(k: Int, loss: Double)] = [
    (6, 0.025080581), (8, 0.021508037), (10, 0.018702195), (11, 0.017546676), (13, 0.015613154), (15, 0.014063882),
    (17, 0.012796245), (20, 0.011275582),
  ]
  /// Of k = 10.
  private static let second = 0.035326880
  /// 1/4 - 1/(2 pi).
  private static let curvature = 0.0908450569

  /// The printed minimum of k = 6, in four decimals: five neurons, and the one that looks the other way.
  private static let printed = Matrix<Double>(rows: 6, columns: 6) { j, l in
    j == 5 ? (l == 5 ? -0.6015 : 0.2245) : l == j ? 0.9867 : l == 5 ? 0.3080 : -0.0504
  }

  private static func runSafranShamir(_ context: ExperimentContext) throws -> Outcome {
    // n = k goes to the gradient rule, as theirs did. With more students than teachers the loss falls like a power of
    // time, and the rule would take most students to 1e6 steps: these end at L <= 1e-4 too.
    let points: [(k: Int, excess: Int)] =
      context.quick
      ? [(6, 0), (8, 0), (10, 0), (6, 1), (6, 2)] : (0...2).flatMap { e in (6...20).map { ($0, e) } }
    let tasks = points.flatMap { point in
      BasisStudents.batches(
        dimension: point.k, width: point.k + point.excess, step: 0.1, gradient: 1e-9,
        loss: point.excess == 0 ? nil : 1e-4, students: context.seeds, size: 100)
    }
    let results = try context.map(tasks) { try $0.run(refined: 2) }
    var rows: [ExperimentRow] = []
    var smallest: BasisStudents.Ends?
    for group in grouped(zip(tasks, results).map { ([$0.dimension, $0.width], $1) }) {
      let (k, excess) = (group.key[0], group.key[1] - group.key[0])
      let ends = BasisStudents.Ends(joining: group.values)
      rows += ends.rows(panel: panel(excess), series: panel(excess), dimension: k)
      if k == 6 && excess == 0 { smallest = ends }
    }
    rows += try points.filter { $0.excess == 0 }.map { try globalMinimum($0.k) }
    rows += try printedMinimum(smallest!)
    let findings = (0...2).map { excess in
      let name = panel(excess)
      return "\(name): "
        + rows.places(panel: name).map { "\(rows.tally(panel: name, $0)!.percent) at k = \($0)" }
        .joined(separator: ", ") + " spurious."
    }
    return Outcome(
      rows: rows,
      settings: [
        "teacher": "the standard basis of R^k", "start": "W ~ N(0, 1/d)",
        "method": "gradient descent on the population loss in closed form, step 0.1",
        "end": "max |2 pi dL/dw| <= 1e-9; with n > k also at L <= 1e-4, looked at every 16 steps: the loss does not "
          + "rise with this step, so that student is not spurious; to the gradient rule it would take 1e6 steps",
        "spurious": "at rest with L >= 1e-3", "refined": "the two lowest losses of each batch, by Newton's method",
      ], findings: findings)
  }

  /// The Hessian's smallest and largest eigenvalue where the students are the teacher's units.
  private static func globalMinimum(_ k: Int) throws -> ExperimentRow {
    let end = try EndPoint(.identity(k), of: PopulationLoss(unit: .relu, teacher: .identity(k), width: k))
    return ExperimentRow(
      panel: panel(0), series: "global minimum", metric: "smallest eigenvalue", x: Double(k),
      values: [end.smallestEigenvalue])
  }

  /// How far Newton's method carries the printed minimum, and whether a student came to rest there, up to permutation.
  private static func printedMinimum(_ ends: BasisStudents.Ends) throws -> [ExperimentRow] {
    let loss = PopulationLoss(unit: .relu, teacher: .identity(6), width: 6)
    let refined = try EndPoint(refining: printed, of: loss)
    let moved = zip(refined.weights.elements, printed.elements).map { abs($0 - $1) }.max()!
    let found = try ends.lowest.filter { end in
      let own = try EndPoint(Matrix(rows: 6, columns: 6, elements: end.weights), of: loss)
      return EndPointClass.classes(of: [refined, own], teacher: .basis(6, unit: .relu)).count == 1
    }
    func row(_ metric: String, _ value: Double) -> ExperimentRow {
      ExperimentRow(panel: panel(0), series: "printed minimum", metric: metric, x: 6, values: [value])
    }
    return [
      row("moved", moved), row("loss", refined.loss), row("smallest eigenvalue", refined.smallestEigenvalue),
      row("found", Double(found.count)),
    ]
  }

  private static func drawSafranShamir(_ rows: [ExperimentRow]) -> [(suffix: String, picture: Picture)] {
    let names = (0...2).map(panel).filter { rows.panels.contains($0) }
    let lowest = rows.filter { $0.metric == "refined losses" && $0.panel == panel(0) }.sorted { $0.x < $1.x }
    let share = Plot(
      title: "Students in spurious minima", x: Axis("k"), y: Axis("percent", range: 0...100),
      series: names.map { rows.shares(panel: $0) }
        + [.scatter("Safran and Shamir", shares.flatMap { $0 }.map { Point(Double($0.k), $0.percent) })])
    let loss = Plot(
      title: "Lowest spurious loss, n = k", x: Axis("k"), y: Axis("L"),
      series: [
        .line(panel(0), lowest.map { Point($0.x, $0.values[0]) }),
        .scatter("Safran and Shamir", losses.map { Point(Double($0.k), $0.loss) }),
      ])
    return [
      (
        "",
        .grid(
          PlotGrid(
            title: "ReLU students of the standard basis of R^k", subtitle: "95 % intervals; gradient descent, step 0.1",
            panels: [share, loss], sharesY: false))
      )
    ]
  }

  private static func claimSafranShamir(_ rows: [ExperimentRow]) -> [Claim] {
    var claims = [
      rows.claim(
        "Shares of starts that end in spurious minima, n = k", panel: panel(0), source: files, theirs: shares[0],
        of: 1000),
      rows.claim(
        "Shares of starts that end in spurious minima, n = k + 1", panel: panel(1), source: files, theirs: shares[1],
        of: 1000),
    ]
    let two = rows.places(panel: panel(2)).map { rows.tally(panel: panel(2), $0)! }
    let spurious = two.reduce(0) { $0 + $1.hits }
    claims.append(
      Claim(
        "With two students more than teachers no start is lost", source: files, theirs: "none, n = k + 2",
        ours: "\(spurious) of \(two.reduce(0) { $0 + $1.of }), k = "
          + rows.places(panel: panel(2)).map { "\($0)" }.joined(separator: ", "),
        criterion: "no difference from none of 1000 at any k beyond three standard errors (Newcombe's interval)",
        isMet: !two.isEmpty && two.allSatisfy { $0.agrees(with: Tally(hits: 0, of: 1000)) }))
    claims.append(claimLosses(rows))
    claims.append(claimSecond(rows))
    let global = rows.filter { $0.series == "global minimum" }
    let error = global.map { abs($0.mean - curvature) }.max()!
    claims.append(
      Claim(
        "The Hessian at the global minimum, n = k, has the smallest eigenvalue 1/4 - 1/(2 pi)", source: paper,
        theirs: "0.0908450569",
        ours: "within \(short(error)) at k = " + global.map { short($0.x) }.joined(separator: ", "),
        criterion: "within 1e-10 at every k", isMet: error < 1e-10))
    func printed(_ metric: String) -> Double { rows.row(metric, series: "printed minimum", x: 6)!.mean }
    claims.append(
      Claim(
        "k = 6 has a strict spurious minimum: five neurons (.9867, .3080, four -.0504), one (five .2245, -.6015)",
        source: files, theirs: "loss 0.025080581",
        ours: "Newton moves it by \(short(printed("moved"))) to a loss of \(decimals(printed("loss"))), smallest "
          + "eigenvalue \(short(printed("smallest eigenvalue"))); "
          + (printed("found") == 1 ? "one of our students ended there, up to permutation" : "no student ended there"),
        criterion: "moved by less than 5e-5, a positive spectrum, the end of one of our students up to permutation",
        isMet: printed("moved") < 5e-5 && printed("smallest eigenvalue") > 0 && printed("found") == 1))
    return claims
  }

  private static func claimLosses(_ rows: [ExperimentRow]) -> Claim {
    let statement = "The lowest spurious losses, n = k; each a strict minimum"
    let theirs = losses.map { "\($0.k): \(decimals($0.loss))" }.joined(separator: ", ")
    let ours = losses.compactMap { place -> (k: Int, difference: Double, row: ExperimentRow)? in
      rows.row("refined losses", panel: panel(0), x: Double(place.k)).map {
        (place.k, abs($0.values[0] - place.loss), $0)
      }
    }
    guard !ours.isEmpty else {
      return .notMeasured(statement, source: files, theirs: theirs, needs: "needs more students: none was spurious")
    }
    let strict = ours.allSatisfy {
      rows.row("refined strict minima", panel: panel(0), x: Double($0.k))?.values[0] == 1
    }
    let gradient = ours.compactMap { rows.row("refined gradients", panel: panel(0), x: Double($0.k))?.values[0] }.max()!
    return Claim(
      statement, source: files, theirs: theirs,
      ours: ours.map { "\($0.k): \(decimals($0.row.values[0]))" }.joined(separator: ", ")
        + "; gradients below \(short(gradient)), \(strict ? "all strict" : "not all strict")",
      criterion: "within 1e-8, seven digits, after Newton's method; positive spectra",
      isMet: strict && ours.allSatisfy { $0.difference < 1e-8 })
  }

  private static func claimSecond(_ rows: [ExperimentRow]) -> Claim {
    let statement = "k = 10: the second class of spurious minima"
    guard let row = rows.row("refined losses", panel: panel(0), x: 10), row.values.count > 1 else {
      return .notMeasured(statement, source: files, theirs: decimals(second), needs: "needs more students at k = 10")
    }
    return Claim(
      statement, source: files, theirs: decimals(second), ours: decimals(row.values[1]), criterion: "within 1e-8",
      isMet: abs(row.values[1] - second) < 1e-8)
  }

  /// Nine decimals, as the published losses have them.
  private static func decimals(_ x: Double) -> String { String(format: "%.9f", x) }
}
