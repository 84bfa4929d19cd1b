import LinearAlgebra
import Randomness

/// Draws rows of inputs of an ``InputDistribution``; what the distribution needs for all rows (the factor of a
/// covariance) is made once.
struct InputSampler: Sendable {
  let distribution: InputDistribution
  let inputs: Int
  /// F with C = F F^T for correlated inputs.
  private let factor: Matrix<Double>?

  /// - Parameter random: for what is the same in all samples, such as a covariance.
  init(_ distribution: InputDistribution, inputs: Int, random: RandomStream) {
    self.distribution = distribution
    self.inputs = inputs
    factor = Self.condition(distribution).map { Self.factor(inputs, condition: $0, random: random) }
  }

  /// Numbers of room that ``fill(_:random:scratch:)`` needs for each row.
  var scratchWidth: Int { factor == nil ? 0 : inputs }

  /// Fills all rows of `x`.
  ///
  /// The main numbers come from child 0 of `random`, what each row has once from children 1 (components, radii), 2
  /// (symmetrising) and 3 (signs of Laplace numbers).
  func fill(_ x: MutableMatrixView<Double>, random: RandomStream, scratch: UnsafeMutablePointer<Double>) {
    fill(distribution, x, random, scratch)
  }

  private func fill(_ distribution: InputDistribution, _ x: MutableMatrixView<Double>, _ random: RandomStream,
    _ scratch: UnsafeMutablePointer<Double>) {
    let count = x.rows * x.columns
    let all = x.pointer
    var (numbers, each) = (random.split(0), random.split(1))
    func scaleRows(_ factor: () -> Double) {
      for i in 0..<x.rows { Double.scale(x.columns, factor(), x.row(i)) }
    }
    switch distribution {
    case .gaussian: numbers.fillNormal(all, count: count)
    case .shifted(let mean): numbers.fillNormal(all, count: count, mean: mean)
    case .mixture(let shift):
      for i in 0..<x.rows {
        numbers.fillNormal(x.row(i), count: x.columns, mean: each.next() >> 63 == 0 ? shift : -shift)
      }
    case .uniform: numbers.fillUniform(all, count: count, in: -3.0.squareRoot()..<3.0.squareRoot())
    case .laplace:
      var signs = random.split(3)
      for i in 0..<count { all[i] = 1 - numbers.uniform() }
      Double.vectorLog(all, all, count)
      let scale = 0.5.squareRoot()
      for i in 0..<count { all[i] *= signs.next() >> 63 == 0 ? -scale : scale }
    case .exponential:
      for i in 0..<count { all[i] = 1 - numbers.uniform() }
      Double.vectorLog(all, all, count)
      for i in 0..<count { all[i] = -all[i] - 1 }
    case .rademacher:
      for i in 0..<count { all[i] = numbers.next() >> 63 == 0 ? 1 : -1 }
      scaleRows { each.normal() }
    case .student(let degrees):
      precondition(degrees > 2, "no variance with \(degrees) degrees of freedom")
      numbers.fillNormal(all, count: count)
      scaleRows {
        var square = 0.0
        for _ in 0..<degrees {
          let z: Double = each.normal()
          square += z * z
        }
        return (Double(degrees - 2) / square).squareRoot()
      }
    case .skew(let shape):
      // delta |z0| + sqrt(1 - delta^2) z1 has mean delta sqrt(2/pi) and variance 1 - 2 delta^2 / pi.
      let delta = shape / (1 + shape * shape).squareRoot()
      let mean = delta * (2 / Double.pi).squareRoot()
      let deviation = (1 - mean * mean).squareRoot()
      numbers.fillNormal(all, count: count)
      let rest = (1 - delta * delta).squareRoot()
      for i in 0..<count { all[i] = (delta * abs(each.normal()) + rest * all[i] - mean) / deviation }
    case .correlated:
      numbers.fillNormal(scratch, count: count)
      let z = MatrixView(UnsafePointer(scratch), rows: x.rows, columns: x.columns)
      factor!.withView { x.multiply(z, .no, $0, .yes) }
    case .symmetrized(let inner):
      fill(inner, x, random, scratch)
      var signs = random.split(2)
      scaleRows { signs.next() >> 63 == 0 ? 1 : -1 }
    }
  }

  private static func condition(_ distribution: InputDistribution) -> Double? {
    switch distribution {
    case .correlated(let condition): condition
    case .symmetrized(let inner): condition(inner)
    default: nil
    }
  }

  /// F = Q diag(sqrt lambda), the eigenvalues spaced evenly in their logarithms and of mean 1.
  private static func factor(_ n: Int, condition: Double, random: RandomStream) -> Matrix<Double> {
    precondition(condition >= 1 && condition.isFinite, "a condition of \(condition)")
    var random = random
    let q: Matrix<Double> = random.orthogonal(n)
    let values = RandomNetworks.logarithmic(n, condition: condition)
    let mean = values.reduce(0, +) / Double(n)
    return Matrix(rows: n, columns: n) { q[$0, $1] * (values[$1] / mean).squareRoot() }
  }
}
