import Foundation
import Shallows

extension Experiment {
  /// Online learning of soft committee machines: the equations of motion, simulations, known limits.
  static let saadSolla = Experiment(
    name: "saad-solla", title: "Online learning of committees: equations of motion and simulation",
    summary: "Overlaps and error over alpha = steps / N at N = 1000, and the error that label noise leaves.",
    run: runSaadSolla, draw: drawSaadSolla, claims: claimSaadSolla)

  private struct Task: ExperimentTask {
    let scenario: String
    let dimension: Int
    let last: Double
    let seed: UInt64
  }

  private static func runSaadSolla(_ context: ExperimentContext) throws -> Outcome {
    // A standard error of two seeds would say nothing.
    let seeds = max(context.seeds, 8)
    let dimension = context.quick ? 250 : 1000
    let scenarios: [SaadSollaScenario] =
      context.quick ? [.specialized(last: 20), .random(last: 20)] : [.specialized(last: 200), .random(last: 400)]
    let tasks = scenarios.flatMap { scenario in
      (0..<seeds).map {
        Task(scenario: scenario.name, dimension: dimension, last: scenario.times.last!, seed: UInt64($0))
      }
    }
    let results = try context.map(tasks) { task -> [OrderParameters] in
      let index = scenarios.firstIndex { $0.name == task.scenario }!
      return try scenarios[index].learning.simulate(
        from: scenarios[index].start, dimension: task.dimension, at: scenarios[index].times,
        stream: RandomStream(seed: task.seed).split(40 + index))
    }
    var rows: [ExperimentRow] = []
    for (index, scenario) in scenarios.enumerated() {
      rows += comparisonRows(scenario, Array(results[index * seeds..<(index + 1) * seeds]), dimension: dimension)
    }
    rows += stationaryRows(quick: context.quick) + knownPointRows()
    let z = rows.filter { $0.series == "z" }
    let findings = scenarios.map { scenario in
      let z = z.filter { $0.panel == scenario.name }.map(\.mean)
      return "\(scenario.name): of \(z.count) comparisons \(z.count { abs($0) <= 2 }) lie within two standard errors, "
        + "the largest |z| is \(short(z.map { abs($0) }.max()!))."
    }
    return Outcome(
      rows: rows,
      settings: [
        "N": "\(dimension)", "seeds": "\(seeds)", "unit": "erf(x / sqrt 2)",
        "start": "all seeds and the equations at the same overlaps",
      ], findings: findings + stationaryFindings(rows))
  }

  /// The equations' curves, the simulations, and what separates them in standard errors.
  private static func comparisonRows(
    _ scenario: SaadSollaScenario, _ simulated: [[OrderParameters]], dimension: Int
  ) -> [ExperimentRow] {
    let learning = scenario.learning
    let path = learning.solve(from: scenario.start, at: scenario.curveTimes)
    let expected = learning.solve(from: scenario.start, at: scenario.times)
    var rows: [ExperimentRow] = []
    for (time, state) in zip(path.times, path.states) {
      for (name, value) in learning.quantities(state) where isDrawn(name) {
        rows.append(ExperimentRow(panel: scenario.name, series: "equations", metric: name, x: time, values: [value]))
      }
    }
    for (t, time) in scenario.times.enumerated() {
      let samples = simulated.map { learning.quantities($0[t]) }
      for (q, name) in samples[0].map(\.name).enumerated() {
        rows.append(
          ExperimentRow(
            panel: scenario.name, series: "simulation, N = \(dimension)", metric: name, x: time,
            values: samples.map { $0[q].value }))
      }
    }
    let comparison = OnlineComparison(learning, times: scenario.times, expected: expected.states, simulated: simulated)
    return rows + comparison.entries.map {
      ExperimentRow(panel: scenario.name, series: "z", metric: $0.name, x: $0.time, values: [$0.z])
    }
  }

  /// All but the overlaps of different units of the student.
  static func isDrawn(_ quantity: String) -> Bool {
    let parts = quantity.split(separator: " ")
    return parts[0] != "Q" || parts[1] == parts[2]
  }

