import Networks

/// Two lines that hold an activation between them on an interval:
///
///     lowerSlope z + lowerOffset <= sigma(z) <= upperSlope z + upperOffset,   l <= z <= u
///
/// The upper line touches the concave envelope of sigma on the interval at a chosen point, the lower line its convex
/// envelope: no line is closer there. Where sigma'' is bounded by C, the lines are at most C (u - l)^2 / 4 apart
/// at that point: twice the largest distance of a function from its chord [derived].
///
/// ```swift
/// let lines = LinearRelaxation(.tanh, on: -1...2)
/// ```
///
/// Lines are moved outward by 1e-14 of the sizes of their terms, more than the rounding of sigma, of the products and
/// of the sums (a few units in the last place each), so that the inequalities hold in exact arithmetic.
public struct LinearRelaxation: Hashable, Codable, Sendable {
  public let lowerSlope, lowerOffset: Double
  public let upperSlope, upperOffset: Double

  /// - Parameter point: where the lines touch the envelopes; moved into the interval. The middle by default.
  /// - Precondition: the ends are finite.
  /// - Complexity: a few evaluations of sigma.
  public init(_ activation: Activation, on interval: ClosedRange<Double>, at point: Double? = nil) {
    let (l, u) = (interval.lowerBound, interval.upperBound)
    precondition(l.isFinite && u.isFinite, "an interval from \(l) to \(u); accepted: finite ends")
    let curve = ActivationCurve(activation)
    let t = min(max(point ?? l + (u - l) / 2, l), u)
    let (atLower, atUpper) = (curve.value(l), curve.value(u))
    let above = curve.supportingLine(side: 1, at: t, l, u, atLower, atUpper)
    let below = curve.supportingLine(side: -1, at: t, l, u, atLower, atUpper)
    let (reach, height) = (max(abs(l), abs(u)), max(abs(atLower), abs(atUpper)))
    (upperSlope, lowerSlope) = (above.slope, -below.slope)
    upperOffset = above.offset + 1e-14 * (height + abs(above.slope) * reach + abs(above.offset))
    lowerOffset = -below.offset - 1e-14 * (height + abs(below.slope) * reach + abs(below.offset))
  }

  /// The upper line at z.
  public func upper(_ z: Double) -> Double { upperSlope * z + upperOffset }

  /// The lower line at z.
  public func lower(_ z: Double) -> Double { lowerSlope * z + lowerOffset }
}
