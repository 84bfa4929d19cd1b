import LinearAlgebra
import Networks

/// W without the column of the bias, and the inner products of its rows: what reductions to the neurons start from.
final class HiddenWeights: @unchecked Sendable {
  let neurons, inputs: Int
  private let weights, products: Buffer<Double>

  init(_ network: TwoLayerNetwork<Double>) {
    let shape = network.shape
    let (d, m, row) = (shape.inputs, shape.hidden, shape.weightsPerNeuron)
    (neurons, inputs) = (m, d)
    let weights = Buffer<Double>(count: m * d)
    network.parameters.withUnsafeBufferPointer { p in
      for j in 0..<m { (weights.pointer + j * d).update(from: p.baseAddress! + j * row, count: d) }
    }
    // With no more inputs than neurons nothing is reduced to the neurons.
    let products = Buffer<Double>(count: m < d ? m * m : 0)
    if m < d {
      let gram = products.view(rows: m, columns: m)
      gram.multiplyBySelf(MatrixView(UnsafePointer(weights.pointer), rows: m, columns: d))
      gram.mirrorLowerTriangle()
    }
    self.weights = weights
    self.products = products
  }

  /// W, m x d.
  var w: MatrixView<Double> { MatrixView(UnsafePointer(weights.pointer), rows: neurons, columns: inputs) }
  /// W W^T, m x m, where m < d.
  var gram: MatrixView<Double> { MatrixView(UnsafePointer(products.pointer), rows: neurons, columns: neurons) }

  /// The given columns, W_F.
  func columns(_ free: [Int]) -> Matrix<Double> {
    var chosen = Matrix<Double>(rows: neurons, columns: free.count)
    chosen.withMutableView { target in
      for j in 0..<neurons {
        let (from, to) = (w.row(j), target.row(j))
        for (i, column) in free.enumerated() { to[i] = from[column] }
      }
    }
    return chosen
  }
}
