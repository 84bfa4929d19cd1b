/// A place in the plane of a plot.
public struct Point: Hashable, Sendable {
  public var x: Double
  public var y: Double

  public init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }
}

/// The interval around each point of a line, such as the quartiles over seeds; as long as the line.
public struct Band: Hashable, Sendable {
  public var lower: [Double]
  public var upper: [Double]

  public init(lower: [Double], upper: [Double]) {
    precondition(lower.count == upper.count, "a band needs as many lower as upper values")
    self.lower = lower
    self.upper = upper
  }
}

/// How data become ink. A new kind of mark is a case here, its limits in `Plot+Limits`, one drawing for each output.
public enum Mark: Hashable, Sendable {
  /// Points joined in the order given. A point that cannot be drawn (NaN, zero on a logarithmic axis) leaves a gap.
  case line([Point], band: Band?)
  /// A function that keeps each value until the next point.
  case step([Point])
  case scatter([Point])
  /// A reference line across the whole panel.
  case rule(Orientation, at: Double, dashed: Bool)

  public enum Orientation: String, Hashable, Sendable { case horizontal, vertical }

  var points: [Point] {
    switch self {
    case .line(let points, _), .step(let points), .scatter(let points): points
    case .rule: []
    }
  }
}

/// A mark with a name. Series of the same name, also in other panels of a grid, share a colour and a legend entry.
public struct Series: Hashable, Sendable {
  /// The name in the legend, or the text beside a rule; a series without one has no legend entry.
  public var name: String?
  public var mark: Mark
  /// The name of the series whose colour this one borrows; rules are grey without it.
  public var colorOf: String?

  public init(_ name: String?, mark: Mark, colorOf: String? = nil) {
    self.name = name
    self.mark = mark
    self.colorOf = colorOf
  }

  public static func line(_ name: String?, _ points: [Point], band: (lower: [Double], upper: [Double])? = nil)
    -> Series {
    if let band { precondition(band.lower.count == points.count, "a band needs one interval for each point") }
    return Series(name, mark: .line(points, band: band.map { Band(lower: $0.lower, upper: $0.upper) }))
  }

  public static func step(_ name: String?, _ points: [Point]) -> Series { Series(name, mark: .step(points)) }

  public static func scatter(_ name: String?, _ points: [Point]) -> Series {
    Series(name, mark: .scatter(points))
  }

  /// A reference line, such as the width 2n/d, in the colour of the series named by `colorOf`, otherwise grey.
  public static func rule(_ orientation: Mark.Orientation, at position: Double, label: String? = nil,
    dashed: Bool = true, colorOf: String? = nil) -> Series {
    Series(label, mark: .rule(orientation, at: position, dashed: dashed), colorOf: colorOf)
  }

  var isRule: Bool {
    if case .rule = mark { return true }
    return false
  }
}
