import Foundation
import Shallows

extension Experiment {
  /// kappa, iterations and maxima against the input's length.
  static let attackScaleLaw = Experiment(
    name: "attack-scale-law", title: "The regularity of an attack against the input's scale",
    summary: "kappa beside its law, iterations, convergence and distinct maxima over |x|, activation and width.",
    seeds: (quick: 3, full: 40), run: runScaleLaw, draw: drawScaleLaw, claims: claimScaleLaw)

  private struct Place {
    let panel: String
    let series: String
    let x: Double
    let activation: Activation
    let ratio, scale: Double
    let dimension, width: Int
    var starts = 0

    func task(_ seed: UInt64) -> RandomAttack {
      RandomAttack(
        activation: activation, ratio: ratio, scale: scale, dimension: dimension, width: width, starts: starts,
        seed: seed)
    }
  }

  private static func places(quick: Bool) -> [Place] {
    func place(_ panel: String, _ activation: Activation, _ ratio: Double, _ s: Double, d: Int, m: Int, starts: Int = 0)
      -> Place {
      Place(
        panel: panel, series: ScaleLaw.lineName(activation, ratio), x: s, activation: activation, ratio: ratio,
        scale: s, dimension: d, width: m, starts: starts)
    }
    let starts = quick ? 8 : 64, scales = [0.1, 0.3, 1, 3, 10]
    var places = ScaleLaw.lines.flatMap { line in
      scales.map {
        place(ScaleLaw.table, line.activation, line.ratio, $0, d: 50, m: 2000, starts: starts)
      }
    }
    if quick { return places.filter { [0.1, 1].contains($0.scale) } }
    places += ScaleLaw.others.flatMap { activation in
      scales.map { place(ScaleLaw.table, activation, 0.1, $0, d: 50, m: 2000) }
    }
    let pairs: [(Activation, Double)] =
      [(.tanh, 0.1), (.tanh, 0.5), (.softplus, 0.1)] + ScaleLaw.others.map { ($0, 0.1) }
    places += pairs.flatMap { activation, ratio in
      scales.map { place(ScaleLaw.wide, activation, ratio, $0, d: 50, m: 20_000) }
    }
    for activation in [Activation.tanh, .softplus] {
      func place(_ panel: String, x: Double, d: Int, m: Int) -> Place {
        Place(
          panel: panel, series: ScaleLaw.lineName(activation, 0.1), x: x, activation: activation, ratio: 0.1, scale: 1,
          dimension: d, width: m)
      }
      places += [50, 150, 500, 2500, 10_000, 20_000].map { place(ScaleLaw.widths, x: Double($0) / 2500, d: 50, m: $0) }
      places += [10, 20, 50, 100].map { place(ScaleLaw.dimensions, x: Double($0), d: $0, m: 4 * $0 * $0) }
    }
    return places
  }

  private static func runScaleLaw(_ context: ExperimentContext) throws -> Outcome {
    let places = places(quick: context.quick)
    let tasks = places.flatMap { place in (0..<context.seeds).map { place.task(UInt64($0)) } }
    let results = try context.map(tasks) { try $0.run() }
    var rows: [ExperimentRow] = []
    for (i, place) in places.enumerated() {
      let group = results[i * context.seeds..<(i + 1) * context.seeds]
      func add(_ metric: String, _ values: [Double]) {
        rows.append(
          ExperimentRow(panel: place.panel, series: place.series, metric: metric, x: place.x, values: values))
      }
      // Without a converged ascent there is no kappa; the share says how many.
      let kappas = group.filter(\.converged).compactMap(\.kappa), law = place.task(0).law
      if !kappas.isEmpty {
        add("kappa", kappas)
        add("kappa / law", kappas.map { $0 / law })
      }
      add("law", [law])
      add("iterations", group.map { Double($0.iterations) })
      add("evaluations", group.map { Double($0.evaluations) })
      add("converged", group.map { $0.converged ? 1 : 0 })
      add("on the sphere", group.map { $0.onSphere ? 1 : 0 })
      add("maximum", group.map { $0.isMaximum ? 1 : 0 })
      add("escapes", group.map { Double($0.escapes) })
      if place.starts > 0 {
        let maxima = group.compactMap(\.maxima)
        add("maxima", maxima.map { Double($0.distinct) })
        add("maxima of one sign", maxima.map { Double($0.ofOneSign) })
        add("unfinished starts", maxima.map { Double($0.unfinished) })
      }
    }
    return Outcome(
      rows: rows,
      settings: [
        "network": "w ~ N(0, I_d), a ~ N(0, 1/m), no bias; |x| = s in a random direction, eps = rho s, y = +-1",
        "loss": "squared",
        "ascent": "from zero, backtracking, residual at most 1e-6, at most \(RandomAttack.budget) evaluations",
        "maxima": "ascents from \(places[0].starts) random starts on the sphere; one where they lie within 1e-3 eps",
        "law": "2 rho s sqrt(E sigma''(s g)^2 / E sigma'(s g)^2)",
      ], findings: scaleLawFindings(rows))
  }

