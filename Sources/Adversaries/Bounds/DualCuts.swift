import LinearAlgebra

/// The values and subgradients of a dual function met on the way down, and the primal point that they hold.
///
/// Where the support function of the set has edges, its maximiser at the best slopes is one corner of many, and far
/// from where the relaxation has its maximum. That point is a mixture: weights lambda >= 0 with sum 1 for which the
/// subgradients of nearly best values cancel, sum lambda_i g_i = 0, make sum lambda_i delta_i a maximiser (the
/// condition of optimality of a bundle method). They are found by non-negative least squares.
final class DualCuts {
  private let capacity = 40
  private let hidden, dimension: Int
  private let slopes, subgradients, maximizers, values: Buffer<Double>
  private var count = 0

  init(hidden m: Int, dimension d: Int) {
    (hidden, dimension) = (m, d)
    slopes = Buffer(count: capacity * m)
    subgradients = Buffer(count: capacity * m)
    maximizers = Buffer(count: capacity * d)
    values = Buffer(count: capacity)
  }

  func clear() { count = 0 }

  /// Keeps a cut, in place of the oldest where there is no room.
  @inline(__always) func add(
    value: Double, slopes alpha: UnsafePointer<Double>, at delta: UnsafePointer<Double>, subgradient: (Int) -> Double
  ) {
    let place = count % capacity
    values[place] = value
    for j in 0..<hidden {
      slopes[place * hidden + j] = alpha[j]
      subgradients[place * hidden + j] = subgradient(j)
    }
    for i in 0..<dimension { maximizers[place * dimension + i] = delta[i] }
    count += 1
  }

  /// The mixture for the best value and its slopes; left alone where none is found.
  ///
  /// Minimises |sum lambda_i g_i|^2, in widths of the intervals times 100, with the cuts' distances below the best
  /// value relative to `scale`.
  func mixture(
    best: Double, slopes alpha: UnsafePointer<Double>, scale: Double, into delta: UnsafeMutablePointer<Double>,
    widths: (Int) -> Double
  ) {
    let n = min(count, capacity)
    guard n > 1, scale > 0, best.isFinite else { return }
    var a = Matrix<Double>(rows: hidden + 2, columns: n)
    for i in 0..<n {
      var below = best - values[i]
      for j in 0..<hidden {
        let g = subgradients[i * hidden + j]
        below -= g * (alpha[j] - slopes[i * hidden + j])
        a[j, i] = 100 * g * widths(j)
      }
      a[hidden, i] = max(below, 0) / scale
      a[hidden + 1, i] = 1000
    }
    var right = [Double](repeating: 0, count: hidden + 2)
    right[hidden + 1] = 1000
    guard let found = try? NonNegativeLeastSquares.solve(a, right) else { return }
    let sum = found.x.reduce(0, +)
    guard sum > 0.5 else { return }
    for c in 0..<dimension {
      var mean = 0.0
      for i in 0..<n { mean += found.x[i] / sum * maximizers[i * dimension + c] }
      delta[c] = mean
    }
  }
}
