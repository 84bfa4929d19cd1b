import LinearAlgebra
import Optimization

/// L(x) = |A x - b|^2 / (2n) for a small dense A (n x p): every derivative is known.
struct Quadratic: DualLeastSquares, SampledObjective {
  let a: Matrix<Double>
  let b: [Double]

  final class Workspace {}
  var parameterCount: Int { a.columns }
  var residualCount: Int { a.rows }
  var sampleCount: Int { a.rows }
  var normalization: Int { a.rows }
  func makeWorkspace() -> Workspace { Workspace() }

  private func residual(_ i: Int, _ x: UnsafePointer<Double>) -> Double {
    (0..<a.columns).reduce(-b[i]) { $0 + a[i, $1] * x[$1] }
  }

  func value(at x: UnsafePointer<Double>, workspace: Workspace) -> Double {
    (0..<a.rows).reduce(0) { $0 + residual($1, x) * residual($1, x) } / Double(2 * a.rows)
  }

  func valueAndGradient(
    at x: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>, workspace: Workspace
  ) -> Double {
    let all = (0..<Int32(a.rows)).map { $0 }
    return all.withUnsafeBufferPointer {
      valueAndGradient(at: x, samples: $0, gradient: gradient, workspace: workspace)
    }
  }

  func valueAndGradient(
    at x: UnsafePointer<Double>, samples: UnsafeBufferPointer<Int32>, gradient: UnsafeMutablePointer<Double>,
    workspace: Workspace
  ) -> Double {
    gradient.update(repeating: 0, count: a.columns)
    var sum = 0.0
    let n = Double(samples.count)
    for i in samples.map(Int.init) {
      let r = residual(i, x)
      sum += r * r
      for j in 0..<a.columns { gradient[j] += r * a[i, j] / n }
    }
    return sum / (2 * n)
  }

  func prepare(at x: UnsafePointer<Double>, residual r: UnsafeMutablePointer<Double>, workspace: Workspace) -> Double {
    for i in 0..<a.rows { r[i] = residual(i, x) }
    return value(at: x, workspace: workspace)
  }

  func gram(into gram: MutableMatrixView<Double>, workspace: Workspace) {
    a.withView { gram.multiplyBySelf($0) }
  }

  func jacobianProduct(_ u: UnsafePointer<Double>, into product: UnsafeMutablePointer<Double>, workspace: Workspace) {
    a.withView { $0.apply(to: u, into: product) }
  }

  func jacobianTransposeProduct(
    _ v: UnsafePointer<Double>, into product: UnsafeMutablePointer<Double>, workspace: Workspace
  ) {
    a.withView { $0.apply(.yes, to: v, into: product) }
  }
}
