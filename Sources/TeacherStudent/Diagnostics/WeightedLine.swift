/// The straight line y = intercept + slope x of least squares with weights.
struct WeightedLine {
  let slope, intercept: Double
  /// The weighted root mean square of what is left.
  let residual: Double
  /// The standard error of the slope if deviations were independent, from the residual with n - 2 degrees of freedom.
  let slopeError: Double

  /// `nil` unless two abscissas of positive weight differ.
  init?(_ x: [Double], _ y: [Double], weights: [Double]) {
    let total = weights.reduce(0, +)
    guard total > 0 else { return nil }
    func mean(_ value: (Int) -> Double) -> Double { x.indices.reduce(0) { $0 + weights[$1] * value($1) } / total }
    let (xMean, yMean) = (mean { x[$0] }, mean { y[$0] })
    let spread = mean { (x[$0] - xMean) * (x[$0] - xMean) }
    guard spread > 0 else { return nil }
    let b = mean { (x[$0] - xMean) * (y[$0] - yMean) } / spread
    let a = yMean - b * xMean
    let variance = mean { i in
      let rest = y[i] - a - b * x[i]
      return rest * rest
    }
    (slope, intercept, residual) = (b, a, variance.squareRoot())
    slopeError = x.count > 2 ? (variance / (Double(x.count - 2) * spread)).squareRoot() : .infinity
  }

  /// The trapezoidal weights of increasing abscissas: sums with them approximate integrals over x, so that the fit
  /// does not depend on how densely a curve was recorded where.
  static func spacing(of x: [Double]) -> [Double] {
    guard x.count > 1 else { return x.map { _ in 1 } }
    return x.indices.map { (x[min($0 + 1, x.count - 1)] - x[max($0 - 1, 0)]) / 2 }
  }
}
