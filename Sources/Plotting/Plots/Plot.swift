/// A figure: what is drawn against which axes, apart from how it is shown.
///
/// The same value becomes an SVG (`svg()`), text for a terminal (`TerminalPlot`) and a table of its data (`csv()`).
///
///     let plot = Plot(title: "Training loss", x: Axis("iteration"), y: Axis("loss", scale: .log10), series: [
///       .line("Gauss-Newton", losses.enumerated().map { Point(Double($0), $1) }),
///       .rule(.horizontal, at: 1e-10, label: "tolerance"),
///     ])
///     try plot.write(to: "figures/loss.svg")
public struct Plot: Hashable, Sendable {
  public var title: String
  public var subtitle: String?
  public var x: Axis
  public var y: Axis
  public var series: [Series]
  public var aspect: Aspect

  /// How the units of the two axes relate on paper.
  public enum Aspect: String, Hashable, Sendable {
    /// Each axis fills its side.
    case free
    /// A unit is as long on either axis, so that angles and circles look right; for two linear axes.
    case equal
  }

  public init(title: String = "", subtitle: String? = nil, x: Axis = Axis(), y: Axis = Axis(), series: [Series] = [],
    aspect: Aspect = .free) {
    self.title = title
    self.subtitle = subtitle
    self.x = x
    self.y = y
    self.series = series
    self.aspect = aspect
  }

  var heatMaps: [HeatMap] { series.compactMap(\.heatMap) }
}
