import Shallows

extension Experiment {
  static func claimScaleLaw(_ rows: [ExperimentRow]) -> [Claim] {
    func row(_ metric: String, _ panel: String, _ series: String, _ x: Double) -> ExperimentRow? {
      rows.row(metric, panel: panel, series: series, x: x)
    }
    var claims: [Claim] = []
    for line in ScaleLaw.lines {
      let found = line.scales.map { row("kappa", ScaleLaw.table, line.name, $0) }
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
          "kappa at the maximum, \(line.name), \(ScaleLaw.table)", source: prototype,
          theirs: list { short(line.kappas[$0].value) } + "; six networks",
          ours: list { found[$0].map { "\(threeDigits($0.mean)) (median \(threeDigits($0.median)))" } ?? "-" }
            + "; \(found.compactMap { $0 }.first?.values.count ?? 0) networks",
          criterion: "means differ by no more than theirs' rounding and three standard errors, theirs of six networks",
          verdict: found.contains { $0 == nil }
            ? .inconclusive : agrees.allSatisfy { $0 } ? .confirmed : .notConfirmed))
      let steps = line.scales.map { row("iterations", ScaleLaw.table, line.name, $0) }
      claims.append(
        Claim(
          "Iterations of backtracking to a residual of 1e-6, \(line.name)", source: prototype,
          theirs: list { "\(line.iterations[$0])" },
          ours: list { steps[$0].map { "\(short($0.median)) (most \(short($0.values.max()!)))" } ?? "-" },
          criterion: "our median at most theirs",
          verdict: steps.contains { $0 == nil }
            ? .inconclusive
            : zip(steps, line.iterations).allSatisfy { $0!.median <= Double($1) } ? .confirmed : .notConfirmed))
      let maxima = line.scales.map { row("maxima", ScaleLaw.table, line.name, $0) }
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
      $0.panel == ScaleLaw.wide && $0.metric == "kappa / law" && $0.x <= 1 && !$0.series.hasSuffix("0.5")
    }
    if domain.isEmpty {
      claims.append(.notMeasured(statement, source: "derived", theirs: "within 15 %", needs: "needs --full"))
    } else {
      let worst = domain.max { abs($0.median - 1) < abs($1.median - 1) }!
      claims.append(
        Claim(
          statement, source: "derived", theirs: "within 15 %",
          ours: "\(ScaleLaw.wide) = 8 d^2, rho 0.1, s = 0.1, 0.3, 1, six activations: median of kappa / law "
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
    // Places where the loss bends less than the sphere, not at the maximum alone.
    let mild = rows.filter { row in
      row.metric == "maxima of one sign"
        && rows.row("law", panel: row.panel, series: row.series, x: row.x)!.mean < 1
    }.flatMap(\.values)
    let single = Claim(
      "Where the law is below 1 there is one maximum for each sign of f - y", source: "derived", theirs: "1",
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
