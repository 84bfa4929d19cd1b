import Shallows

/// The checks of many students' guarantees: how often each held, and what was measured in the middle.
struct GuaranteeCounts {
  struct Line {
    let name: String
    let source: String
    /// As most students have it: statements may say what was found.
    let statement: String
    let holds: Int
    let fails: Int
    let vacuous: Int
    /// The median over students for whom it was measured.
    let measured: Double?
    let bound: Double?
  }

  let title: String
  /// In the order in which checks were first met.
  let lines: [Line]

  init(_ guarantees: [Guarantee]) {
    title = guarantees.first?.title ?? ""
    var names: [String] = []
    var found: [String: [Check]] = [:]
    for check in guarantees.flatMap(\.checks) {
      if found[check.name] == nil { names.append(check.name) }
      found[check.name, default: []].append(check)
    }
    lines = names.map { name in
      let checks = found[name]!
      func count(_ verdict: Check.Verdict) -> Int { checks.count { $0.verdict == verdict } }
      let counts = (holds: count(.holds), fails: count(.fails), vacuous: count(.vacuous))
      let usual: Check.Verdict =
        counts.vacuous > max(counts.holds, counts.fails) ? .vacuous : counts.fails > counts.holds ? .fails : .holds
      let example = checks.first { $0.verdict == usual } ?? checks[0]
      return Line(
        name: name, source: example.source, statement: example.statement, holds: counts.holds, fails: counts.fails,
        vacuous: counts.vacuous, measured: Spread(checks.compactMap(\.measured))?.median,
        bound: Spread(checks.compactMap(\.bound))?.median)
    }
  }

  func table() -> TextTable {
    var table = TextTable([
      .init("check"), .init("holds", .right), .init("fails", .right), .init("vacuous", .right), .init("measured"),
      .init("bound"), .init("statement", wraps: true),
    ])
    for line in lines {
      table.append([
        line.name, "\(line.holds)", "\(line.fails)", "\(line.vacuous)", line.measured.map(short) ?? "",
        line.bound.map(short) ?? "", "\(line.statement) [\(line.source)]",
      ])
    }
    return table
  }

  var json: JSONValue {
    .array(
      lines.map { line in
        [
          "name": .string(line.name), "source": .string(line.source), "statement": .string(line.statement),
          "holds": .integer(Int64(line.holds)), "fails": .integer(Int64(line.fails)),
          "vacuous": .integer(Int64(line.vacuous)), "measured": JSONValue(line.measured),
          "bound": JSONValue(line.bound),
        ]
      })
  }
}

/// The smallest, the middle and the largest of some numbers.
struct Spread {
  let lowest, median, highest: Double

  /// `nil` without a number; those that are not finite are left out.
  init?(_ values: [Double]) {
    let sorted = values.filter(\.isFinite).sorted()
    guard let low = sorted.first, let high = sorted.last else { return nil }
    lowest = low
    highest = high
    median = (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  var json: JSONValue {
    ["lowest": JSONValue(lowest), "median": JSONValue(median), "highest": JSONValue(highest)]
  }
}

extension JSONValue {
  /// A number, or null.
  init(_ x: Double?) { self = x.map { JSONValue($0) } ?? .null }
}
