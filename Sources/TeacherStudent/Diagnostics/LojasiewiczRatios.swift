import RealModule

/// How large the gradient stays against powers of the loss over a run: the inequalities of Lojasiewicz.
///
///     |grad L| / L,        bounded below by Theorem 4 of the paper near zero loss
///     |grad L| / sqrt L,   bounded below where the Polyak-Lojasiewicz inequality holds: linear rates
///     |grad L| / L^{2/3},  bounded below where L falls like t^-3: over-parameterised students [derived]
///
/// Points whose loss is not above the floor (zero, negative, NaN, or in the rounding) are left out.
///
/// Source: Zhou, Ge, Jin (COLT 2021), theorem 4.
public struct LojasiewiczRatios: Codable, Equatable, Sendable {
  /// The smallest ratio and where it was met.
  public struct Minimum: Codable, Equatable, Sendable {
    public let ratio: Double
    public let iteration: Int
    public let loss: Double
  }

  /// Of |grad|/L; `nil` without a usable point.
  public let linear: Minimum?
  /// Of |grad|/sqrt L.
  public let squareRoot: Minimum?
  /// Of |grad|/L^{2/3}.
  public let twoThirds: Minimum?
  /// The slope of log |grad| against log L over the last three decades of loss, or the last six points if there are
  /// fewer: 1/2 where the PL inequality holds with equality of orders, 2/3 where L ~ t^-3, at most 1 by Theorem 4.
  /// `nil` with fewer than six points or where these span less than one decade.
  public let gradientExponent: Double?
  /// The number of points used for the minima.
  public let points: Int

  /// - Parameter floor: losses up to here are left out.
  /// - Complexity: O(n).
  public init(_ curve: [CurvePoint], floor: Double = CurvePoint.lossFloor) {
    let usable = curve.filter { $0.loss > floor && $0.loss.isFinite && $0.gradientNorm.isFinite }
    func minimum(_ power: (Double) -> Double) -> Minimum? {
      let ratios = usable.map { $0.gradientNorm / power($0.loss) }
      return ratios.indices.min { ratios[$0] < ratios[$1] }
        .map { Minimum(ratio: ratios[$0], iteration: usable[$0].iteration, loss: usable[$0].loss) }
    }
    points = usable.count
    linear = minimum { $0 }
    squareRoot = minimum { $0.squareRoot() }
    twoThirds = minimum { Double.exp(2 / 3 * Double.log($0)) }
    gradientExponent = Self.slope(usable)
  }

  private static func slope(_ usable: [CurvePoint]) -> Double? {
    let order = usable.filter { $0.gradientNorm > 0 }.sorted { $0.loss < $1.loss }
    guard order.count >= 6 else { return nil }
    let tail = order.prefix(max(6, order.count { $0.loss <= 1000 * order[0].loss }))
    guard tail.last!.loss >= 10 * order[0].loss else { return nil }
    let x = tail.map { Double.log($0.loss) }
    return WeightedLine(x, tail.map { Double.log($0.gradientNorm) }, weights: WeightedLine.spacing(of: x))?.slope
  }
}
