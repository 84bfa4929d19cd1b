import Foundation
import Shallows

extension Experiment {
  /// The recovery against descent from random starts.
  static let geDescent = Experiment(
    name: "ge-descent", title: "Recovery against descent from random starts at equal time",
    summary: "Errors of moments + refinement and of gradient descent, SGD and Adam in the same time and ten times it.",
    seeds: (quick: 2, full: 10), run: runDescent, draw: drawDescent, claims: claimDescent)

  private struct Race {
    let name: String
    let multiples: [Double]
    /// Seeds at most, and those that the steps are tuned on.
    let seeds: Int
    let tuning: Int
    let recovery: @Sendable (UInt64) -> PlantedRecovery
  }
  private static let races = [
    Race(name: "10 x 10, Gaussian, noise 0.25", multiples: [1, 10], seeds: .max, tuning: 2) {
      .square(10, samples: 10_000, noise: 0.25, seed: $0)
    },
    Race(name: "10 x 10, mixture, noise 0.25", multiples: [1, 10], seeds: .max, tuning: 2) {
      .square(10, .mixture(shift: 1), samples: 10_000, noise: 0.25, seed: $0)
    },
    Race(name: "10 x 10, conditions 10, no noise", multiples: [1, 10], seeds: .max, tuning: 2) {
      .square(10, hidden: .condition(10), output: .condition(10), samples: 10_000, seed: $0)
    },
    Race(name: "32 x 32, Gaussian, no noise", multiples: [1], seeds: 5, tuning: 1) {
      .square(32, samples: 20_000, seed: $0)
    },
  ]

  private static func runDescent(_ context: ExperimentContext) throws -> Outcome {
    let races = context.quick ? Array(races.prefix(1)) : races
    var rows: [ExperimentRow] = []
    var findings: [String] = []
    for (r, race) in races.enumerated() {
      let multiples = context.quick ? [1] : race.multiples
      // The step of least median error on the noise-free test inputs, on seeds of their own: the best for descent.
      let trials = (0..<(context.quick ? 1 : race.tuning)).map {
        DescentRace(recovery: race.recovery(UInt64(1000 + $0)), multiples: multiples, steps: nil)
      }
      let tuned = try context.map(trials, stage: "tuning-\(r)") { try $0.run() }
      let steps = DescentRace.Descender.allCases.enumerated().map { i, descender in
        multiples.indices.map { j in
          let errors = descender.steps.indices.map { s in
            SampleSummary(tuned.map { $0.descended[i][j][s].meanSquare }).median
          }
          return descender.steps[errors.indices.min { errors[$0] < errors[$1] }!]
        }
      }
      let tasks = (0..<min(context.seeds, race.seeds)).map {
        DescentRace(recovery: race.recovery(UInt64($0)), multiples: multiples, steps: steps)
      }
      let results = try context.map(tasks, stage: "\(r)") { try $0.run() }
      let racing = descentRows(race.name, multiples, results)
      rows += racing
      findings += grouped(racing.filter { $0.metric != "seconds" }.map { ([$0.series, short($0.x)], $0) }).map {
        "\(race.name), \($0.key[0]) in \($0.key[1]) x the time: "
          + $0.values.map { "\($0.metric) \(threeDigits($0.median))" }.joined(separator: ", ") + "."
      }
      findings.append(
        "\(race.name), steps: "
          + DescentRace.Descender.allCases.dropFirst().map { descender in
            let i = DescentRace.Descender.allCases.firstIndex(of: descender)!
            return descender.rawValue + " " + steps[i].map(short).joined(separator: ", ")
          }.joined(separator: "; ") + ".")
    }
    return Outcome(
      rows: rows,
      settings: [
        "start": "rows of W uniform of length 1, A normal with columns of mean square 1: the planted lengths",
        "time": "wall time of moments and refinement on the same samples; descent ends at the end of its epoch",
        "steps": "best of \(DescentRace.Descender.stochastic.steps) for SGD and "
          + "\(DescentRace.Descender.adam.steps) for Adam on seeds from 1000 on, batches of \(DescentRace.batch); "
          + "gradient descent by backtracking",
        "right": "errors of W and A at most \(VerdictOutcome.right) of complete failure",
      ], findings: findings)
  }

