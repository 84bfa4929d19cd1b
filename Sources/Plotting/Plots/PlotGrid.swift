import Dynamics

/// Small multiples: plots side by side in one row under a common title and legend.
///
/// Series of the same name have the same colour in every panel. With `sharesY` (the default) the panels have the y axis
/// of the first one over the limits of all, so that heights can be compared across panels.
public struct PlotGrid: Hashable, Sendable {
  public var title: String
  public var subtitle: String?
  public var panels: [Plot]
  public var sharesY: Bool

  public init(title: String = "", subtitle: String? = nil, panels: [Plot], sharesY: Bool = true) {
    self.title = title
    self.subtitle = subtitle
    self.panels = panels
    self.sharesY = sharesY
  }

  /// The figure as an SVG document. The same grid gives the same bytes.
  public func svg(width: Double = 900, height: Double = 360, theme: Theme = .automatic) -> String {
    Figure(title: title, subtitle: subtitle, panels: panels, sharesY: sharesY, panelTitles: true)
      .svg(width: width, height: height, theme: theme)
  }

  /// The data of all panels: `panel,series,mark,x,y,lower,upper`.
  public func csv() -> String {
    panels.reduce("panel,series,mark,x,y,lower,upper\n") { $0 + $1.csvRows(prefix: csvField($1.title) + ",") }
  }

  /// Writes the figure to `path` and its data beside it, under the same name with the ending `.csv`.
  ///
  /// - Throws: `AtomicFile.Failure`.
  public func write(to path: String, width: Double = 900, height: Double = 360) throws(AtomicFile.Failure) {
    try writeFigure(svg(width: width, height: height), data: csv(), to: path)
  }
}
