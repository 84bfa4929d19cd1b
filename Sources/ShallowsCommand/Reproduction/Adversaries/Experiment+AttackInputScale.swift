import Foundation
import Shallows

extension Experiment {
  /// Adversarial training from inputs of different lengths: curves over steps and horizons.
  static let attackInputScale = Experiment(
    name: "attack-input-scale", title: "Adversarial training against the scale of the inputs",
    summary: "Robust loss over |x|, eight step sizes, horizons of 20 to 500 steps; random and linear answers.",
    seeds: (quick: 2, full: 10), run: runInputScale, draw: drawInputScale, claims: claimInputScale)

  private static let horizons = [20, 50, 150, 500]

  private struct Family {
    let answers: ScaledTraining.Answers
    let ratio: Double

    func panel(_ horizon: Int) -> String { "\(answers.rawValue), rho \(short(ratio)), \(horizon) steps" }
  }
  private static let families = [
    Family(answers: .random, ratio: 0.1), Family(answers: .linear, ratio: 0.1), Family(answers: .random, ratio: 0.3),
  ]

  private static func runInputScale(_ context: ExperimentContext) throws -> Outcome {
    let families = context.quick ? [families[0]] : families
    let scales = context.quick ? [0.1, 0.3, 1] : [0.1, 0.3, 1, 3]
    let steps = context.quick ? [0.01, 0.1] : [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3]
    let horizons = context.quick ? Array(horizons.prefix(2)) : horizons
    let places = families.flatMap { family in
      steps.flatMap { eta in scales.map { (family: family, eta: eta, s: $0) } }
    }
    let tasks = places.flatMap { place in
      (0..<context.seeds).map {
        ScaledTraining(
          answers: place.family.answers, samples: 64, dimension: 20, width: 100, scale: place.s,
          ratio: place.family.ratio, step: place.eta, horizons: horizons, seed: UInt64($0))
      }
    }
    let results = try context.map(tasks) { $0.run() }
    var rows: [ExperimentRow] = []
    for (i, place) in places.enumerated() {
      let group = results[i * context.seeds..<(i + 1) * context.seeds]
      for (h, horizon) in horizons.enumerated() {
        func add(_ metric: String, _ value: (ScaledTraining.Result) -> Double) {
          rows.append(
            ExperimentRow(
              panel: place.family.panel(horizon), series: "step \(short(place.eta))", metric: metric, x: place.s,
              values: group.map(value)))
        }
        add("relative loss") { $0.losses[h] }
        add("robust loss") { $0.losses[h] * $0.start }
      }
    }
    // The best step for each scale and horizon, by the median over seeds.
    for panel in rows.panels {
      for s in scales {
        let tried = rows.filter { $0.panel == panel && $0.metric == "relative loss" && $0.x == s }
        let best = tried.min { $0.median < $1.median }!
        let robust = rows.row("robust loss", panel: panel, series: best.series, x: s)!
        for row in [best, robust] {
          rows.append(ExperimentRow(panel: panel, series: bestStep, metric: row.metric, x: s, values: row.values))
        }
        rows.append(
          ExperimentRow(
            panel: panel, series: bestStep, metric: "step", x: s, values: [Double(best.series.dropFirst(5))!]))
      }
    }
    return Outcome(
      rows: rows,
      settings: [
        "network": "d = 20, m = 100, tanh, w ~ N(0, I_d), a ~ N(0, 1/m), no bias, both layers trained",
        "data": "64 inputs of length s in random directions, y = +-1 at random or by a hyperplane, squared loss, "
          + "eps = rho s",
        "training": "full gradient of the robust loss, fixed step; in every step the adversary ascends anew, at most "
          + "10 evaluations or a residual of 1e-3",
        "relative loss": "robust loss over that at the start; \(short(ScaledTraining.ceiling)) where it diverged",
      ],
      findings: rows.panels.map { panel in
        let order = steps.map { eta -> String in
          "\(short(eta)): \(texts(line(rows, panel, "step \(short(eta))", "relative loss")))"
        }
        let best = line(rows, panel, bestStep, "relative loss").map { row in
          "\(text(row)) (step \(short(rows.row("step", panel: panel, series: bestStep, x: row.x)!.mean)))"
        }
        return "\(panel), robust loss over that at the start, s = \(scales.map(short).joined(separator: ", ")); by "
          + "step " + order.joined(separator: "; ") + "; best step of each: " + best.joined(separator: ", ") + "."
      })
  }

  private static let bestStep = "best step of each scale"
  private static func line(_ rows: [ExperimentRow], _ panel: String, _ series: String, _ metric: String)
    -> [ExperimentRow] {
    rows.filter { $0.panel == panel && $0.series == series && $0.metric == metric }.sorted { $0.x < $1.x }
  }
  private static func text(_ row: ExperimentRow) -> String {
    row.median > 10 ? "diverged" : threeDigits(row.median)
  }
  private static func texts(_ line: [ExperimentRow]) -> String { line.map(text).joined(separator: ", ") }

