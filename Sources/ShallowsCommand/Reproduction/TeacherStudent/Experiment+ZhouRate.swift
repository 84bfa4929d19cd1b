import Foundation
import Shallows

extension Experiment {
  /// How the loss of over-parameterised students falls, and how large its gradient stays.
  static let zhouRate = Experiment(
    name: "zhou-rate", title: "How the loss falls near the teacher, and that the width does not matter",
    summary: "Tail exponents, |grad|/L and T eps eta/(r w_max) of gradient descent, r = 1 and 3, m = r..32, abs units.",
    seeds: (quick: 4, full: 16), run: runRate, draw: drawRate, claims: claimRate)

  private static let start = "near=0.3"
  private static let prototypeRate = "reference prototype, other starts"

  private static func runRate(_ context: ExperimentContext) throws -> Outcome {
    let sizes: [(r: Int, widths: [Int])] =
      context.quick ? [(1, [1, 2, 4]), (3, [3, 9])] : [(1, [1, 2, 4, 8, 16, 32]), (3, [3, 6, 9, 18, 32])]
    var tasks: [RatedStudents] = []
    for (r, widths) in sizes {
      // A quarter of 1/(r w_max): w_max = 1 for one teacher, at most 1.5 for three.
      let step = r == 1 ? 0.25 : 0.25 / (3 * RatedStudents.norms.upperBound)
      for m in widths {
        tasks += RatedStudents.packs(context.seeds) { first, count in
          RatedStudents(
            unit: .abs, dimension: 5, teachers: r, width: m, start: start, step: step,
            iterations: context.quick ? 30_000 : 1_000_000, loss: 1e-24, students: count, seed: UInt64(first))
        }
      }
    }
    let rows = RatedStudents.rows(tasks, try context.map(tasks) { try $0.run() })
    return Outcome(
      rows: rows,
      settings: [
        "teacher": "in R^5; r = 1: one unit of length 1; r = 3: angles of at least 60 degrees, lengths 0.5 to 1.5",
        "start": "\(start): students share out the teacher's units, lengths times e^(0.3 g), turned by 0.3 g radians. "
          + "The local regime is the theorem's; students of algorithm 1 begin with most lengths at zero, where they "
          + "stay, so m would not be their number",
        "method": "gradient descent on the population loss, eta = 1/(4 r w_max), with 1.5 for w_max at r = 3; at "
          + "1/(r w_max) one student of one teacher could not rest, its curvature being 4 w_max",
        "end": "1e6 iterations (quick 3e4), or L <= 1e-24",
      ], findings: rows.panels.flatMap { rows.tails($0) + constants(rows, $0) })
  }

  /// The bounds of theorem 5 are on T L; what multiplies t^-3 in the end is another matter.
  private static func constants(_ rows: [ExperimentRow], _ panel: String) -> [String] {
    let wide = rows.figures("exponent", panel: panel).filter { $0.median.isFinite }.compactMap {
      rows.row("constant", panel: panel, series: $0.series, x: $0.x)
    }
    guard wide.count > 1 else { return [] }
    return [
      "\(panel): the constant L (eta T)^3 does depend on m, the exponent does not: "
        + wide.map { "\(short($0.median)) at \($0.series)" }.joined(separator: ", ") + " (medians)."
    ]
  }

  private static func drawRate(_ rows: [ExperimentRow]) -> [(suffix: String, picture: Picture)] {
    func ratios(_ panel: String, _ title: String, _ power: Double) -> Plot {
      let names = rows.figures("exponent", panel: panel).map(\.series)
      var series = names.map { name -> Series in
        let losses = rows.filter { $0.panel == panel && $0.series == name && $0.metric == "loss" && $0.median > 1e-26 }
        let points = losses.compactMap { row -> Point? in
          rows.row("gradient", panel: panel, series: name, x: row.x).map {
            Point(row.median, $0.median / pow(row.median, power))
          }
        }
        return .line(name, points)
      }
      for i in series.indices { series[i].isMarked = false }
      return Plot(
        title: panel, x: Axis("L", scale: .log10), y: Axis(title, scale: .log10), series: series)
    }
    return [
      (
        "",
        .grid(
          PlotGrid(
            title: "The loss of students near their teacher",
            subtitle: "abs units; median over starts, band between quartiles",
            panels: rows.panels.map { rows.lossPlot($0) }))
      ),
      (
        "-gradient",
        .grid(
          PlotGrid(
            title: "The gradient against powers of the loss", subtitle: "time runs from right to left",
            panels: rows.panels.map { ratios($0, "|grad L|/L", 1) }
              + rows.panels.map { ratios($0, "|grad L|/sqrt L", 0.5) }, columns: 2, sharesY: false))
      ),
    ]
  }

