import LinearAlgebra
import RealModule

/// How far outputs f are from targets y, as a mean over n samples.
///
/// - `squared`: L = 1/(2n) sum_i |f_i - y_i|^2.
/// - `softmaxCrossEntropy`: L = -1/n sum_i sum_c y_ic log softmax(f_i)_c, with y_i one-hot or class probabilities.
public enum Loss: String, CaseIterable, Codable, Hashable, Sendable {
  case squared, softmaxCrossEntropy

  /// The loss of that name, in any case.
  ///
  /// - Throws: ``UnknownName``, which lists the accepted names.
  public init(named name: String) throws {
    guard let found = Self.allCases.first(where: { $0.rawValue.lowercased() == name.lowercased() }) else {
      throw UnknownName(what: "loss", name: name, accepted: Self.allCases.map(\.rawValue))
    }
    self = found
  }

  /// The loss of outputs, both n x k.
  ///
  /// - Precondition: equal sizes, at least one row.
  public func value<Element: Scalar>(outputs: Matrix<Element>, targets: Matrix<Element>) -> Element {
    precondition(outputs.rows == targets.rows && outputs.columns == targets.columns && outputs.rows > 0)
    let scratch = Buffer<Element>(count: outputs.elements.count)
    return outputs.withView { f in
      targets.withView { y in
        total(
          f.pointer, y.pointer, rows: f.rows, outputs: f.columns, scale: 1, delta: nil, exponentials: scratch.pointer)
          / Element(f.rows)
      }
    }
  }

  /// The sum of the losses of `rows` samples; `delta`, where given, becomes `scale` times its derivative by f.
  /// `delta` may be `f`; `exponentials` is scratch memory of the same size, used by the cross-entropy.
  @inline(__always) func total<T: Scalar>(
    _ f: UnsafePointer<T>, _ y: UnsafePointer<T>, rows: Int, outputs k: Int, scale: T, delta: UnsafeMutablePointer<T>?,
    exponentials: UnsafeMutablePointer<T>
  ) -> T {
    switch self {
    case .squared:
      var sum: T = 0
      for i in 0..<rows * k {
        let r = f[i] - y[i]
        sum += r * r
        delta?[i] = scale * r
      }
      return sum / 2
    case .softmaxCrossEntropy:
      for i in 0..<rows {
        let (f, e) = (f + i * k, exponentials + i * k)
        var top = f[0]
        for c in 1..<max(k, 1) { top = max(top, f[c]) }
        for c in 0..<k { e[c] = f[c] - top }
      }
      // The linear part first: f may be overwritten by delta, and e by its exponentials.
      var sum: T = 0
      for i in 0..<rows * k { sum -= y[i] * exponentials[i] }
      T.vectorExp(exponentials, exponentials, rows * k)
      for i in 0..<rows {
        let (y, e) = (y + i * k, exponentials + i * k)
        var partition: T = 0
        var mass: T = 0
        for c in 0..<k {
          partition += e[c]
          mass += y[c]
        }
        sum += mass * T.log(partition)
        guard let delta else { continue }
        let factor = mass / partition
        for c in 0..<k { delta[i * k + c] = scale * (factor * e[c] - y[c]) }
      }
      return sum
    }
  }

  /// `product` = `scale` times the second derivative of the losses by f at the outputs `f`, applied to `u`.
  @inline(__always) func curvatureProduct<T: Scalar>(
    _ f: UnsafePointer<T>, _ y: UnsafePointer<T>, _ u: UnsafePointer<T>, rows: Int, outputs k: Int, scale: T,
    into product: UnsafeMutablePointer<T>
  ) {
    switch self {
    case .squared:
      for i in 0..<rows * k { product[i] = scale * u[i] }
    case .softmaxCrossEntropy:
      for i in 0..<rows {
        let (f, y, u, product) = (f + i * k, y + i * k, u + i * k, product + i * k)
        var top = f[0]
        for c in 1..<max(k, 1) { top = max(top, f[c]) }
        var partition: T = 0
        var mass: T = 0
        var mean: T = 0
        for c in 0..<k {
          let e = T.exp(f[c] - top)
          partition += e
          mass += y[c]
          mean += e * u[c]
        }
        mean /= partition
        for c in 0..<k { product[c] = scale * mass * T.exp(f[c] - top) / partition * (u[c] - mean) }
      }
    }
  }
}
