import Dynamics

/// Small multiples: plots in rows under a common title and legend.
///
/// Series of the same name have the same colour in every panel. With `sharesY` (the default) the panels have the y axis
/// of the first one over the limits of all, so that heights can be compared across panels; `sharesX` does so for x.
/// Heat maps have one colour scale and one bar for all panels, unless `sharesColor` is switched off.
public struct PlotGrid: Hashable, Sendable {
  public var title: String
  public var subtitle: String?
  public var panels: [Plot]
  /// Panels in a row; `nil` for as many as fit the width with about 200 pixels each, evenly over the rows.
  public var columns: Int?
  public var sharesX: Bool
  public var sharesY: Bool
  public var sharesColor: Bool

  public init(title: String = "", subtitle: String? = nil, panels: [Plot], columns: Int? = nil, sharesX: Bool = false,
    sharesY: Bool = true, sharesColor: Bool = true) {
    self.title = title
    self.subtitle = subtitle
    self.panels = panels
    self.columns = columns
    self.sharesX = sharesX
    self.sharesY = sharesY
    self.sharesColor = sharesColor
  }

  /// The figure as an SVG document. The same grid gives the same bytes.
  ///
  /// - Parameters:
  ///   - height: pixels; `nil` for 360 with one row of panels and 260 more for each further row.
  public func svg(width: Double = 900, height: Double? = nil, theme: Theme = .automatic) -> String {
    figure.svg(width: width, height: height ?? 100 + 260 * Double(figure.rows(width: width)), theme: theme)
  }

  /// The data of all panels: `panel,series,mark,x,y,lower,upper`, and the further columns of `Plot.csv()`.
  public func csv() -> String {
    let extras = CSVColumns(panels)
    return panels.reduce("panel," + extras.header) { $0 + $1.csvRows(prefix: csvField($1.title) + ",", extras) }
  }

  /// Writes the figure to `path` and its data beside it, under the same name with the ending `.csv`.
  ///
  /// - Throws: `AtomicFile.Failure`.
  public func write(to path: String, width: Double = 900, height: Double? = nil) throws(AtomicFile.Failure) {
    try writeFigure(svg(width: width, height: height), data: csv(), to: path)
  }

  private var figure: Figure {
    Figure(title: title, subtitle: subtitle, panels: panels, grid: Figure.Grid(columns: columns, sharesX: sharesX,
      sharesY: sharesY, sharesColor: sharesColor))
  }
}
