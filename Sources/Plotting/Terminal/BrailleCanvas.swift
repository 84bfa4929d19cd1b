/// A grid of terminal cells, each of 2 x 4 dots.
///
///     dots of a cell      bits of U+2800 + bits
///        (0,0) (1,0)         0  3
///        (0,1) (1,1)         1  4
///        (0,2) (1,2)         2  5
///        (0,3) (1,3)         6  7
struct BrailleCanvas {
  let columns: Int
  let rows: Int
  private var bits: [UInt8]
  /// The hue that touched each cell last.
  private(set) var hues: [Int?]

  var dotColumns: Int { columns * 2 }
  var dotRows: Int { rows * 4 }

  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    bits = [UInt8](repeating: 0, count: columns * rows)
    hues = [Int?](repeating: nil, count: columns * rows)
  }

  /// Sets the dot at (x, y), y downwards; positions outside are ignored.
  mutating func set(_ x: Int, _ y: Int, hue: Int?) {
    guard x >= 0, y >= 0, x < dotColumns, y < dotRows else { return }
    let order: [UInt8] = [0, 3, 1, 4, 2, 5, 6, 7]
    let cell = y / 4 * columns + x / 2
    bits[cell] |= 1 << order[y % 4 * 2 + x % 2]
    hues[cell] = hue
  }

  /// A straight line of dots (Bresenham's algorithm in floating point, clipped to the canvas).
  mutating func line(_ x0: Double, _ y0: Double, _ x1: Double, _ y1: Double, hue: Int?, every: Int = 1) {
    let length = max(abs(x1 - x0), abs(y1 - y0))
    guard length < 1e6 else { return }
    let steps = max(Int(length.rounded(.up)), 1)
    for i in stride(from: 0, through: steps, by: every) {
      let t = Double(i) / Double(steps)
      set(Int((x0 + (x1 - x0) * t).rounded()), Int((y0 + (y1 - y0) * t).rounded()), hue: hue)
    }
  }

  /// The braille character of a cell, or a space.
  subscript(column: Int, row: Int) -> Character {
    let value = bits[row * columns + column]
    return value == 0 ? " " : Character(Unicode.Scalar(0x2800 + UInt32(value))!)
  }

  func hue(_ column: Int, _ row: Int) -> Int? { hues[row * columns + column] }

  func isEmpty(_ column: Int, _ row: Int) -> Bool { bits[row * columns + column] == 0 }
}
