import Foundation
import Shallows

extension Experiment {
  /// The reference table: seven cells, three forms of the recovery.
  static let geTable = Experiment(
    name: "ge-table", title: "Recovering (A, W) from moments: the reference table",
    summary: "Errors of W, A and the outputs; literal, practical and refined form; d = k = 10, n = 5e3 to 1e5.",
    seeds: (quick: 3, full: 10), run: runTable, draw: drawTable, claims: claimTable)

  /// Figures of a NumPy prototype, medians over ten seeds: W error, A error, test MSE.
  private struct Cell {
    let distribution: InputDistribution
    let samples: Int
    let noise: Double
    let literal: [Double]
    let practical: [Double]

    var name: String {
      "\(distribution == .gaussian ? "Gaussian" : "mixture"), n = \(samples), noise \(short(noise))"
    }
  }
  private static let cells = [
    Cell(
      distribution: .gaussian, samples: 5_000, noise: 0, literal: [0.51, 0.48, 0.027],
      practical: [0.0046, 0.014, 0.0009]),
    Cell(
      distribution: .gaussian, samples: 10_000, noise: 0, literal: [0.13, 0.12, 0.0075],
      practical: [0.0013, 0.0063, 0.0004]),
    Cell(
      distribution: .gaussian, samples: 10_000, noise: 0.25, literal: [2.0, 2.0, 0.10],
      practical: [0.029, 0.042, 0.0019]),
    Cell(
      distribution: .gaussian, samples: 100_000, noise: 0, literal: [0.029, 0.025, 0.0011],
      practical: [0.0003, 0.0007, 1e-4]),
    Cell(
      distribution: .mixture(shift: 1), samples: 5_000, noise: 0, literal: [2.4, 2.7, 0.11],
      practical: [0.0092, 0.046, 0.0020]),
    Cell(
      distribution: .mixture(shift: 1), samples: 10_000, noise: 0.25, literal: [4.6, 5.4, 0.29],
      practical: [0.036, 0.055, 0.0030]),
    Cell(
      distribution: .mixture(shift: 1), samples: 100_000, noise: 0.25, literal: [0.88, 1.0, 0.13],
      practical: [0.0049, 0.0060, 0.0003]),
  ]
  private static let tableMetrics = ["W error", "A error", "test MSE"]
  private static let tableForms: [RecoveryForm] = [.literal, .practical, .refined]

  private static func runTable(_ context: ExperimentContext) throws -> Outcome {
    let chosen = context.quick ? cells.filter { $0.samples == 5_000 } : cells
    let tasks = chosen.flatMap { cell in
      (0..<context.seeds).map {
        PlantedRecovery.square(
          10, cell.distribution, samples: cell.samples, noise: cell.noise, seed: UInt64($0))
      }
    }
    let results = try context.map(tasks) { try $0.run() }
    var rows: [ExperimentRow] = []
    for (i, cell) in chosen.enumerated() {
      let place = cells.firstIndex { $0.name == cell.name }!
      rows += PlantedRecovery.rows(
        panel: cell.name, x: Double(place), tableForms,
        Array(results[i * context.seeds..<(i + 1) * context.seeds]))
    }
    return Outcome(
      rows: rows,
      settings: [
        "network": "d = k = l = 10, W and A random orthonormal", "errors":
          "summed squared distances of unit rows of W and unit columns of A after matching; complete failure reads 14",
        "test MSE": "without noise, on 10,000 samples of the same distribution, per output",
        "mixture": "N(1, I) or N(-1, I), each with probability 1/2",
      ],
      findings: chosen.map { cell in
        cell.name + ": W / A / MSE "
          + tableForms.map { form in
            form.name + " "
              + tableMetrics.map { metric in
                threeDigits(row(rows, cell, form, metric)!.median)
              }.joined(separator: " / ")
          }.joined(separator: "; ") + "."
      })
  }

  private static func row(
    _ rows: [ExperimentRow], _ cell: Cell, _ form: RecoveryForm, _ metric: String
  ) -> ExperimentRow? {
    rows.first { $0.panel == cell.name && $0.series == form.name && $0.metric == metric }
  }

