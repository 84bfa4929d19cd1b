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
  /// Points with an interval each, not joined; on an axis of categories several series stand side by side.
  case intervals([Point], Band)
  /// Coloured cells, under all other marks.
  case heatMap(HeatMap)
  /// Where the values of a heat map pass through a level.
  case contour(HeatMap, level: Double)
  case histogram(Histogram)
  /// Directed paths in the plane, with marks at their starts and ends.
  case trajectories([[Point]])
  /// An arrow from the origin; extended, it goes on to the edge of the panel.
  case ray(to: Point, isExtended: Bool)

  public enum Orientation: String, Hashable, Sendable { case horizontal, vertical }

  var points: [Point] {
    switch self {
    case .line(let points, _), .step(let points), .scatter(let points), .intervals(let points, _): points
    case .trajectories(let paths): paths.flatMap { $0 }
    case .ray(let tip, _): [Point(0, 0), tip]
    case .rule, .heatMap, .contour, .histogram: []
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
  /// Whether the points of a line are marked; `nil` (the default) where there are at most 30.
  public var isMarked: Bool?

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

  /// Points with the ends of an interval about each, such as mean and bootstrap interval of each group.
  ///
  /// - Precondition: as many ends as points.
  public static func intervals(_ name: String?, _ points: [Point], lower: [Double], upper: [Double]) -> Series {
    precondition(points.count == lower.count, "every point needs an interval")
    return Series(name, mark: .intervals(points, Band(lower: lower, upper: upper)))
  }

  /// A heat map; the first of a plot brings the colour bar.
  public static func heatMap(_ map: HeatMap) -> Series { Series(nil, mark: .heatMap(map)) }

  /// The line along which a heat map passes through `level`, drawn over it.
  public static func contour(_ name: String?, of map: HeatMap, at level: Double) -> Series {
    Series(name, mark: .contour(map, level: level))
  }

  /// Directed paths of one kind, such as the neurons of one student; many are drawn thin and translucent.
  public static func trajectories(_ name: String?, _ paths: [[Point]]) -> Series {
    Series(name, mark: .trajectories(paths))
  }

  /// An arrow from the origin to `tip`, its label at the end, such as a teacher's direction; grey unless `colorOf`
  /// names a series. Extended, it goes on in that direction to the edge of the panel.
  public static func ray(_ label: String?, to tip: Point, isExtended: Bool = false, colorOf: String? = nil) -> Series {
    Series(label, mark: .ray(to: tip, isExtended: isExtended), colorOf: colorOf)
  }

  var isRule: Bool {
    if case .rule = mark { return true }
    return false
  }

  var isHeatMap: Bool { heatMap != nil }

  var heatMap: HeatMap? {
    if case .heatMap(let map) = mark { return map }
    return nil
  }

  /// Whether the series has a hue of its own; rules and rays are grey, heat maps have their colour bar.
  var takesHue: Bool {
    switch mark {
    case .rule, .ray, .heatMap: false
    default: true
    }
  }
}