  /// The late error under label noise over its formula, by rate; and how it drifts with two surplus units.
  private static func stationaryRows(quick: Bool) -> [ExperimentRow] {
    var rows: [ExperimentRow] = []
    func append(
      _ panel: String, _ series: String, _ rate: Double, teachers: Int, surplus: Int, size: Double, to: Double
    ) {
      let students = teachers + surplus
      let learning = OnlineLearning(students: students, teachers: teachers, rate: rate, noise: 0.1)
      let start = OrderParameters.specialized(students: students, teachers: teachers, surplus: size)
      let path = learning.solve(from: start, at: [to])
      let ratio = path.states.first.map { learning.generalizationError($0) / learning.asymptoticError } ?? .nan
      rows.append(
        ExperimentRow(panel: panel, series: series, metric: "ratio", x: panel == "drift" ? to : rate, values: [ratio]))
    }
    for teachers in [1, 2] {
      for surplus in quick ? [0, 1] : [0, 1, 2, 3] {
        for rate in quick ? [0.05, 0.1, 0.2] : [0.025, 0.05, 0.1, 0.2] {
          append(
            "stationary", "M = \(teachers), L = \(surplus)", rate, teachers: teachers, surplus: surplus, size: 1e-4,
            to: 300 / rate)
        }
      }
    }
    for surplus in quick ? [] : [1, 2] {
      for to in [1e4, 3e4, 1e5] {
        append("drift", "M = 2, L = \(surplus)", 0.2, teachers: 2, surplus: surplus, size: 0.5, to: to)
      }
    }
    return rows
  }

  /// The symmetric plateau at a small rate, and the rate up to which one unit learns.
  private static func knownPointRows() -> [ExperimentRow] {
    var rows: [ExperimentRow] = []
    for k in [2, 3, 5] {
      // Units that start alike stay alike, so the equations rest on the plateau instead of leaving it.
      let learning = OnlineLearning(students: k, teachers: k, rate: 1e-3)
      let start = OrderParameters(
        q: Matrix(rows: k, columns: k, repeating: 0.2), r: Matrix(rows: k, columns: k, repeating: 0.05),
        t: .identity(k))
      let path = learning.solve(from: start, at: [3e5 / Double(k)])
      let plateau = Double(k) / .pi * (.pi / 6 - Double(k) * asin(1 / Double(2 * k)))
      let error = path.states.first.map(learning.generalizationError) ?? .nan
      rows.append(
        ExperimentRow(panel: "plateau", series: "equations", metric: "ratio", x: Double(k), values: [error / plateau]))
    }
    // Bisection: does the error of a student close to its teacher grow?
    let near = 1 - 1e-6
    let start = OrderParameters(q: Matrix([[near]]), r: Matrix([[near]]), t: Matrix([[1]]))
    var (converges, diverges) = (3.0, 5.0)
    while diverges - converges > 1e-3 {
      let rate = (converges + diverges) / 2
      let learning = OnlineLearning(students: 1, teachers: 1, rate: rate)
      let errors = learning.solve(from: start, at: [100, 400]).states.map(learning.generalizationError)
      // Beyond the critical rate the error grows and then rests above its start; below 1e-12 it is all rounding.
      let bound = errors.count == 2 ? max(min(errors[0], learning.generalizationError(start)), 1e-12) : 0
      if errors.count == 2 && errors[1] < bound { converges = rate } else { diverges = rate }
    }
    rows.append(
      ExperimentRow(
        panel: "critical rate", series: "equations", metric: "rate", x: 1, values: [(converges + diverges) / 2]))
    return rows
  }

  private static func stationaryFindings(_ rows: [ExperimentRow]) -> [String] {
    let stationary = grouped(rows.filter { $0.panel == "stationary" }.map { ($0.series, $0) }).map {
      "\($0.key): the late error over its formula is "
        + $0.values.map { "\(short($0.mean)) at eta = \(short($0.x))" }.joined(separator: ", ") + "."
    }
    let drift = grouped(rows.filter { $0.panel == "drift" }.map { ($0.series, $0) }).map {
      "\($0.key), eta = 0.2, surplus units of squared length 0.5 at first: "
        + $0.values.map { "\(short($0.mean)) at alpha = \(short($0.x))" }.joined(separator: ", ") + "."
    }
    return stationary + drift
  }
}
