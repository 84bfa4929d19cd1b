/// One axis of a plot: what it measures, how it is scaled, and optionally what it spans.
public struct Axis: Hashable, Sendable {
  /// What the axis measures, with its unit; may be empty.
  public var label: String
  public var scale: Scale
  /// The values at the two ends. `nil` (the default) spans the data with a small margin. A range that the scale does
  /// not accept, such as one that starts at zero on a logarithmic axis, or an empty one, counts as `nil`.
  public var range: ClosedRange<Double>?
  /// Names at the positions 0, 1, 2, ... instead of numbers; such an axis is linear and spans exactly its names.
  public private(set) var categories: [String]?

  public init(_ label: String = "", scale: Scale = .linear, range: ClosedRange<Double>? = nil) {
    self.label = label
    self.scale = scale
    self.range = range
  }

  /// An axis of names: the first has position 0, the next 1, and so on.
  public init(_ label: String = "", categories: [String]) {
    self.init(label)
    self.categories = categories
  }

  /// The ends of the axis for the given data: the fixed range, or the data and 4 % on either side; an end that `flush`
  /// reaches, the edge of a heat map or the foot of a histogram, gets no margin.
  func domain(of values: [Double], flush: ClosedRange<Double>? = nil) -> ClosedRange<Double> {
    if let categories { return -0.5...(Double(max(categories.count, 1)) - 0.5) }
    if let range, scale.accepts(range.lowerBound), scale.accepts(range.upperBound),
      range.lowerBound < range.upperBound {
      return range
    }
    var low = Double.infinity, high = -Double.infinity
    for x in values where scale.accepts(x) {
      low = min(low, x)
      high = max(high, x)
    }
    guard low <= high else { return scale.isLogarithmic ? 0.1...10 : 0...1 }
    let a = scale.transform(low), b = scale.transform(high)
    if !isSpread(low, high) {
      let pad: Double = switch scale {
      case .linear: abs(a) > 1e-280 ? abs(a) / 2 : 1
      case .symlog: max(abs(a) / 2, 0.5)
      case .log10: 0.5
      case .log2: 1
      }
      return clamped(a - pad, b + pad)
    }
    let pad = (b - a) * 0.04
    let padded = clamped(a - pad, b + pad)
    guard let flush else { return padded }
    return (flush.lowerBound <= low ? low : padded.lowerBound)...(flush.upperBound >= high ? high : padded.upperBound)
  }

  /// Whether two data values, `low <= high`, span an axis. Below this spread the ticks could no longer be told apart in
  /// Double; the data count as constant.
  func isSpread(_ low: Double, _ high: Double) -> Bool {
    guard low < high else { return false }
    let a = scale.transform(low), b = scale.transform(high)
    return b - a > max(1e-12 * max(abs(a), abs(b)), 1e-290)
  }

  /// Ticks inside `domain`, at most about `limit` of them labelled.
  func ticks(_ domain: ClosedRange<Double>, limit: Int, whole: Bool) -> [Tick] {
    guard let categories else { return Ticks.place(domain, scale: scale, limit: limit, whole: whole) }
    let step = max(1, (categories.count + max(limit, 1) - 1) / max(limit, 1))
    return categories.indices.map { i in
      Tick(value: Double(i), label: i % step == 0 ? .name(categories[i]) : nil)
    }
  }

  /// Back to data values, kept inside what the scale accepts.
  private func clamped(_ a: Double, _ b: Double) -> ClosedRange<Double> {
    let floor = scale.isLogarithmic ? Double.leastNonzeroMagnitude : -1e300
    let low = min(max(scale.inverse(a), floor), 1e300)
    let high = min(max(scale.inverse(b), floor), 1e300)
    return low...max(low, high)
  }
}
