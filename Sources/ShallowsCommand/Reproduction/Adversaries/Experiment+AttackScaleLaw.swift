import Foundation
import Shallows

extension Experiment {
  /// kappa, iterations and maxima against the input's length.
  static let attackScaleLaw = Experiment(
    name: "attack-scale-law", title: "The regularity of an attack against the input's scale",
    summary: "kappa beside its law, iterations, convergence and distinct maxima over |x|, activation and width.",
    seeds: (quick: 3, full: 40), run: runScaleLaw, draw: drawScaleLaw, claims: claimScaleLaw)

  /// A line of the reference table: figures of a NumPy prototype, six networks.
  private struct Line {
    let activation: Activation
    let ratio: Double
    let scales: [Double]
    /// kappa and half a unit of its last digit.
    let kappas: [(value: Double, rounding: Double)]
    let iterations: [Int]
    /// The most distinct maxima of a network.
    let maxima: [Int]

    var name: String { lineName(activation, ratio) }
  }
  private static func lineName(_ activation: Activation, _ ratio: Double) -> String {
    "\(activation.rawValue), rho \(short(ratio))"
  }
  private static let lines = [
    Line(
      activation: .tanh, ratio: 0.1, scales: [0.1, 0.3, 1, 3, 10],
      kappas: [(0.004, 5e-4), (0.030, 5e-4), (0.156, 5e-4), (0.51, 5e-3), (0.74, 5e-3)], iterations: [6, 6, 8, 19, 107],
      maxima: [1, 1, 1, 2, 7]),
    Line(
      activation: .tanh, ratio: 0.5, scales: [1], kappas: [(0.55, 5e-3)], iterations: [25], maxima: [2]),
    Line(
      activation: .softplus, ratio: 0.1, scales: [0.1, 1, 10],
      kappas: [(0.010, 5e-4), (0.081, 5e-4), (0.24, 5e-3)], iterations: [6, 7, 9], maxima: [2, 2, 2]),
  ]
  private static let table = "d = 50, m = 2000", wide = "d = 50, m = 20000"
  /// Against m / d^2 at d = 50, and against d at m = 4 d^2.
  private static let widths = "d = 50, m varied", dimensions = "m = 4 d^2, d varied"
  private static let others: [Activation] = [.gelu, .silu, .sigmoid, .erf]

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
        panel: panel, series: lineName(activation, ratio), x: s, activation: activation, ratio: ratio, scale: s,
        dimension: d, width: m, starts: starts)
    }
    let starts = quick ? 8 : 64
    var places = lines.flatMap { line in
      (line.ratio == 0.5 ? [0.1, 0.3, 1, 3, 10] : line.activation == .tanh ? line.scales : [0.1, 0.3, 1, 3, 10]).map {
        place(table, line.activation, line.ratio, $0, d: 50, m: 2000, starts: starts)
      }
    }
    if quick { return places.filter { [0.1, 1].contains($0.scale) } }
    places += others.flatMap { activation in
      [0.1, 0.3, 1, 3, 10].map { place(table, activation, 0.1, $0, d: 50, m: 2000) }
    }
    let pairs: [(Activation, Double)] = [(.tanh, 0.1), (.tanh, 0.5), (.softplus, 0.1)] + others.map { ($0, 0.1) }
    places += pairs.flatMap { activation, ratio in
      [0.1, 0.3, 1, 3, 10].map { place(wide, activation, ratio, $0, d: 50, m: 20_000) }
    }
    for activation in [Activation.tanh, .softplus] {
      func place(_ panel: String, x: Double, d: Int, m: Int) -> Place {
        Place(
          panel: panel, series: lineName(activation, 0.1), x: x, activation: activation, ratio: 0.1, scale: 1,
          dimension: d, width: m)
      }
      places += [50, 150, 500, 2500, 10_000, 20_000].map { place(widths, x: Double($0) / 2500, d: 50, m: $0) }
      places += [10, 20, 50, 100].map { place(dimensions, x: Double($0), d: $0, m: 4 * $0 * $0) }
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
      let kappas = group.compactMap(\.kappa), law = place.task(0).law
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
        "loss": "squared", "ascent": "from zero, backtracking, residual at most 1e-6, at most 2000 evaluations",
        "maxima": "ascents from \(places[0].starts) random starts on the sphere; one where they lie within 1e-3 eps",
        "law": "2 rho s sqrt(E sigma''(s g)^2 / E sigma'(s g)^2)",
      ], findings: scaleLawFindings(rows))
  }

  private static func scaleLawFindings(_ rows: [ExperimentRow]) -> [String] {
    rows.filter { $0.metric == "kappa" }.map { row in
      func value(_ metric: String) -> ExperimentRow? {
        rows.row(metric, panel: row.panel, series: row.series, x: row.x)
      }
      let place = (row.panel == widths ? "s = 1, m / d^2" : row.panel == dimensions ? "s = 1, d" : "s")
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
        var line = Series(nil, mark: .line(points, band: nil), colorOf: lineName(activation, ratio))
        line.isMarked = false
        return line
      }
    }
    let main: [(Activation, Double)] = [(.tanh, 0.1), (.tanh, 0.5), (.softplus, 0.1)]
    let names = main.map { lineName($0.0, $0.1) }, otherNames = others.map { lineName($0, 0.1) }
    let scale = Axis("input's length s", scale: .log10)
    var panels = [
      Plot(
        title: "kappa, \(table); unmarked: the law", x: scale, y: Axis("kappa", scale: .log10),
        series: intervals(table, "kappa", names) + laws(main)),
      Plot(
        title: "iterations to a residual of 1e-6", x: scale, y: Axis("iterations", scale: .log10),
        series: intervals(table, "iterations", names)),
    ]
    let one = Series.rule(.horizontal, at: 1)
    // The mean largest eigenvalue of a symmetric Gaussian matrix of order n over 2 sqrt n: 1 - 1.2065 / (2 n^(2/3)),
    // by the mean of the Tracy-Widom law; here n = d - 1 tangent directions.
    let edge = Series.line(
      "edge of the spectrum at finite d",
      stride(from: 1.0, through: 2.001, by: 0.05).map { exponent in
        let d = pow(10, exponent)
        return Point(d, 1 - 0.603 * pow(d - 1, -2.0 / 3))
      })
    if rows.contains(where: { $0.panel == wide }) {
      panels += [
        Plot(
          title: "kappa over the law, \(wide)", x: scale, y: Axis("kappa / law"),
          series: intervals(wide, "kappa / law", names + otherNames) + [one]),
        Plot(
          title: "the same, d = 50, s = 1", x: Axis("m / d^2", scale: .log10), y: Axis("kappa / law"),
          series: intervals(widths, "kappa / law", [names[0], names[2]]) + [one]),
        Plot(
          title: "the same, m = 4 d^2, s = 1", x: Axis("inputs d", scale: .log10), y: Axis("kappa / law"),
          series: intervals(dimensions, "kappa / law", [names[0], names[2]]) + [edge, one]),
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

  private static func claimScaleLaw(_ rows: [ExperimentRow]) -> [Claim] {
    func row(_ metric: String, _ panel: String, _ series: String, _ x: Double) -> ExperimentRow? {
      rows.row(metric, panel: panel, series: series, x: x)
    }
    var claims: [Claim] = []
    for line in lines {
      let found = line.scales.map { row("kappa", table, line.name, $0) }
      let agrees = zip(found, line.kappas).map { row, theirs -> Bool in
        guard let row else { return false }
        let deviation = row.standardError * Double(row.values.count).squareRoot()
        let scatter = deviation * (1 / 6 + 1 / Double(row.values.count)).squareRoot()
        return abs(row.mean - theirs.value) <= theirs.rounding + 3 * scatter
      }
      func list(_ text: (Int) -> String) -> String {
        line.scales.indices.map { "s = \(short(line.scales[$0])): \(text($0))" }.joined(separator: ", ")
      }
      claims.append(
        Claim(
          "kappa at the maximum, \(line.name), \(table)", source: prototype,
          theirs: list { short(line.kappas[$0].value) } + "; six networks",
          ours: list { found[$0].map { "\(threeDigits($0.mean)) (median \(threeDigits($0.median)))" } ?? "-" }
            + "; \(found.compactMap { $0 }.first?.values.count ?? 0) networks",
          criterion: "means differ by no more than theirs' rounding and three standard errors, theirs of six networks",
          verdict: found.contains { $0 == nil }
            ? .inconclusive : agrees.allSatisfy { $0 } ? .confirmed : .notConfirmed))
      let steps = line.scales.map { row("iterations", table, line.name, $0) }
      claims.append(
        Claim(
          "Iterations of backtracking to a residual of 1e-6, \(line.name)", source: prototype,
          theirs: list { "\(line.iterations[$0])" },
          ours: list { steps[$0].map { "\(short($0.median)) (most \(short($0.values.max()!)))" } ?? "-" },
          criterion: "our median at most theirs",
          verdict: steps.contains { $0 == nil }
            ? .inconclusive
            : zip(steps, line.iterations).allSatisfy { $0!.median <= Double($1) } ? .confirmed : .notConfirmed))
      let maxima = line.scales.map { row("maxima", table, line.name, $0) }
      claims.append(
        Claim(
          "Distinct maxima of a network, \(line.name)", source: prototype,
          theirs: list { line.maxima[$0] == 1 ? "1" : "at most \(line.maxima[$0])" },
          ours: list { i in
            maxima[i].map { row in
              "\(short(row.median)), \(short(row.values.min()!)) to \(short(row.values.max()!))"
            } ?? "-"
          },
          criterion: "the median at most theirs: our 64 random starts find the rarer ones too",
          verdict: maxima.contains { $0 == nil }
            ? .inconclusive
            : zip(maxima, line.maxima).allSatisfy { $0!.median <= Double($1) } ? .confirmed : .notConfirmed))
    }
    claims += guaranteeClaims(rows)
    let statement = "kappa follows the law 2 rho s sqrt(E sigma''^2 / E sigma'^2) where m >> d^2 and kappa << 1"
    let domain = rows.filter {
      $0.panel == wide && $0.metric == "kappa / law" && $0.x <= 1 && !$0.series.hasSuffix("0.5")
    }
    if domain.isEmpty {
      claims.append(.notMeasured(statement, source: "derived", theirs: "within 15 %", needs: "needs --full"))
    } else {
      let worst = domain.max { abs($0.median - 1) < abs($1.median - 1) }!
      claims.append(
        Claim(
          statement, source: "derived", theirs: "within 15 %",
          ours: "\(wide) = 8 d^2, rho 0.1, s = 0.1, 0.3, 1, six activations: median of kappa / law "
            + "\(threeDigits(domain.map(\.median).min()!)) to \(threeDigits(domain.map(\.median).max()!)), the "
            + "farthest at \(worst.series), s = \(short(worst.x))",
          criterion: "every median within 15 % of the law at rho = 0.1, s <= 1, d = 50, m = 8 d^2",
          isMet: domain.allSatisfy { abs($0.median - 1) <= 0.15 }))
    }
    return claims
  }

  private static func guaranteeClaims(_ rows: [ExperimentRow]) -> [Claim] {
    func count(_ metric: String) -> (met: Int, all: Int) {
      let values = rows.filter { $0.metric == metric }.flatMap(\.values)
      return (values.count { $0 == 1 }, values.count)
    }
    let largest = rows.filter { $0.metric == "kappa" }.flatMap(\.values).max() ?? .nan
    let escapes = rows.filter { $0.metric == "escapes" }.flatMap(\.values).reduce(0, +)
    let statements = [
      ("converged", "Projected ascent with backtracking converges", "100 %", ""),
      ("on the sphere", "The maxima lie on the sphere", "always", ""),
      (
        "maximum", "Where it converges is a strict local maximum", "kappa < 1 always",
        "; largest kappa \(threeDigits(largest)), \(short(escapes)) escapes"
      ),
    ]
    // Places where the law leaves no doubt that the loss bends less than the sphere all over it.
    let mild = rows.filter { row in
      row.metric == "maxima of one sign"
        && rows.row("law", panel: row.panel, series: row.series, x: row.x)!.mean < 0.25
    }.flatMap(\.values)
    let single = Claim(
      "Where the law is below 1/4 there is one maximum for each sign of f - y", source: "derived", theirs: "1",
      ours: "at most \(short(mild.max() ?? .nan)) in \(mild.count) networks",
      criterion: "all maxima that the random starts lead to, every network", isMet: mild.allSatisfy { $0 <= 1 })
    return [single] + statements.map { metric, statement, theirs, more in
      let (met, all) = count(metric)
      return Claim(
        statement, source: "\(deng), abstract; \(prototype)", theirs: theirs, ours: "\(met) of \(all) networks" + more,
        criterion: "every network, scale, activation and width", isMet: met == all)
    }
  }
}

/// A share in percent, to one digit after the point.
func percentage(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }
