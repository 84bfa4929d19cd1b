import Dynamics

extension Plot {
  /// The plot as an SVG document of its own. The same plot gives the same bytes.
  ///
  /// With the automatic theme the figure follows the reader's light or dark colour scheme.
  ///
  /// - Parameters:
  ///   - width: pixels, at least 160.
  ///   - height: pixels, at least 120.
  public func svg(width: Double = 640, height: Double = 400, theme: Theme = .automatic) -> String {
    Figure(title: title, subtitle: subtitle, panels: [self])
      .svg(width: width, height: height, theme: theme)
  }

  /// Writes the plot to `path` and its data beside it, under the same name with the ending `.csv`.
  ///
  /// The data are written first: a figure on disk always has its numbers beside it.
  ///
  /// - Throws: `AtomicFile.Failure`.
  public func write(to path: String, width: Double = 640, height: Double = 400) throws(AtomicFile.Failure) {
    try writeFigure(svg(width: width, height: height), data: csv(), to: path)
  }
}

func writeFigure(_ svg: String, data: String, to path: String) throws(AtomicFile.Failure) {
  let base = path.hasSuffix(".svg") ? String(path.dropLast(4)) : path
  try AtomicFile.write(data, to: base + ".csv")
  try AtomicFile.write(svg, to: base + ".svg")
}