  private static func scaleLawFindings(_ rows: [ExperimentRow]) -> [String] {
    rows.filter { $0.metric == "kappa" }.map { row in
      func value(_ metric: String) -> ExperimentRow? {
        rows.row(metric, panel: row.panel, series: row.series, x: row.x)
      }
      let axes = [ScaleLaw.widths: "s = 1, m / d^2", ScaleLaw.dimensions: "s = 1, d"]
      let place = axes[row.panel, default: "s"]
        + " = \(short(row.x))"
      return "\(row.panel), \(row.series), \(place): kappa \(threeDigits(row.median)), law "
        + "\(threeDigits(value("law")!.mean)), iterations \(short(value("iterations")!.median)), converged "
        + "\(percentage(value("converged")!.mean))"
        + (value("maxima").map { ", maxima \(short($0.values.min()!)) to \(short($0.values.max()!))" } ?? "")
        + (value("maxima of one sign").map { ", at most \(short($0.values.max()!)) of one sign of f - y" } ?? "") + "."
    }
  }

  private static func drawScaleLaw(_ rows: [ExperimentRow]) -> [(suffix: String, picture: Picture)] {
    func intervals(_ panel: String, _ metric: String, _ series: [String]) -> [Series] {
      series.map { name in
        let line = rows.filter { $0.panel == panel && $0.series == name && $0.metric == metric }.sorted { $0.x < $1.x }
        return .line(
          name, line.map { Point($0.x, $0.median) },
          band: (lower: line.map(\.lowerQuartile), upper: line.map(\.upperQuartile)))
      }
    }
    func laws(_ series: [(Activation, Double)]) -> [Series] {
      series.map { activation, ratio in
        let points = stride(from: -1.0, through: 1, by: 0.05).map { exponent -> Point in
          let s = pow(10, exponent)
          let task = RandomAttack(
            activation: activation, ratio: ratio, scale: s, dimension: 1, width: 1, seed: 0)
          return Point(s, task.law)
        }
        var line = Series(nil, mark: .line(points, band: nil), colorOf: ScaleLaw.lineName(activation, ratio))
        line.isMarked = false
        return line
      }
    }
    let main: [(Activation, Double)] = [(.tanh, 0.1), (.tanh, 0.5), (.softplus, 0.1)]
    let names = main.map { ScaleLaw.lineName($0.0, $0.1) }
    let otherNames = ScaleLaw.others.map { ScaleLaw.lineName($0, 0.1) }
    let scale = Axis("input's length s", scale: .log10)
    var panels = [
      Plot(
        title: "kappa, \(ScaleLaw.table); unmarked: the law", x: scale, y: Axis("kappa", scale: .log10),
        series: intervals(ScaleLaw.table, "kappa", names) + laws(main)),
      Plot(
        title: "iterations to a residual of 1e-6", x: scale, y: Axis("iterations", scale: .log10),
        series: intervals(ScaleLaw.table, "iterations", names)),
    ]
    let one = Series.rule(.horizontal, at: 1)
    // The mean largest eigenvalue of a symmetric Gaussian matrix of order n over 2 sqrt n: 1 - 1.2065 / (2 n^(2/3)),
    // by the mean of the Tracy-Widom law; here n = d - 1 tangent directions.
    var edge = Series.line(
      "edge of the spectrum at finite d",
      stride(from: 1.0, through: 2.001, by: 0.05).map { exponent in
        let d = pow(10, exponent)
        return Point(d, 1 - 0.603 * pow(d - 1, -2.0 / 3))
      })
    edge.isMarked = false
    if rows.contains(where: { $0.panel == ScaleLaw.wide }) {
      panels += [
        Plot(
          title: "kappa over the law, \(ScaleLaw.wide)", x: scale, y: Axis("kappa / law"),
          series: intervals(ScaleLaw.wide, "kappa / law", names + otherNames) + [one]),
        Plot(
          title: "the same, d = 50, s = 1", x: Axis("m / d^2", scale: .log10), y: Axis("kappa / law"),
          series: intervals(ScaleLaw.widths, "kappa / law", [names[0], names[2]]) + [one]),
        Plot(
          title: "the same, m = 4 d^2, s = 1", x: Axis("inputs d", scale: .log10), y: Axis("kappa / law"),
          series: intervals(ScaleLaw.dimensions, "kappa / law", [names[0], names[2]]) + [edge, one]),
      ]
    }
    return [
      (
        "",
        .grid(
          PlotGrid(
            title: "How curved the loss is at its maximum",
            subtitle: "medians over random networks, bands between quartiles; kappa < 1 at a strict maximum",
            panels: panels, columns: 2, sharesY: false))
      )
    ]
  }
}
