import Foundation

/// A figure of the page: one plot, or small panels with common axes; its data; the runs that it is of.
struct ReportFigure: Sendable {
  let title: String
  let caption: String
  let panels: [Plot]
  let csv: String
  /// Name of the file that the data are saved as.
  let file: String
  /// Places of the configurations shown.
  let configurations: [Int]

  /// SVG for wide and for narrow screens: one plot is drawn for either, panels are of a size that suits both.
  var wide: [String] {
    panels.count == 1
      ? [svg(panels[0], width: 760, height: 420)] : panels.map { svg($0, width: 330, height: 270) }
  }
  var narrow: [String] { panels.count == 1 ? [svg(panels[0], width: 330, height: 320)] : [] }

  /// A panel whose title, for those who cannot see it, is that of the whole figure and its own.
  private func svg(_ panel: Plot, width: Double, height: Double) -> String {
    let svg = panel.svg(width: width, height: height)
    guard let start = svg.firstRange(of: "<title>"), let end = svg.firstRange(of: "</title>") else { return svg }
    let name = ReportPage.escaped(ReportPage.cleaned(panel.title.isEmpty ? title : "\(title): \(panel.title)"))
    return svg.replacingCharacters(in: start.upperBound..<end.lowerBound, with: name)
  }

  /// Gives all panels axes that hold the data of all, so that they can be compared at sight.
  static func sharingAxes(_ panels: [Plot]) -> [Plot] {
    guard panels.count > 1 else { return panels }
    var xs: [Double] = []
    var ys: [Double] = []
    for mark in panels.flatMap({ $0.series.map(\.mark) }) {
      switch mark {
      case .line(let points, let band):
        xs += points.map(\.x)
        ys += points.map(\.y) + (band.map { $0.lower + $0.upper } ?? [])
      case .intervals(let points, let band): ys += points.map(\.y) + band.lower + band.upper
      default: break
      }
    }
    return panels.map { panel in
      var panel = panel
      if panel.x.categories == nil { panel.x.range = range(of: xs, panel.x.scale) }
      panel.y.range = range(of: ys, panel.y.scale)
      return panel
    }
  }

  /// What values span on an axis, with a small margin.
  private static func range(of values: [Double], _ scale: Scale) -> ClosedRange<Double>? {
    let places = values.filter(scale.accepts).map(scale.transform)
    guard let low = places.min(), let high = places.max(), low < high else { return nil }
    let margin = (high - low) * 0.04
    let (first, last) = (scale.inverse(low - margin), scale.inverse(high + margin))
    return first.isFinite && last.isFinite && first < last ? first...last : nil
  }
}

// MARK: Curves

extension ReportFigure {
  /// The curves of a metric: a line for each configuration's median, a band from quartile to quartile.
  init(_ curves: MetricCurves, of experiment: ReportedExperiment) {
    let configurations = curves.curves.map { experiment.configurations[$0.configuration] }
    let facets = Facets(configurations.map(\.point), axes: experiment.plottedAxes)
    let drawn = facets.panels.flatMap { $0.lines.flatMap(\.members) }.map { curves.curves[$0] }
    let log = MetricCurves.spansDecades(drawn.lazy.flatMap(\.median))
    let plots = facets.panels.map { panel in
      Plot(
        title: panel.title, x: Axis("iteration"), y: Axis(curves.metric, scale: log ? .log10 : .linear),
        series: panel.lines.map { line in
          guard let curve = line.members.first.map({ curves.curves[$0] }) else { return .line(line.name, []) }
          let points = zip(curve.iterations, curve.median).map { Point(Double($0), $1) }
          let band = curve.seeds > 1 ? (lower: curve.lower, upper: curve.upper) : nil
          var series = Series.line(line.name.isEmpty ? nil : line.name, points, band: band)
          // An iteration is not an observation of its own, and a short run's would crowd beside a long one's.
          series.isMarked = false
          return series
        })
    }
    title = "\(curves.metric) along the iterations"
    panels = Self.sharingAxes(plots)
    caption = Self.caption(curves, facets, shown: drawn.count, isLogarithmic: log, experiment)
    csv = Self.csv(curves, experiment)
    file = "\(experiment.name)-\(curves.metric).csv"
    self.configurations = drawn.map(\.configuration)
  }

  private static func caption(
    _ curves: MetricCurves, _ facets: Facets, shown: Int, isLogarithmic: Bool, _ experiment: ReportedExperiment
  ) -> String {
    let seeds = curves.curves.map(\.seeds)
    var sentences: [String] = []
    if seeds.max()! > 1 {
      let count = seeds.min()! == seeds.max()! ? "\(seeds[0])" : "\(seeds.min()!) to \(seeds.max()!)"
      sentences.append("Line: median over \(count) seeds; band: from quartile to quartile.")
    } else {
      sentences.append("One run for each line.")
    }
    if curves.curves.contains(where: { $0.endedEarly > 0 }) {
      sentences.append("A run that ended before the others of its line keeps its last value to the line's end.")
    }
    let unfinished = curves.curves.count { experiment.configurations[$0.configuration].completed.isEmpty }
    if unfinished > 0 { sentences.append("Runs that are not complete: \(unfinished) of \(curves.curves.count) lines.") }
    if isLogarithmic { sentences.append("Logarithmic axis.") }
    if facets.shownLines < facets.lineCount {
      sentences.append("\(facets.shownLines) of \(facets.lineCount) lines, evenly chosen; the data hold all.")
    }
    return sentences.joined(separator: " ")
  }

  private static func csv(_ curves: MetricCurves, _ experiment: ReportedExperiment) -> String {
    let names = experiment.axes + ["configuration", "iteration", "median", "lowerQuartile", "upperQuartile", "seeds"]
    var text = names.map(csvCell).joined(separator: ",") + "\n"
    for curve in curves.curves {
      let configuration = experiment.configurations[curve.configuration]
      let start = (experiment.axes.map { configuration.point[$0]?.cell ?? "" } + [configuration.hash]).map(csvCell)
        .joined(separator: ",")
      for i in curve.iterations.indices {
        text +=
          "\(start),\(curve.iterations[i]),\(curve.median[i]),\(curve.lower[i]),\(curve.upper[i]),\(curve.seeds)\n"
      }
    }
    return text
  }
}
