import Foundation

extension ReportFigure {
  /// A figure of the results against what varies; `nil` where nothing does.
  ///
  /// The numeric axis with the most values is drawn from left to right, or, where no axis is numeric, the one with the
  /// most values; the others become lines and panels. Two axes that are both too long to be lines become a heat map.
  init?(_ figure: String, of experiment: ReportedExperiment) {
    let results = HeadlineResults(figure, of: experiment)
    guard let horizontal = results.horizontalAxis else { return nil }
    let others = experiment.plottedAxes.filter { $0 != horizontal.name }
    let isLogarithmic = MetricCurves.spansDecades(results.samples.map(\.median))
    let scale: Scale = isLogarithmic ? .log10 : .linear
    var sentences: [String] = []
    let seeds = results.samples.map(\.count)
    let over = seeds.min()! == seeds.max()! ? "\(seeds[0])" : "\(seeds.min()!) to \(seeds.max()!)"
    if others.count == 1, results.axis(others[0]).positions.count > Facets.lineLimit {
      let vertical = results.axis(others[0])
      let map = results.heatMap(horizontal, vertical, label: figure, scale: scale)
      panels = [Plot(x: horizontal.axis, y: vertical.axis, series: [.heatMap(map)])]
      configurations = results.members
      sentences.append(seeds.max()! > 1 ? "Colour: median over \(over) seeds." : "One run for each cell.")
      if isLogarithmic { sentences.append("Logarithmic colours.") }
    } else {
      let facets = Facets(results.points, axes: others)
      panels = Self.sharingAxes(
        facets.panels.map { panel in
          Plot(
            title: panel.title, x: horizontal.axis, y: Axis(figure, scale: scale),
            series: panel.lines.map { results.series($0, along: horizontal) })
        })
      configurations = facets.panels.flatMap { $0.lines.flatMap(\.members) }.map { results.members[$0] }.sorted()
      let (center, spread) = horizontal.isNumeric ? ("Line", "band") : ("Mark", "bar")
      sentences.append(
        seeds.max()! > 1
          ? "\(center): median over \(over) seeds; \(spread): from quartile to quartile." : "One run for each point.")
      if facets.shownLines < facets.lineCount {
        sentences.append("\(facets.shownLines) of \(facets.lineCount) lines, evenly chosen; the data hold all.")
      }
      if isLogarithmic { sentences.append("Logarithmic axis.") }
    }
    title = "\(figure) against \(horizontal.label)" + (panels[0].series.isHeatMap ? " and \(others[0])" : "")
    caption = sentences.joined(separator: " ")
    csv = results.csv
    file = "\(experiment.name)-\(figure)-\(horizontal.label).csv"
  }
}

extension [Series] {
  fileprivate var isHeatMap: Bool {
    contains { if case .heatMap = $0.mark { true } else { false } }
  }
}

/// One figure of the results, configuration by configuration.
struct HeadlineResults: Sendable {
  /// What varies, as an axis of a plot: numbers, or names at whole positions.
  struct Horizontal: Sendable {
    let name: String
    let label: String
    let axis: Axis
    let isNumeric: Bool
    /// Where each value stands, in ascending order of position.
    let positions: [(value: JSONValue, x: Double)]

    func position(of value: JSONValue?) -> Double? { positions.first { $0.value == value }?.x }
  }

  let experiment: ReportedExperiment
  private(set) var samples: [SampleSummary] = []
  /// Places of the configurations that have the figure.
  private(set) var members: [Int] = []
  private(set) var points: [[String: JSONValue]] = []

  init(_ figure: String, of experiment: ReportedExperiment) {
    self.experiment = experiment
    for (i, configuration) in experiment.configurations.enumerated() {
      let values = configuration.completed.compactMap { RunTable.figures(of: $0.result)[figure]?.numericValue }
      if values.isEmpty { continue }
      samples.append(SampleSummary(values))
      members.append(i)
      points.append(configuration.point)
    }
  }

