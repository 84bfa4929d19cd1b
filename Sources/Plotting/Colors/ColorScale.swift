/// How the values of a heat map become colours.
///
///     ColorScale.sequential                                     // linear over the data
///     ColorScale(.sequential, scale: .log10)                    // a loss over many decades
///     ColorScale(.sequential, range: 0...1)                     // a probability
///     ColorScale(.diverging)                                    // a difference, neutral at zero
public struct ColorScale: Hashable, Sendable {
  public var map: ColorMap
  /// Evens out the values before they are coloured; a value outside its domain counts as missing.
  public var scale: Scale
  /// The values at the two ends of the colour bar; values beyond have the end's colour, and the bar ends in an arrow.
  /// `nil` (the default) spans the data. A range that the scale does not accept counts as `nil`.
  public var range: ClosedRange<Double>?
  /// The value that is neutral in a diverging map; the range is made symmetric about it on the scale.
  public var center: Double

  public init(_ map: ColorMap = .sequential, scale: Scale = .linear, range: ClosedRange<Double>? = nil,
    center: Double = 0) {
    self.map = map
    self.scale = scale
    self.range = range
    self.center = center
  }

  public static let sequential = ColorScale(.sequential)
  public static let diverging = ColorScale(.diverging)

  /// The ends of the colour bar for the given values.
  func domain(of values: [Double]) -> ClosedRange<Double> {
    if let range, scale.accepts(range.lowerBound), scale.accepts(range.upperBound),
      range.lowerBound < range.upperBound {
      return range
    }
    var low = Double.infinity, high = -Double.infinity
    for v in values where scale.accepts(v) {
      low = min(low, v)
      high = max(high, v)
    }
    if map == .diverging, scale.accepts(center), low <= high {
      let middle = scale.transform(center)
      let reach = max(abs(scale.transform(low) - middle), abs(scale.transform(high) - middle))
      if reach > 0 { return scale.inverse(middle - reach)...scale.inverse(middle + reach) }
    }
    let axis = Axis("", scale: scale)
    return axis.isSpread(low, high) ? low...high : axis.domain(of: low <= high ? [low] : [])
  }
}

/// A colour scale with its ends settled.
struct ColorRange: Hashable {
  var color: ColorScale
  var domain: ClosedRange<Double>
  /// What the colours measure.
  var label: String
  /// Whether values lie beyond the ends.
  var exceedsBelow = false
  var exceedsAbove = false

  /// Whether the cells are a backdrop, faded into the paper: under trajectories, whose own colours must show on it.
  var isFaded: Bool

  /// The attribute that fades the cells; on white paper they become pale, on a dark screen dim.
  var opacity: String { isFaded ? " opacity=\"0.45\"" : "" }

  /// The common colours of the heat maps of some plots, by the scale and label of the first.
  init?(_ plots: [Plot]) {
    let maps = plots.flatMap(\.heatMaps)
    guard let first = maps.first else { return nil }
    isFaded = plots.contains { plot in
      plot.series.contains { if case .trajectories = $0.mark { true } else { false } }
    }
    color = first.color
    label = maps.first { !$0.label.isEmpty }?.label ?? ""
    let values = maps.flatMap(\.values)
    domain = color.domain(of: values)
    for v in values where color.scale.accepts(v) {
      if v < domain.lowerBound { exceedsBelow = true }
      if v > domain.upperBound { exceedsAbove = true }
    }
  }

  /// The level of a value, 0 ..< `ColorMap.levels`; `nil` for one that has no colour.
  func level(_ value: Double) -> Int? {
    guard color.scale.accepts(value) else { return nil }
    let share = PanelLayout.fraction(value, domain, color.scale)
    return min(max(Int(share * Double(ColorMap.levels)), 0), ColorMap.levels - 1)
  }
}
