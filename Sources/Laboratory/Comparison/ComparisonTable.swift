/// A comparison with its statistics, as tables and files show it.
public struct ComparisonTable: Sendable {
  public struct Row: Sendable {
    public let configuration: RunComparison.Configuration
    public let figure: String
    public let summary: RunComparison.Summary
  }

  public let comparison: RunComparison
  public let statistic: Statistic
  public let baseline: RunComparison.Configuration?
  /// Figure by figure, each configuration by configuration.
  public let rows: [Row]

  /// - Parameter larger: figures of which larger values are better, besides accuracies.
  public init(
    _ comparison: RunComparison, statistic: Statistic, baseline: RunComparison.Configuration? = nil,
    larger: Set<String> = []
  ) {
    self.comparison = comparison
    self.statistic = statistic
    self.baseline = baseline
    rows = comparison.figures.flatMap { figure in
      comparison.configurations.compactMap { configuration in
        comparison.summary(
          figure, of: configuration, statistic: statistic, baseline: baseline,
          nan: larger.contains(figure) ? .smallest : nanOrder(of: figure)
        ).map { Row(configuration: configuration, figure: figure, summary: $0) }
      }
    }
  }

  /// Comma-separated values, a line for each figure of each configuration.
  public func csv() -> String {
    let varying = comparison.varying
    var titles =
      varying + [
        "hash", "figure", "count", "nonFinite", "mean", "standardError", "standardDeviation", "median", "lowerQuartile",
        "upperQuartile", "interquartileMean", "minimum", "maximum", "statistic", "estimate", "lower", "upper",
      ]
    if baseline != nil {
      titles += ["baseline", "pairs", "difference", "differenceLower", "differenceUpper", "better", "worse", "ties"]
    }
    var text = titles.map(csvCell).joined(separator: ",") + "\n"
    for row in rows {
      let (s, interval) = (row.summary.sample, row.summary.interval)
      func cells(_ numbers: [Double]) -> [String] { numbers.map { JSONValue($0).cell } }
      var line = varying.map { row.configuration.point[$0]?.cell ?? "" }
      line += [row.configuration.hash, row.figure, "\(s.count)", "\(s.nonFinite)"]
      line += cells([
        s.mean, s.standardError, s.standardDeviation, s.median, s.lowerQuartile, s.upperQuartile, s.interquartileMean,
        s.minimum, s.maximum,
      ])
      line += [statistic.description] + cells([interval.estimate, interval.lower, interval.upper])
      if let baseline {
        line.append(baseline.hash)
        if let change = row.summary.change {
          line.append("\(change.pairs)")
          line += cells([change.interval.estimate, change.interval.lower, change.interval.upper])
          line += ["\(change.better)", "\(change.worse)", "\(change.ties)"]
        } else {
          line += [String](repeating: "", count: 7)
        }
      }
      text += line.map(csvCell).joined(separator: ",") + "\n"
    }
    return text
  }

  /// One object: what is common, and of each configuration its settings, runs and figures.
  public func json() throws -> JSONValue {
    let configurations = try comparison.configurations.map { configuration -> JSONValue in
      var figures: [String: JSONValue] = [:]
      for row in rows where row.configuration.hash == configuration.hash {
        figures[row.figure] = try Self.json(row.summary)
      }
      return [
        "hash": .string(configuration.hash), "experiments": .array(configuration.experiments.map { .string($0) }),
        "settings": .object(configuration.point), "runs": .integer(Int64(configuration.runs)),
        "figures": .object(figures),
      ]
    }
    return [
      "varying": .array(comparison.varying.map { .string($0) }),
      "common": .object(Dictionary(uniqueKeysWithValues: comparison.common.map { ($0.name, $0.value) })),
      "statistic": .string(statistic.description), "baseline": baseline.map { .string($0.hash) } ?? .null,
      "configurations": .array(configurations),
    ]
  }

  private static func json(_ summary: RunComparison.Summary) throws -> JSONValue {
    guard case .object(var members) = try JSONValue(encoding: summary.sample) else { return .null }
    members["interval"] = try JSONValue(encoding: summary.interval)
    if let change = summary.change {
      members["change"] = [
        "pairs": .integer(Int64(change.pairs)), "interval": try JSONValue(encoding: change.interval),
        "better": .integer(Int64(change.better)), "worse": .integer(Int64(change.worse)),
        "ties": .integer(Int64(change.ties)), "shareBetter": try JSONValue(encoding: change.shareBetter),
      ]
    }
    return .object(members)
  }
}