  private static func descentRows(_ panel: String, _ multiples: [Double], _ results: [DescentRace.Result])
    -> [ExperimentRow] {
    func rows(_ series: String, _ x: Double, _ errors: [PlantedRecovery.Errors]) -> [ExperimentRow] {
      PlantedRecovery.metrics.map { metric in
        ExperimentRow(
          panel: panel, series: series, metric: metric.name, x: x, values: errors.map { $0[keyPath: metric.value] })
      }
    }
    return rows("moments", 1, results.map { $0.recovered[0] })
      + rows("moments + refinement", 1, results.map { $0.recovered[1] })
      + DescentRace.Descender.allCases.enumerated().flatMap { i, descender in
        multiples.enumerated().flatMap { j, multiple in
          rows(descender.rawValue, multiple, results.map { $0.descended[i][j][0] })
        }
      }
  }

  private static func drawDescent(_ rows: [ExperimentRow]) -> [(suffix: String, picture: Picture)] {
    let metrics = ["W error", "A error", "test MSE"], floor = 1e-9
    let labels = ["moments", "+ refined", "GD", "GD 10 x", "SGD", "SGD 10 x", "Adam", "Adam 10 x"]
    let kinds = ["recovery", "descent, equal time", "descent, ten times the time"]
    var names = ["moments", "moments + refinement"]
    for descender in DescentRace.Descender.allCases { names += ["", ", 10 x time"].map { descender.rawValue + $0 } }
    func name(_ row: ExperimentRow) -> String { row.x == 10 ? row.series + ", 10 x time" : row.series }
    let plots = rows.panels.flatMap { panel in
      metrics.map { metric in
        let series = kinds.enumerated().map { i, kind -> Series in
          let chosen = rows.filter {
            $0.panel == panel && $0.metric == metric
              && ($0.x == 10 ? 2 : $0.series.hasPrefix("moments") ? 0 : 1) == i
          }
          return .intervals(
            kind, chosen.map { Point(Double(names.firstIndex(of: name($0))!), max($0.median, floor)) },
            lower: chosen.map { max($0.values.min()!, floor) }, upper: chosen.map { max($0.values.max()!, floor) })
        }
        return Plot(title: panel, x: Axis(categories: labels), y: Axis(metric, scale: .log10), series: series)
      }
    }
    return [
      (
        "",
        .grid(
          PlotGrid(
            title: "Recovery and descent from random starts",
            subtitle: "medians and extremes over seeds, in the time of moments + refinement and in ten times that; "
              + "errors below 1e-9 are drawn there",
            panels: plots, columns: metrics.count, sharesX: true, sharesY: false))
      )
    ]
  }

  private static func claimDescent(_ rows: [ExperimentRow]) -> [Claim] {
    races.flatMap { race -> [Claim] in
      race.multiples.map { multiple in
        let statement =
          "Recovery is at least as exact as descent from random starts in \(multiple == 1 ? "equal" : "ten times the") "
          + "time, \(race.name)"
        let descended = DescentRace.Descender.allCases.compactMap { descender in
          rows.row("W error", panel: race.name, series: descender.rawValue, x: multiple).map { (descender, $0) }
        }
        guard !descended.isEmpty else {
          return .notMeasured(statement, source: "derived", theirs: "-", needs: "needs --full")
        }
        func errors(_ series: String, _ x: Double) -> (hidden: ExperimentRow, output: ExperimentRow) {
          (
            rows.row("W error", panel: race.name, series: series, x: x)!,
            rows.row("A error", panel: race.name, series: series, x: x)!
          )
        }
        let ours = errors("moments + refinement", 1)
        let d = race.recovery(0).networks.inputs
        let level = RecoveryError.failureLevel(neurons: d, inputs: d, outputs: d)
        func text(_ pair: (hidden: ExperimentRow, output: ExperimentRow)) -> String {
          let right = zip(pair.hidden.values, pair.output.values).count {
            max($0 / level.hidden, $1 / level.output) <= VerdictOutcome.right
          }
          return "\(threeDigits(pair.hidden.median)) / \(threeDigits(pair.output.median)), right in "
            + "\(right) of \(pair.hidden.values.count)"
        }
        let theirs = DescentRace.Descender.allCases.map { ($0.rawValue, errors($0.rawValue, multiple)) }
        return Claim(
          statement, source: "derived",
          theirs: theirs.map { "\($0): \(text($1))" }.joined(separator: "; "), ours: text(ours),
          criterion: "medians of the errors of W and A at most 1.05 times those of each method of descent; below 1e-12 "
            + "all are exact",
          isMet: theirs.allSatisfy {
            ours.hidden.median <= max(1.05 * $0.1.hidden.median, 1e-12)
              && ours.output.median <= max(1.05 * $0.1.output.median, 1e-12)
          })
      }
    }
  }
}
