import Dynamics

/// Rows of small pictures made of numbers, such as an input, what was added to it, and the result.
///
/// ```swift
/// let tile = ImageGallery.Tile(width: 28, height: 28, values: pixels, color: .gray(0...1))
/// let gallery = ImageGallery(title: "Digits", headings: ["input"], rows: [.init(tiles: [tile], caption: ["a 7"])])
/// try gallery.write(to: "digits.svg")
/// ```
///
/// Every pixel is drawn as it is: no smoothing. Pictures whose colours are of the kind `.diverging` share one scale,
/// that of the largest magnitude among all of them, and its colour bar.
public struct ImageGallery: Hashable, Sendable {
  /// How the values of a picture become colours.
  public enum Coloring: Hashable, Sendable {
    /// Black at the lower end, white at the upper; beyond the ends the end's colour.
    case gray(ClosedRange<Double>)
    /// Blue below zero, orange-brown above.
    case diverging
  }

  /// One picture, its rows from the top; values that are not finite are left out.
  public struct Tile: Hashable, Sendable {
    public var width: Int
    public var height: Int
    public var values: [Double]
    public var color: Coloring

    /// - Precondition: one value for each pixel.
    public init(width: Int, height: Int, values: [Double], color: Coloring) {
      precondition(width > 0 && height > 0 && values.count == width * height, "a picture needs a value for each pixel")
      (self.width, self.height, self.values, self.color) = (width, height, values, color)
    }
  }

  /// Pictures beside each other, with lines of text on their right.
  public struct Row: Hashable, Sendable {
    public var tiles: [Tile]
    public var caption: [String]

    public init(tiles: [Tile], caption: [String] = []) { (self.tiles, self.caption) = (tiles, caption) }
  }

  public var title: String
  public var subtitle: String?
  /// Above the columns of pictures.
  public var headings: [String]
  public var rows: [Row]
  /// What the diverging colours measure.
  public var label: String

  public init(title: String, subtitle: String? = nil, headings: [String] = [], rows: [Row], label: String = "") {
    (self.title, self.subtitle, self.headings) = (title, subtitle, headings)
    (self.rows, self.label) = (rows, label)
  }

  /// All pixels: `row,column,y,x,value`, rows and columns of pictures and y and x of pixels counted from 0.
  public func csv() -> String {
    var text = "row,column,y,x,value\n"
    for (r, row) in rows.enumerated() {
      for (c, tile) in row.tiles.enumerated() {
        for (p, value) in tile.values.enumerated() {
          text += "\(r),\(c),\(p / tile.width),\(p % tile.width),\(value)\n"
        }
      }
    }
    return text
  }

  /// Writes the pictures to `path` and their numbers beside them, under the same name with the ending `.csv`.
  ///
  /// - Throws: `AtomicFile.Failure`.
  public func write(to path: String) throws(AtomicFile.Failure) {
    try writeFigure(svg(), data: csv(), to: path)
  }
}
