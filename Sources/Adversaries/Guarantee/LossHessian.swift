import LinearAlgebra
import Networks

/// The Hessian of one input's loss by its perturbation, as an operator that is never formed:
///
///     Hess L = W^T M W,   M = diag(s) V^T S V diag(s) + diag((V^T l') o t)
///
/// with s = sigma'(z), t = sigma''(z), l' and S the first two derivatives of the loss by the outputs.
///
/// - Complexity: O(m (d + k)) to prepare, O(m k) for a product by M. Allocates nothing after `init`.
final class LossHessian {
  let network: InputNetwork
  /// W (x + delta) + b, and sigma', sigma'' there.
  private let z, s, t: Buffer<Double>
  /// (V^T l') o sigma''(z), the outputs, and l'.
  private let diagonal, outputs, slope: Buffer<Double>
  private let hidden, small, image: Buffer<Double>
  private let gradientBuffer: Buffer<Double>
  private var loss = AttackLoss.squared
  private var target: UnsafePointer<Double>!

  init(_ network: InputNetwork) {
    self.network = network
    let (d, m, k) = (network.inputs, network.hidden, network.outputs)
    z = Buffer(count: m)
    s = Buffer(count: m)
    t = Buffer(count: m)
    diagonal = Buffer(count: m)
    hidden = Buffer(count: m)
    outputs = Buffer(count: k)
    slope = Buffer(count: k)
    small = Buffer(count: k)
    image = Buffer(count: k)
    gradientBuffer = Buffer(count: d)
  }

  /// grad L at the prepared point, d elements.
  var gradient: UnsafePointer<Double> { UnsafePointer(gradientBuffer.pointer) }

  /// f at the prepared point, k elements.
  var values: UnsafePointer<Double> { UnsafePointer(outputs.pointer) }

  /// Fixes the point x + delta; `y` must outlive the products. Returns L there.
  @discardableResult
  func prepare(
    _ x: UnsafePointer<Double>, _ delta: UnsafePointer<Double>, target y: UnsafePointer<Double>, loss: AttackLoss
  ) -> Double {
    let (m, k) = (network.hidden, network.outputs)
    (self.loss, target) = (loss, y)
    z.pointer.update(from: network.bias, count: m)
    network.w.apply(to: x, into: z.pointer, beta: 1)
    network.w.apply(to: delta, into: z.pointer, beta: 1)
    for j in 0..<m {
      hidden[j] = network.activation.value(z[j])
      s[j] = network.activation.derivative(z[j])
      t[j] = network.activation.secondDerivative(z[j])
    }
    network.v.apply(to: hidden.pointer, into: outputs.pointer)
    let value = loss.value(outputs.pointer, y, outputs: k, slope: slope.pointer)
    network.v.apply(.yes, to: slope.pointer, into: diagonal.pointer)
    for j in 0..<m { hidden[j] = diagonal[j] * s[j] }
    network.w.apply(.yes, to: hidden.pointer, into: gradientBuffer.pointer)
    for j in 0..<m { diagonal[j] *= t[j] }
    return value
  }

  /// product = M u, both of m elements; they may be the same.
  func innerProduct(_ u: UnsafePointer<Double>, into product: UnsafeMutablePointer<Double>) {
    let (m, k) = (network.hidden, network.outputs)
    for j in 0..<m { hidden[j] = s[j] * u[j] }
    network.v.apply(to: hidden.pointer, into: small.pointer)
    loss.curvatureProduct(outputs.pointer, target, small.pointer, outputs: k, into: image.pointer)
    network.v.apply(.yes, to: image.pointer, into: hidden.pointer)
    for j in 0..<m { product[j] = diagonal[j] * u[j] + s[j] * hidden[j] }
  }

  /// A bound of |W^T M W| from the lengths of W's rows: no loss has a curvature above 1 by its outputs.
  func bound(rowLengths: [Double]) -> Double {
    let (m, k) = (network.hidden, network.outputs)
    var sum = 0.0
    for j in 0..<m { sum += abs(diagonal[j]) * rowLengths[j] * rowLengths[j] }
    for c in 0..<k {
      let reach = (0..<m).reduce(0) { $0 + abs(network.v[c, $1] * s[$1]) * rowLengths[$1] }
      sum += reach * reach
    }
    return sum
  }
}

/// A network as the conditions of second order need it: W without the column of the bias.
final class InputNetwork: @unchecked Sendable {
  let inputs, hidden, outputs: Int
  let activation: Activation
  private let weights, biases, output, gramBuffer: Buffer<Double>

  init(_ network: TwoLayerNetwork<Double>) {
    let shape = network.shape
    let (d, m, k, row) = (shape.inputs, shape.hidden, shape.outputs, shape.weightsPerNeuron)
    (inputs, hidden, outputs, activation) = (d, m, k, network.activation)
    let weights = Buffer<Double>(count: m * d)
    let biases = Buffer<Double>(count: m)
    let output = Buffer<Double>(count: k * m)
    network.parameters.withUnsafeBufferPointer { p in
      for j in 0..<m {
        for i in 0..<d { weights[j * d + i] = p[j * row + i] }
        if shape.bias { biases[j] = p[j * row + d] }
      }
      for i in 0..<k * m { output[i] = p[m * row + i] }
    }
    // Only a reduction to the neurons needs it.
    let gram = Buffer<Double>(count: m < d ? m * m : 0)
    if m < d {
      let g = gram.view(rows: m, columns: m)
      g.multiplyBySelf(MatrixView(UnsafePointer(weights.pointer), rows: m, columns: d))
      g.mirrorLowerTriangle()
    }
    self.weights = weights
    self.biases = biases
    self.output = output
    gramBuffer = gram
  }

  /// W, m x d.
  var w: MatrixView<Double> { MatrixView(UnsafePointer(weights.pointer), rows: hidden, columns: inputs) }
  /// V, k x m.
  var v: MatrixView<Double> { MatrixView(UnsafePointer(output.pointer), rows: outputs, columns: hidden) }
  var bias: UnsafePointer<Double> { UnsafePointer(biases.pointer) }
  /// W W^T, m x m, where m < d.
  var gram: MatrixView<Double> { MatrixView(UnsafePointer(gramBuffer.pointer), rows: hidden, columns: hidden) }
}
