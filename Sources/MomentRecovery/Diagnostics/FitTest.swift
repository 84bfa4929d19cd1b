import LinearAlgebra
import Randomness

/// Whether what a network leaves unexplained still depends on the inputs: then the model is wrong.
///
/// If y = A sigma(W x) + xi with xi independent of x, the residuals r have E[r | x] = 0, so that no function of x
/// predicts them. Functions tried: 1, x, the products x_i x_j (or |u.x| in random directions where there would be too
/// many), relu(z), relu(z - 1), relu(-z - 1) along each neuron's direction, and |u.x| in random ones. For each output,
///
///     S = s^T (Phi^T Phi)^+ s,   s = Phi^T r
///
/// is the part of |r|^2 that they explain by least squares. It is held against the same under random signs of the
/// residuals. [derived]
///
/// Residuals of a network that was fitted to these very samples are orthogonal to some of the functions already, so
/// that a true model passes even more easily.
public struct FitTest: Codable, Equatable, Sendable {
  /// Samples used.
  public let samples: Int
  /// Functions of x tried.
  public let functions: Int
  /// sum S over its mean under random signs, in its standard deviations there; 0 where the fit is exact.
  public let deviate: Double
  /// The part of the variance of y that the functions explain beyond the network, chance taken off; not negative.
  public let explained: Double
  /// The least that would have been noticed, as a share of the variance of y that there is to explain.
  public let resolution: Double
  /// |r|^2 as a share of the variance of y.
  public let residual: Double
  /// |r|^2 / (n l).
  public let meanSquare: Double

  /// Whether the model does not fit: no chance finding, and large enough to matter.
  public var isRejected: Bool { deviate > Self.threshold && explained > Self.negligible }

  /// Less than a thousandth of the variance of y moves the weights less than their own errors do as a rule.
  static let negligible = 1e-3
  /// In standard deviations of chance. A true model's deviate is below 0 as a rule, since its fit is orthogonal to some
  /// of the functions.
  static let threshold = 4.0
  static let flips = 39

  /// - Precondition: as many rows in `x` and `y`; the sizes are the network's.
  /// - Throws: `LinearAlgebraError` when a spectrum cannot be found.
  /// - Complexity: n q^2 + 2 n q l (flips + 1) operations for q functions.
  public init(
    of network: ReLUNetwork, on samples: (x: Matrix<Double>, y: Matrix<Double>), random: RandomStream
  ) throws {
    let (x, y) = samples
    let (n, l) = (x.rows, y.columns)
    let r = network.residuals(x, y)
    self.samples = n
    let means = (0..<l).map { j in (0..<n).reduce(0) { $0 + y[$1, j] } / Double(n) }
    var total = 0.0
    for i in 0..<n { for j in 0..<l { total += (y[i, j] - means[j]) * (y[i, j] - means[j]) } }
    let left = (0..<l).map { j in (0..<n).reduce(0) { $0 + r[$1, j] * r[$1, j] } }
    let sum = left.reduce(0, +)
    meanSquare = n > 0 ? sum / Double(n * l) : 0
    residual = total > 0 ? sum / total : 0
    let tried = try FitFunctions(network, x, random: random.split(0))
    functions = tried.count
    // Rounding alone is no evidence.
    guard residual > 1e-12, n > 0 else {
      (deviate, explained, resolution) = (0, 0, 0)
      return
    }
    let half = try tried.inverseRoot(x)
    let q = tried.count
    let work = Buffer<Double>(count: SignedSums.block * q)
    let scales = left.map { $0 > 0 ? (Double(n) / $0).squareRoot() : 0 }
    let signed = x.withView { x in
      r.withView { r in
        SignedSums(samples: n, features: q * l, flips: Self.flips, random: random.split(1)) { range, features in
          let phi = work.view(rows: range.count, columns: q)
          tried.write(x.rows(range), into: phi)
          for i in 0..<range.count {
            for j in 0..<l {
              let factor = r[range.lowerBound + i, j] * scales[j]
              let (source, target) = (phi.row(i), features.row(i) + j * q)
              for p in 0..<q { target[p] = factor * source[p] }
            }
          }
        }
      }
    }
    // explainedBy[j][b]: what of output j's residuals, scaled to n, the functions explain.
    let explainedBy = (0..<l).map { j -> [Double] in
      let rows = signed.sums.selectingRows(j * q..<(j + 1) * q)
      let whitened = Matrix.product(half, .no, rows)
      return (0...Self.flips).map { b in (0..<whitened.rows).reduce(0) { $0 + whitened[$1, b] * whitened[$1, b] } }
    }
    let statistics = (0...Self.flips).map { b in explainedBy.reduce(0) { $0 + $1[b] } }
    let chance = statistics.dropFirst()
    let mean = chance.reduce(0, +) / Double(chance.count)
    let variance = chance.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(chance.count - 1)
    deviate = variance > 0 ? (statistics[0] - mean) / variance.squareRoot() : 0
    let beyond = (0..<l).reduce(0.0) { found, j in
      let byChance = explainedBy[j].dropFirst().reduce(0, +) / Double(Self.flips)
      return found + (explainedBy[j][0] - byChance) * left[j] / Double(n)
    }
    // The functions also explain means, which the variance of y leaves out.
    explained = total > 0 ? min(1, max(0, beyond / total)) : 0
    // The statistic counts each output in units of its own residuals; here all in units of their mean.
    let noticed = Self.threshold * variance.squareRoot() * sum / Double(n * l)
    resolution = total > sum ? noticed / (total - sum) : .infinity
  }
}

extension ReLUNetwork {
  /// y - A sigma(W x).
  func residuals(_ x: Matrix<Double>, _ y: Matrix<Double>) -> Matrix<Double> {
    var r = predict(x)
    for i in r.elements.indices { r.elements[i] = y.elements[i] - r.elements[i] }
    return r
  }
}
