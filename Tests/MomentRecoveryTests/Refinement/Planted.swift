import Datasets
import LinearAlgebra
import MomentRecovery
import Randomness

/// Normal samples of a random network with orthonormal-like weights, with noise.
struct Planted {
  let truth: ReLUNetwork
  let samples: MatrixSamples

  init(
    _ n: Int, neurons k: Int, inputs d: Int, outputs l: Int, noise variance: Double = 0, slope: Double = 0, seed: UInt64
  ) {
    var random = RandomStream(seed: seed)
    let (w, a): (Matrix<Double>, Matrix<Double>) = (random.orthogonal(max(d, k)), random.orthogonal(max(l, k)))
    truth = ReLUNetwork(
      hidden: Matrix(rows: k, columns: d) { w[$0, $1] }, output: Matrix(rows: l, columns: k) { a[$0, $1] },
      slope: slope
    ).normalized()
    let x: Matrix<Double> = random.normalMatrix(rows: n, columns: d)
    var y = truth.predict(x)
    let noise: [Double] = random.normals(y.elements.count, scale: variance.squareRoot())
    for i in noise.indices { y.elements[i] += noise[i] }
    samples = MatrixSamples(x: x, y: y)
  }

  /// The truth with each row of W and column of A moved by about `error`.
  func start(error: Double, seed: UInt64 = 99) -> ReLUNetwork {
    var random = RandomStream(seed: seed)
    var network = truth
    let (d, l) = (Double(truth.inputs), Double(truth.outputs))
    for i in network.hidden.elements.indices { network.hidden.elements[i] += error / d.squareRoot() * random.normal() }
    for i in network.output.elements.indices { network.output.elements[i] += error / l.squareRoot() * random.normal() }
    return network
  }
}