  private static func drawInputScale(_ rows: [ExperimentRow]) -> [(suffix: String, picture: Picture)] {
    // Divergence is drawn at the upper end.
    let (floor, top) = (0.03, 3.0)
    func clamped(_ value: Double) -> Double { min(max(value, floor), top) }
    return [("", "relative loss"), ("-absolute", "robust loss")].map { suffix, metric in
      let panels = rows.panels.map { panel in
        let names = grouped(rows.filter { $0.panel == panel }.map { ($0.series, 0) }).map(\.key)
        return Plot(
          title: panel, x: Axis("input's length s", scale: .log10),
          y: Axis(suffix.isEmpty ? "robust loss / start" : metric, scale: .log10, range: floor...1.1 * top),
          series: names.map { name in
            let line = line(rows, panel, name, metric)
            return .line(
              name, line.map { Point($0.x, clamped($0.median)) },
              band: (lower: line.map { clamped($0.lowerQuartile) }, upper: line.map { clamped($0.upperQuartile) }))
          })
      }
      return (
        suffix,
        .grid(
          PlotGrid(
            title: "Adversarial training from inputs of different lengths",
            subtitle: "random or linear answers; "
              + (suffix.isEmpty ? "robust loss over that at the start" : "robust loss")
              + ": medians over seeds, bands between quartiles; divergence is drawn at \(short(top))",
            panels: panels, columns: panels.count > 2 ? 4 : panels.count))
      )
    }
  }

  private static func claimInputScale(_ rows: [ExperimentRow]) -> [Claim] {
    let main = families[0], other = families[1]
    let steps = grouped(rows.filter { $0.series.hasPrefix("step") }.map { ($0.series, 0) }).map(\.key)
    let scales = line(rows, main.panel(20), steps[0], "relative loss").map { short($0.x) }.joined(separator: ", ")
    func rises(_ line: [ExperimentRow]) -> Bool {
      zip(line, line.dropFirst()).allSatisfy { $0.median <= $1.median }
    }
    /// Those steps for which something is true of the line over s, and all lines as text.
    func told(_ horizon: Int, _ metric: String, _ holds: ([ExperimentRow]) -> Bool) -> (count: Int, text: String) {
      let lines = steps.map { line(rows, main.panel(horizon), $0, metric) }
      let count = lines.count { holds($0) }
      return (
        count,
        "true of \(count) of \(steps.count) steps (\(metric)): "
          + zip(steps, lines).map { "\($0) \(texts($1))" }.joined(separator: "; ")
      )
    }
    let early = ["robust loss", "relative loss"].map { told(20, $0, rises) }
    let later = "After 150 steps the smallest inputs have not been fitted, the larger ones better, random answers"
    let fair = "With the best step of each scale smaller inputs train faster at first, random answers"
    let easy = "With the best step of each scale smaller inputs train faster at first, linear answers"
    var claims = [
      Claim(
        "After 20 steps of adversarial training the robust loss rises with the inputs' length",
        source: "\(deng), abstract; \(prototype)", theirs: "rises with s; their steps are not known to us",
        ours: "random answers, rho 0.1, s = \(scales): " + early.map(\.text).joined(separator: ". "),
        criterion: "medians rise with s for every step, the loss itself or relative to the start",
        isMet: early.contains { $0.count == steps.count })
    ]
    let needs = "needs --full"
    guard rows.panels.contains(main.panel(150)) else {
      return claims + [
        .notMeasured(later, source: prototype, theirs: "not fitted", needs: needs),
        .notMeasured(fair, source: "\(deng), abstract", theirs: "faster", needs: needs),
        .notMeasured(easy, source: "\(deng), abstract", theirs: "faster", needs: needs),
      ]
    }
    let unfitted = told(150, "relative loss") { line in
      line[0].median > 0.5 && line.contains { $0.median < line[0].median }
    }
    let stable = steps.filter { step in
      line(rows, main.panel(150), step, "relative loss").allSatisfy { $0.median <= 10 }
    }
    let stableUnfitted = stable.allSatisfy { step in
      let line = line(rows, main.panel(150), step, "relative loss")
      return line[0].median > 0.5 && line.dropFirst().allSatisfy { $0.median < line[0].median }
    }
    claims.append(
      Claim(
        later, source: prototype, theirs: "small scales have not fitted",
        ours: "rho 0.1, s = \(scales): \(unfitted.text)",
        criterion: "at every step that diverges at no scale: above half of the start at the smallest s, less at all "
          + "others",
        isMet: !stable.isEmpty && stableUnfitted))
    func fairClaim(_ statement: String, _ family: Family) -> Claim {
      let lines = horizons.map { line(rows, family.panel($0), bestStep, "relative loss") }
      return Claim(
        statement, source: "\(deng), abstract", theirs: "smaller inputs, faster",
        ours: "rho 0.1, s = \(scales): "
          + zip(horizons, lines).map { "after \($0) steps \(texts($1))" }.joined(separator: "; "),
        criterion: "median relative losses after 20 steps rise with s", isMet: rises(lines[0]))
    }
    return claims + [fairClaim(fair, main), fairClaim(easy, other)]
  }
}
