import LinearAlgebra
import RealModule

/// A Gaussian covariance C under the weights that derivatives of g(z) = erf(z / sqrt 2) put on it.
///
/// g'(z) = sqrt(2/pi) exp(-z^2 / 2) is itself Gaussian, so that expectations with one or two such factors are
/// expectations without them, for another covariance:
///
///     E g'(z_i) f(z)          = w E_S f,    w = sqrt(2/pi) (1 + C_ii)^(-1/2),    S = C - C_.i C_i. / (1 + C_ii)
///     E g'(z_i) g'(z_k) f(z)  = w E_S f,    w = 2/pi det(A)^(-1/2),              S = C - C_.ik A^-1 C_ik.
///
/// with A = I + the block (i, k) of C; for i = k, A = (1 + 2 C_ii) in effect. With
///
///     I2(a, b) = E g(z_a) g(z_b) = 2/pi asin(S_ab / sqrt((1 + S_aa)(1 + S_bb)))
///
/// this gives I3 and I4 of Saad and Solla without their long formulae, and at most one arc sine each.
///
/// Source: [derived] by completing the square; equal to the closed forms in Saad and Solla (1995), as tested.
struct TiltedCovariance: ~Copyable {
  /// The order of C and S.
  let order: Int
  /// w.
  private(set) var weight = 1.0
  /// S, then 1 / sqrt(1 + S_aa).
  private let memory: Buffer<Double>

  init(order: Int) {
    self.order = order
    memory = Buffer(count: order * (order + 1))
  }

  private var inverseRoots: UnsafeMutablePointer<Double> { memory.pointer + order * order }

  /// S = C, w = 1.
  mutating func load(_ c: UnsafePointer<Double>) {
    memory.pointer.update(from: c, count: order * order)
    weight = 1
    finish()
  }

  /// With the factor g'(z_i).
  mutating func load(_ c: UnsafePointer<Double>, _ i: Int) {
    let (n, s) = (order, memory.pointer)
    let x = c + i * n
    let a = 1 + x[i]
    weight = (2 / (Double.pi * a)).squareRoot()
    for j in 0..<n {
      for l in 0..<n { s[j * n + l] = c[j * n + l] - x[j] * x[l] / a }
    }
    finish()
  }

  /// With the factors g'(z_i) g'(z_k).
  mutating func load(_ c: UnsafePointer<Double>, _ i: Int, _ k: Int) {
    let (n, s) = (order, memory.pointer)
    let (x, y) = (c + i * n, c + k * n)
    let (a, b, q) = (1 + x[i], 1 + y[k], x[k])
    // (1 + C_ii)(1 + C_kk) - C_ik^2, at least one.
    let determinant = 1 + x[i] + y[k] + (x[i] * y[k] - q * q)
    weight = 2 / (Double.pi * determinant.squareRoot())
    for j in 0..<n {
      let (p, r) = ((b * x[j] - q * y[j]) / determinant, (a * y[j] - q * x[j]) / determinant)
      for l in 0..<n { s[j * n + l] = c[j * n + l] - p * x[l] - r * y[l] }
    }
    finish()
  }

  private func finish() {
    for a in 0..<order { inverseRoots[a] = 1 / (1 + memory[a * order + a]).squareRoot() }
  }

  /// E_S g(z_a) g(z_b), without the weight.
  func product(_ a: Int, _ b: Int) -> Double {
    2 / Double.pi * Double.asin(memory[a * order + b] * inverseRoots[a] * inverseRoots[b])
  }

  /// E_S z_b g(z_c), without the weight.
  func moment(_ b: Int, _ c: Int) -> Double {
    (2 / Double.pi).squareRoot() * memory[b * order + c] * inverseRoots[c]
  }

  /// E_S (sum_a c_a g(z_a))^2, without the weight.
  ///
  /// - Complexity: n (n + 1) / 2 arc sines.
  func squaredSum(_ c: UnsafePointer<Double>) -> Double {
    var sum = 0.0
    for a in 0..<order {
      sum += c[a] * c[a] * product(a, a)
      for b in 0..<a { sum += 2 * c[a] * c[b] * product(a, b) }
    }
    return sum
  }
}