  private static func claimRate(_ rows: [ExperimentRow]) -> [Claim] {
    let (single, triple) = ("r = 1, d = 5", "r = 3, d = 5")
    var claims = [
      rows.linearClaim(
        "As many students as teachers, r = 1: the loss falls at a linear rate to 1e-16", panel: single, width: 1,
        source: prototypeRate, to: 1e-16),
      rows.linearClaim(
        "As many students as teachers, r = 3: the loss falls at a linear rate to 1e-16", panel: triple, width: 3,
        source: prototypeRate, to: 1e-16),
    ]
    for (panel, m, theirs) in [(single, 2.0, 2.98), (single, 4, 2.99), (triple, 9, 3.03)] {
      claims.append(
        rows.tailClaim(
          "More students than teachers: the loss falls like t^-3, \(panel), m = \(Int(m))", panel: panel, width: m,
          theirs: theirs, source: prototypeRate, criterion: powerCriterion))
    }
    return claims + [single, triple].flatMap { claimWidths(rows, $0) } + [claimLojasiewicz(rows)]
  }

  /// Theorem 5: no m in the time, for the widths with more students than teachers.
  private static func claimWidths(_ rows: [ExperimentRow], _ panel: String) -> [Claim] {
    let wide = rows.figures("exponent", panel: panel).filter { $0.median.isFinite }
    let horizons = wide.compactMap { rows.row("horizon", panel: panel, series: $0.series, x: $0.x) }
    let constants = wide.compactMap { rows.row("constant", panel: panel, series: $0.series, x: $0.x) }
    let names = wide.map { "\(Int($0.x))" }.joined(separator: ", ")
    func list(_ rows: [ExperimentRow]) -> String { rows.map { short($0.median) }.joined(separator: ", ") }
    let exponents = wide.map { row in SampleSummary(row.values.filter(\.isFinite)).median }
    let few = wide.count < 2
    return [
      Claim(
        "The exponent does not depend on the number of students, \(panel)",
        source: "\(zhou), theorem 5; exponent derived", theirs: "no m in T = O(r w_max/(eps eta))",
        ours: "m = \(names): medians " + exponents.map { String(format: "%.3f", $0) }.joined(separator: ", ")
          + "; constants L (eta T)^3 \(list(constants))",
        criterion: "all medians within 0.1 of 3",
        verdict: few ? .inconclusive : exponents.allSatisfy { abs($0 - 3) <= 0.1 } ? .confirmed : .notConfirmed),
      Claim(
        "T eps eta/(r w_max) stays bounded, whatever the number of students, \(panel)", source: "\(zhou), theorem 5",
        theirs: "bounded",
        ours: "m = \(names): the largest of a run is \(list(horizons)) (medians)",
        criterion: "below 1 for every student, and the widest at most twice the narrowest's median",
        verdict: few
          ? .inconclusive
          : horizons.allSatisfy { $0.values.allSatisfy { $0 < 1 } } && horizons.last!.median <= 2 * horizons[0].median
            ? .confirmed : .notConfirmed),
    ]
  }

  /// Theorem 4, and that the inequality of Polyak and Lojasiewicz fails.
  private static func claimLojasiewicz(_ rows: [ExperimentRow]) -> Claim {
    let wide = rows.filter { $0.metric == "exponent" && $0.median.isFinite }
    func all(_ metric: String) -> [Double] {
      wide.flatMap { rows.row(metric, panel: $0.panel, series: $0.series, x: $0.x)!.values }
    }
    let (least, last) = (all("least |grad|/L"), all("last |grad|/L"))
    let roots = zip(all("least |grad|/sqrt L"), all("last |grad|/sqrt L"))
    let exponents = all("gradient exponent")
    let falls = roots.count { $1 <= 1.01 * $0 }
    return Claim(
      "More students than teachers: |grad L| >= kappa L, though |grad L|/sqrt L falls to zero",
      source: "\(zhou), theorem 4; exponent 2/3 derived", theirs: "kappa of order (r w_max)^-1/2",
      ours: least.isEmpty
        ? "no such tail"
        : "|grad|/L >= \(short(least.min()!)), at the end >= \(short(last.min()!)); |grad|/sqrt L ends at "
          + "its minimum in \(falls) of \(least.count) runs; |grad| ~ L^a, a = \(short(exponents.min()!)) to "
          + "\(short(exponents.max()!))",
      criterion: "every student: |grad|/L ends above its minimum, |grad|/sqrt L at its minimum, a within 0.03 of 2/3",
      isMet: !least.isEmpty && zip(least, last).allSatisfy { $0 < $1 } && falls == least.count
        && exponents.allSatisfy { abs($0 - 2 / 3) <= 0.03 })
  }
}
