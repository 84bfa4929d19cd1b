import Datasets
import LinearAlgebra

/// A network evaluated on a few samples, in memory of its own: samples run along the rows.
///
///     Z = W X^T,   S = sigma'(Z),   H = S Z,   R = A H - Y^T,   E = S (A^T R)     (products of S entry by entry)
///
/// Column t of E is what sample t adds to the gradient with respect to z, so e_i x^T and r h^T are its gradients with
/// respect to w_i and A.
struct NetworkTile: ~Copyable {
  /// The most samples of a tile: rows of 2 KiB, so that products of two of them stay in the first cache.
  static let capacity = 256

  let inputs: Int, neurons: Int, outputs: Int
  /// Samples it holds now.
  private(set) var count = 0
  private let memory: Buffer<Double>

  init(inputs d: Int, neurons k: Int, outputs l: Int) {
    (inputs, neurons, outputs) = (d, k, l)
    memory = Buffer(count: (d + 4 * k + l) * Self.capacity)
  }

  /// X^T, d x count.
  var x: MutableMatrixView<Double> { rows(0, inputs) }
  /// Whether a neuron is on, 1 or 0; k x count.
  var isOn: MutableMatrixView<Double> { rows(inputs, neurons) }
  /// sigma'(Z).
  var slopes: MutableMatrixView<Double> { rows(inputs + neurons, neurons) }
  /// H.
  var hidden: MutableMatrixView<Double> { rows(inputs + 2 * neurons, neurons) }
  /// E.
  var errors: MutableMatrixView<Double> { rows(inputs + 3 * neurons, neurons) }
  /// R, l x count.
  var residual: MutableMatrixView<Double> { rows(inputs + 4 * neurons, outputs) }

  private func rows(_ first: Int, _ rows: Int) -> MutableMatrixView<Double> {
    MutableMatrixView(memory.pointer + first * Self.capacity, rows: rows, columns: count, stride: Self.capacity)
  }

  /// Fills everything from samples `x` (count x d), `y` (count x l) and the network W, A.
  /// - Complexity: 2 count k (d + 2 l) operations; allocates nothing.
  mutating func evaluate(
    x samples: MatrixView<Double>, y: MatrixView<Double>, hidden w: MatrixView<Double>, output a: MatrixView<Double>,
    slope: Double
  ) {
    count = samples.rows
    let (x, isOn, slopes, hidden, errors, residual) = (x, isOn, slopes, hidden, errors, residual)
    x.copyTransposed(samples)
    residual.copyTransposed(y)
    hidden.multiply(w, .no, x.readOnly)
    for i in 0..<neurons {
      let (on, s, h) = (isOn.row(i), slopes.row(i), hidden.row(i))
      for t in 0..<count {
        let positive = h[t] > 0
        on[t] = positive ? 1 : 0
        s[t] = positive ? 1 : slope
        h[t] *= s[t]
      }
    }
    residual.multiply(a, .no, hidden.readOnly, alpha: 1, beta: -1)
    errors.multiply(a, .yes, residual.readOnly)
    for i in 0..<neurons {
      let (e, s) = (errors.row(i), slopes.row(i))
      for t in 0..<count { e[t] *= s[t] }
    }
  }
}
