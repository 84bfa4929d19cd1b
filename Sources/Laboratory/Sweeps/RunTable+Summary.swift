/// What the seeds of a point give together.
extension RunTable {
  /// A figure at a point, over its seeds.
  public struct Summary: Sendable, Hashable {
    public let point: [String: JSONValue]
    public let figure: String
    public let sample: SampleSummary
  }

  /// The values of a figure over the seeds of a point; `nil` where one of them is not a number. Absent ones are left
  /// out: a run without a test set has no test error.
  public static func sample(_ figure: String, of rows: [Row]) -> [Double]? {
    var values: [Double] = []
    for row in rows {
      guard let value = row.figures[figure] else { continue }
      guard let x = value.numericValue else { return nil }
      values.append(x)
    }
    return values.isEmpty ? nil : values
  }

  /// Every figure that is a number, at every point.
  ///
  /// - Parameter chosen: the figures wanted; all of them where none is given.
  public func summaries(_ chosen: [String]? = nil) -> [Summary] {
    points.flatMap { point, rows in
      (chosen ?? figures).compactMap { figure in
        Self.sample(figure, of: rows).map { Summary(point: point, figure: figure, sample: SampleSummary($0)) }
      }
    }
  }

  /// The statistics over seeds as comma-separated values, a line for each figure at each point.
  public func summaryCSV() -> String {
    let names = [
      "figure", "count", "mean", "standardError", "median", "lowerQuartile", "upperQuartile", "interquartileMean",
      "minimum", "maximum",
    ]
    var text = (axes + names).map(csvCell).joined(separator: ",") + "\n"
    for summary in summaries() {
      let s = summary.sample
      let numbers = [
        s.mean, s.standardError, s.median, s.lowerQuartile, s.upperQuartile, s.interquartileMean, s.minimum, s.maximum,
      ]
      let cells =
        axes.map { summary.point[$0]?.cell ?? "" } + [summary.figure, "\(s.count)"]
        + numbers.map { JSONValue($0).cell }
      text += cells.map(csvCell).joined(separator: ",") + "\n"
    }
    return text
  }
}
