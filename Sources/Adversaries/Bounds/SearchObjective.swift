import LinearAlgebra
import RealModule

/// A loss as a search for its maximum sees it: an increasing function of linear functionals of the outputs.
///
/// - apart: loss = phi(max_r (row_r . sigma + offset_r)), so that each functional is searched by itself: the margin;
///   cross-entropy of two classes, phi(t) = log(1 + exp t); squared of one output, rows +-V, phi(t) = max(t, 0)^2 / 2.
/// - together: a convex function of all of them: cross-entropy of three classes and more, squared of several outputs.
struct SearchObjective {
  enum Kind { case identity, softplus, halfSquare, partition, squares }

  let kind: Kind
  /// q x m.
  let rows: Matrix<Double>
  let offsets: [Double]
  /// For the partition function: exponentials are taken of t - shift.
  var shift = 0.0

  init(_ loss: AttackLoss, outputWeights v: Matrix<Double>, target y: [Double]) {
    let k = v.rows
    switch loss {
    case .squared:
      kind = k == 1 ? .halfSquare : .squares
      rows = Matrix(rows: k == 1 ? 2 : k, columns: v.columns) { r, j in r < k ? v[r, j] : -v[0, j] }
      offsets = k == 1 ? [-y[0], y[0]] : y.map { -$0 }
    case .crossEntropy, .margin:
      kind = loss == .margin ? .identity : k > 2 ? .partition : .softplus
      if k == 1 {
        rows = v.map { -y[0] * $0 }
      } else {
        let label = AttackLoss.first(y, k)
        let rivals = (0..<k).filter { $0 != label }
        rows = Matrix(rows: k - 1, columns: v.columns) { r, j in v[rivals[r], j] - v[label, j] }
      }
      offsets = [Double](repeating: 0, count: rows.rows)
    }
  }

  var isTogether: Bool { kind == .partition || kind == .squares }

  /// phi(t), the loss of a functional's value.
  func loss(_ t: Double) -> Double {
    switch kind {
    case .identity: t
    case .softplus: max(t, 0) + Double.log(onePlus: Double.exp(-abs(t)))
    case .halfSquare: max(t, 0) * max(t, 0) / 2
    case .partition: shift > 0 ? shift + Double.log(Double.exp(-shift) + t) : Double.log(onePlus: t)
    case .squares: t
    }
  }

  /// A value of the functional with phi(t) near `loss`, for the aim of a search.
  func level(_ loss: Double) -> Double {
    switch kind {
    case .identity, .squares: loss
    case .softplus: loss > 30 ? loss : Double.log(max(Double.expMinusOne(loss), 1e-300))
    case .halfSquare: (2 * max(loss, 0)).squareRoot()
    case .partition: shift > 0 ? Double.exp(loss - shift) - Double.exp(-shift) : Double.expMinusOne(loss)
    }
  }
}