  private static func drawTable(_ rows: [ExperimentRow]) -> [(suffix: String, picture: Picture)] {
    let names = cells.map {
      "\($0.distribution == .gaussian ? "G" : "M") \($0.samples / 1000)k, \(short($0.noise))"
    }
    let panels = tableMetrics.enumerated().map { i, metric in
      let ours = tableForms.map { form -> Series in
        // Refined errors without noise are rounding; the axis ends above them.
        let line = rows.filter { $0.series == form.name && $0.metric == metric && $0.median > 1e-9 }
        let intervals = line.map { medianInterval($0.values) }
        return .intervals(
          form.name, line.map { Point($0.x, $0.median) }, lower: intervals.map { max($0.lowerBound, 1e-9) },
          upper: intervals.map(\.upperBound))
      }
      return Plot(
        title: metric, x: Axis(categories: names), y: Axis(metric, scale: .log10),
        series: ours + [
          .scatter("literal, prototype", cells.indices.map { Point(Double($0), cells[$0].literal[i]) }),
          .scatter("practical, prototype", cells.indices.map { Point(Double($0), cells[$0].practical[i]) }),
        ])
    }
    return [
      (
        "",
        .grid(
          PlotGrid(
            title: "Errors of recovered networks, d = k = 10",
            subtitle: "medians and their 95 % intervals; G Gaussian, M mixture, then n and noise "
              + "variance; "
              + "errors below 1e-9 are left out",
            panels: panels, columns: 1, sharesX: true, sharesY: false))
      )
    ]
  }

  private static func claimTable(_ rows: [ExperimentRow]) -> [Claim] {
    func row(_ cell: Cell, _ form: RecoveryForm, _ metric: String) -> ExperimentRow? {
      Self.row(rows, cell, form, metric)
    }
    func texts(_ values: [Double]) -> String { values.map(threeDigits).joined(separator: " / ") }
    var claims = cells.map { cell -> Claim in
      let statement = "Practical recovery, \(cell.name): errors of W / A / outputs"
      let found = tableMetrics.compactMap { row(cell, .practical, $0) }
      guard found.count == 3 else {
        return .notMeasured(statement, source: prototype, theirs: texts(cell.practical), needs: "needs --full")
      }
      return Claim(
        statement, source: prototype, theirs: texts(cell.practical),
        ours: found.map(\.medianText).joined(separator: " / ") + "; \(found[0].values.count) seeds",
        criterion: "the 95 % interval of each median (order statistics) reaches theirs or lies below it",
        isMet: zip(found, cell.practical).allSatisfy { medianInterval($0.values).lowerBound <= $1 })
    }
    let measured = cells.filter { row($0, .literal, "W error") != nil }
    let outside = measured.flatMap { cell in
      (0..<2).filter {
        let values = row(cell, .literal, tableMetrics[$0])!.values
        return cell.literal[$0] < values.min()! || cell.literal[$0] > values.max()!
      }.map { "\(tableMetrics[$0]) in \(cell.name)" }
    }
    claims.append(
      Claim(
        "The literal form's errors of W and A", source: prototype,
        theirs: cells.map { texts(Array($0.literal.prefix(2))) }.joined(separator: ", "),
        ours: measured.map { cell in texts((0..<2).map { row(cell, .literal, tableMetrics[$0])!.median }) }
          .joined(separator: ", ") + (outside.isEmpty ? "" : "; outside ours: " + outside.joined(separator: ", ")),
        criterion: "theirs within the extremes of our seeds in every cell: one random draw decides each error",
        isMet: measured.count == cells.count && outside.isEmpty))
    let worse = measured.flatMap { cell in
      tableMetrics.filter { row(cell, .refined, $0)!.median > row(cell, .practical, $0)!.median }
        .map { (cell.name, $0) }
    }
    claims.append(
      Claim(
        "Refinement by least squares lowers every error", source: "derived", theirs: "in every cell",
        ours: worse.isEmpty
          ? "in all of \(measured.count)" : "not: " + worse.map { "\($0.1) in \($0.0)" }.joined(separator: ", "),
        criterion: "medians of W error, A error and test MSE", isMet: worse.isEmpty))
    return claims
  }
}
