/// Values on a grid of cells, shown as colours: a phase diagram, a confusion table, a loss landscape.
///
///     // the share of runs that recovered, over sample size and width
///     let map = HeatMap(x: .centers(sizes), y: .centers(widths), values: recovered, label: "recovered",
///       color: ColorScale(range: 0...1))
///     let plot = Plot(title: "Recovery", x: Axis("n", scale: .log2), y: Axis("k"), series: [
///       .heatMap(map), .contour("half recover", of: map, at: 0.5),
///     ])
///
/// A value that is NaN, infinite or outside the colour scale is *missing*: its cell is struck through, and a note says
/// how many there are. Under trajectories the cells are a backdrop, faded into the paper.
public struct HeatMap: Hashable, Sendable {
  public var x: Cells
  public var y: Cells
  /// One value for each cell, x running fastest: `values[row * x.count + column]`, row 0 at the lowest y.
  public var values: [Double]
  /// What the values measure, with its unit; stands beside the colour bar.
  public var label: String
  public var color: ColorScale
  public var numbers: Numbers
  /// Samples that `init(samples:)` could not place because x or y was not finite.
  public private(set) var omitted = 0

  /// Whether the values are written into the cells.
  public enum Numbers: String, Hashable, Sendable {
    /// When there are few, they fit, and nothing is drawn over the cells.
    case automatic
    case never
  }

  /// - Precondition: one value for each cell.
  public init(x: Cells, y: Cells, values: [Double], label: String = "", color: ColorScale = .sequential,
    numbers: Numbers = .automatic) {
    precondition(values.count == x.count * y.count, "a heat map needs one value for each cell")
    self.x = x
    self.y = y
    self.values = values
    self.label = label
    self.color = color
    self.numbers = numbers
  }

  /// A grid of all x and y that occur, each cell holding the mean of the samples there.
  ///
  /// A cell without a sample is missing, and so is one where any sample is NaN: averaging only the runs that ended well
  /// would flatter them.
  ///
  /// - Complexity: O(n log n).
  public init(samples: [(x: Double, y: Double, value: Double)], label: String = "", color: ColorScale = .sequential,
    numbers: Numbers = .automatic) {
    let placed = samples.filter { $0.x.isFinite && $0.y.isFinite }
    let xs = Set(placed.map(\.x)).sorted(), ys = Set(placed.map(\.y)).sorted()
    let columns = Dictionary(uniqueKeysWithValues: zip(xs, xs.indices))
    let rows = Dictionary(uniqueKeysWithValues: zip(ys, ys.indices))
    var sums = [Double](repeating: 0, count: xs.count * ys.count), counts = sums
    for sample in placed {
      let cell = rows[sample.y]! * xs.count + columns[sample.x]!
      sums[cell] += sample.value
      counts[cell] += 1
    }
    self.init(x: .centers(xs), y: .centers(ys), values: zip(sums, counts).map { $0 / $1 }, label: label, color: color,
      numbers: numbers)
    omitted = samples.count - placed.count
  }

  /// A function of the plane at the middles of `columns` x `rows` equal cells, such as a loss landscape.
  ///
  /// - Complexity: columns x rows evaluations of `value`.
  public init(x: ClosedRange<Double>, y: ClosedRange<Double>, columns: Int = 72, rows: Int = 54, label: String = "",
    color: ColorScale = .sequential, value: (_ x: Double, _ y: Double) -> Double) {
    let middle = { (range: ClosedRange<Double>, i: Double, count: Int) in
      range.lowerBound + (range.upperBound - range.lowerBound) * i / Double(count)
    }
    let values = (0..<rows).flatMap { row in
      (0..<columns).map { column in
        value(middle(x, Double(column) + 0.5, columns), middle(y, Double(row) + 0.5, rows))
      }
    }
    self.init(x: .edges((0...columns).map { middle(x, Double($0), columns) }),
      y: .edges((0...rows).map { middle(y, Double($0), rows) }), values: values, label: label, color: color,
      numbers: .never)
  }

  public subscript(column: Int, row: Int) -> Double { values[row * x.count + column] }

  /// How many cells have no colour, or no place on the axes.
  func missingCount(x xScale: Scale, y yScale: Scale) -> (values: Int, unplaced: Int) {
    let columns = x.intervals(on: xScale), rows = y.intervals(on: yScale)
    var missing = 0, unplaced = 0
    for row in rows.indices {
      for column in columns.indices {
        if columns[column] == nil || rows[row] == nil {
          unplaced += 1
        } else if !color.scale.accepts(self[column, row]) {
          missing += 1
        }
      }
    }
    return (missing, unplaced)
  }
}

/// Where the cells of a heat map lie along one axis.
public enum Cells: Hashable, Sendable {
  /// Their middles, strictly increasing; borders lie half-way between neighbours, measured on the axis's scale.
  case centers([Double])
  /// Their borders, strictly increasing, one more than there are cells.
  case edges([Double])
  /// One for each name of an axis of categories.
  case categories(Int)

  public var count: Int {
    switch self {
    case .centers(let x): x.count
    case .edges(let x): max(x.count - 1, 0)
    case .categories(let n): n
    }
  }

  /// The middle of each cell, also of one that the scale has no place for.
  func positions(on scale: Scale) -> [Double] {
    switch self {
    case .centers(let x): x
    case .edges(let x):
      zip(zip(x, x.dropFirst()), intervals(on: scale)).map { $1?.center ?? $0.0 / 2 + $0.1 / 2 }
    case .categories(let n): (0..<n).map(Double.init)
    }
  }

  struct Interval: Hashable {
    var low, center, high: Double
  }

  /// The ends of each cell on an axis; `nil` where the scale has no place for it.
  func intervals(on scale: Scale) -> [Interval?] {
    switch self {
    case .categories(let n):
      return (0..<n).map { Interval(low: Double($0) - 0.5, center: Double($0), high: Double($0) + 0.5) }
    case .edges(let edges):
      return zip(edges, edges.dropFirst()).map { low, high in
        guard scale.accepts(low), scale.accepts(high), low < high else { return nil }
        return Interval(low: low, center: scale.inverse(scale.transform(low) / 2 + scale.transform(high) / 2),
          high: high)
      }
    case .centers(let centers):
      let kept = centers.indices.filter { scale.accepts(centers[$0]) }
      var result = [Interval?](repeating: nil, count: centers.count)
      let t = kept.map { scale.transform(centers[$0]) }
      for (k, i) in kept.enumerated() {
        // The outermost cells reach as far outwards as inwards.
        let below = k > 0 ? t[k] - t[k - 1] : k + 1 < t.count ? t[k + 1] - t[k] : Self.lonelyWidth(centers[i], scale)
        let above = k + 1 < t.count ? t[k + 1] - t[k] : below
        result[i] = Interval(low: scale.inverse(t[k] - below / 2), center: centers[i],
          high: scale.inverse(t[k] + above / 2))
      }
      return result
    }
  }

  /// The width of a cell without neighbours.
  private static func lonelyWidth(_ x: Double, _ scale: Scale) -> Double {
    switch scale {
    case .linear: max(1, abs(x) * 1e-6)
    case .log10, .log2: 1
    case .symlog: 0.5
    }
  }
}
