import LinearAlgebra
import Randomness

/// Random networks of given sizes and conditions: what there is to recover in experiments and tests.
///
/// Rows of W always have length 1.
///
/// ```swift
/// let network = RandomNetworks(inputs: 10, neurons: 10, outputs: 10, hidden: .condition(5))
///   .network(random: RandomStream(seed: 3))
/// ```
public struct RandomNetworks: Codable, Equatable, Sendable {
  /// The singular values of a matrix.
  public enum Spectrum: Codable, Equatable, Sendable {
    /// All the same: orthonormal rows or columns, whichever are fewer (the rows of a larger W form a tight frame).
    case orthonormal
    /// Spaced evenly in their logarithms, with this ratio of the largest to the least.
    case condition(Double)
    /// So many are the same, the others 0.
    case rank(Int)
    /// Those of independent normal numbers; in W each row is then scaled to length 1.
    case gaussian
  }

  /// d, k and l.
  public var inputs, neurons, outputs: Int
  /// Of W, k x d.
  public var hidden: Spectrum
  /// Of A, l x k; |A|_F^2 = k, on average for `gaussian`, so that columns have a mean square of 1.
  public var output: Spectrum
  /// sigma'(z) for z < 0.
  public var slope: Double

  public init(inputs: Int, neurons: Int, outputs: Int, hidden: Spectrum = .orthonormal,
    output: Spectrum = .orthonormal, slope: Double = 0) {
    self.inputs = inputs
    self.neurons = neurons
    self.outputs = outputs
    self.hidden = hidden
    self.output = output
    self.slope = slope
  }

  /// A network; singular vectors are uniform (Haar), but that W's rows are then turned to equal lengths.
  ///
  /// - Precondition: sizes are positive, conditions at least 1, ranks between 1 and the lesser size of their matrix.
  /// - Complexity: O(d^3 + k^3 + l^3), but for `gaussian`.
  public func network(random: RandomStream) -> ReLUNetwork {
    precondition(inputs > 0 && neurons > 0 && outputs > 0, "a network of \(inputs), \(neurons), \(outputs)")
    var w = matrix(rows: neurons, columns: inputs, hidden, random.split(0))
    if hidden == .gaussian {
      let norms = (0..<neurons).map { Double.norm2(inputs, Array(w.row($0))) }
      w = Matrix(rows: neurons, columns: inputs) { w[$0, $1] / norms[$0] }
    } else {
      Self.equalizeRows(&w)
    }
    let a = matrix(rows: outputs, columns: neurons, output, random.split(1))
    return ReLUNetwork(hidden: w, output: a, slope: slope)
  }

  /// `count` numbers from `condition` to 1, spaced evenly in their logarithms.
  static func logarithmic(_ count: Int, condition: Double) -> [Double] {
    (0..<count).map { Double.exp(Double.log(condition) * (1 - Double($0) / Double(max(count - 1, 1)))) }
  }

  /// U diag(s) V^T, the squares of s adding up to the number of neurons.
  private func matrix(rows m: Int, columns n: Int, _ spectrum: Spectrum, _ random: RandomStream)
    -> Matrix<Double> {
    let p = min(m, n)
    var values: [Double]
    switch spectrum {
    case .gaussian:
      var numbers = random.split(2)
      return numbers.normalMatrix(rows: m, columns: n, scale: 1 / Double(m).squareRoot())
    case .orthonormal: values = Array(repeating: 1, count: p)
    case .condition(let condition):
      precondition(condition >= 1 && condition.isFinite, "a condition of \(condition)")
      values = Self.logarithmic(p, condition: condition)
    case .rank(let rank):
      precondition(rank > 0 && rank <= p, "rank \(rank) of a \(m) x \(n) matrix")
      values = (0..<p).map { $0 < rank ? 1 : 0 }
    }
    let scale = (Double(neurons) / values.reduce(0) { $0 + $1 * $1 }).squareRoot()
    return Self.product(m, n, values.map { scale * $0 }, random)
  }

  private static func product(_ m: Int, _ n: Int, _ values: [Double], _ random: RandomStream) -> Matrix<Double> {
    var (left, right) = (random.split(0), random.split(1))
    let (u, v): (Matrix<Double>, Matrix<Double>) = (left.orthogonal(m), right.orthogonal(n))
    let scaled = Matrix(rows: m, columns: values.count) { u[$0, $1] * values[$1] }
    let some = Matrix(rows: values.count, columns: n) { v[$1, $0] }
    return scaled * some
  }

  /// Turns the rows into each other until all have length 1, which keeps the singular values.
  ///
  /// One rotation of a row that is too short with one that is too long brings the first to length 1; so k - 1 of them
  /// suffice. With t the tangent of the angle, |r_i - t r_j|^2 = 1 + t^2.
  ///
  /// Source: Davies and Higham, "Numerically stable generation of correlation matrices and their factors" (BIT 2000).
  /// - Precondition: the squares of the entries add up to the number of rows.
  private static func equalizeRows(_ w: inout Matrix<Double>) {
    let (k, d) = (w.rows, w.columns)
    func inner(_ i: Int, _ j: Int) -> Double { (0..<d).reduce(0) { $0 + w[i, $1] * w[j, $1] } }
    // Rounding leaves lengths a few units off 1; rotating for those would be idle.
    let tolerance = 1e-13
    var squares = (0..<k).map { inner($0, $0) }
    for _ in 0..<k {
      guard let i = squares.firstIndex(where: { $0 < 1 - tolerance }),
        let j = squares.firstIndex(where: { $0 > 1 + tolerance })
      else { break }
      let product = inner(i, j)
      let (below, above) = (squares[i] - 1, squares[j] - 1)
      // (a_jj - 1) t^2 - 2 a_ij t + (a_ii - 1) = 0; the root without cancellation.
      let root = (product * product - below * above).squareRoot()
      let t = below / (product + (product < 0 ? -root : root))
      let cosine = 1 / (1 + t * t).squareRoot()
      for c in 0..<d {
        let (a, b) = (w[i, c], w[j, c])
        w[i, c] = cosine * (a - t * b)
        w[j, c] = cosine * (t * a + b)
      }
      (squares[i], squares[j]) = (inner(i, i), inner(j, j))
    }
    for i in 0..<k {
      let norm = inner(i, i).squareRoot()
      for c in 0..<d { w[i, c] /= norm }
    }
  }
}