  var horizontalAxis: Horizontal? {
    let axes = experiment.plottedAxes.map(axis).filter { $0.positions.count > 1 }
    func longest(_ axes: [Horizontal]) -> Horizontal? {
      axes.reduce(nil) { best, axis in best.map { $0.positions.count >= axis.positions.count } == true ? best : axis }
    }
    return longest(axes.filter(\.isNumeric)) ?? longest(axes)
  }

  func axis(_ name: String) -> Horizontal {
    let label = name.split(separator: ".").last.map(String.init) ?? name
    var values: [JSONValue] = []
    for point in points { if let value = point[name], !values.contains(value) { values.append(value) } }
    let numbers = values.compactMap(\.numericValue).filter(\.isFinite)
    if numbers.count == values.count, points.allSatisfy({ $0[name] != nil }) {
      return Horizontal(
        name: name, label: label, axis: Axis(label, scale: Self.scale(of: numbers)), isNumeric: true,
        positions: zip(values, numbers).map { (value: $0, x: $1) }.sorted { $0.x < $1.x })
    }
    return Horizontal(
      name: name, label: label, axis: Axis(label, categories: values.map(\.cell)), isNumeric: false,
      positions: values.enumerated().map { (value: $1, x: Double($0)) })
  }

  /// Logarithmic for positive values over a factor of 30 or more, to the base 2 where all are powers of it.
  private static func scale(of xs: [Double]) -> Scale {
    guard let low = xs.min(), let high = xs.max(), low > 0, high / low >= 30 else { return .linear }
    return xs.allSatisfy { $0.significand == 1 } ? .log2 : .log10
  }

  func series(_ line: Facets.Line, along axis: Horizontal) -> Series {
    let name = line.name.isEmpty ? nil : line.name
    let ordered = line.members.compactMap { i in
      axis.position(of: points[i][axis.name]).map { (x: $0, sample: samples[i]) }
    }.sorted { $0.x < $1.x }
    let middles = ordered.map { Point($0.x, $0.sample.median) }
    let (lower, upper) = (ordered.map(\.sample.lowerQuartile), ordered.map(\.sample.upperQuartile))
    if !axis.isNumeric { return .intervals(name, middles, lower: lower, upper: upper) }
    return .line(name, middles, band: ordered.contains { $0.sample.count > 1 } ? (lower, upper) : nil)
  }

  func heatMap(_ x: Horizontal, _ y: Horizontal, label: String, scale: Scale) -> HeatMap {
    func cells(_ axis: Horizontal) -> Cells {
      axis.isNumeric ? .centers(axis.positions.map(\.x)) : .categories(axis.positions.count)
    }
    var values = [Double](repeating: .nan, count: x.positions.count * y.positions.count)
    for (i, point) in points.enumerated() {
      guard let column = x.positions.firstIndex(where: { $0.value == point[x.name] }),
        let row = y.positions.firstIndex(where: { $0.value == point[y.name] })
      else { continue }
      values[row * x.positions.count + column] = samples[i].median
    }
    return HeatMap(
      x: cells(x), y: cells(y), values: values, label: label, color: ColorScale(.sequential, scale: scale))
  }

  var csv: String {
    let names = ["configuration", "seeds", "median", "lowerQuartile", "upperQuartile", "mean", "standardError"]
    var text = (experiment.axes + names).map(csvCell).joined(separator: ",") + "\n"
    for (i, s) in samples.enumerated() {
      let numbers = [s.median, s.lowerQuartile, s.upperQuartile, s.mean, s.standardError]
      let cells =
        experiment.axes.map { points[i][$0]?.cell ?? "" }
        + [experiment.configurations[members[i]].hash, "\(s.count)"] + numbers.map { "\($0)" }
      text += cells.map(csvCell).joined(separator: ",") + "\n"
    }
    return text
  }
}
