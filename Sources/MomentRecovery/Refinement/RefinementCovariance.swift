import Datasets
import LinearAlgebra

/// How certain the weights of a least-squares fit are: the covariance of their estimates, in the gauge |w_i| = 1.
///
///     Cov = (1/n) H^-1 V H^-1
///
/// H is the Gauss-Newton matrix of F at the fit, with c_i w_i w_i^T added to fix the scales: since every sample's
/// gradient is blind to them, that gives exactly the covariance of the fit with rows of W held at length 1. V is the
/// second moment of the samples' gradients:
///
/// - ``Noise/any`` sums it over the samples (the sandwich), right also where the size of the noise depends on x;
/// - ``Noise/independent`` builds it from the covariance of the residuals, for noise independent of x.
///
/// Both are multiplied by N / (N - p), residuals over degrees of freedom. The network must be (near) a least-squares
/// fit to these samples, and the model right: then the kinks of F have no part in its expected curvature.
///
/// ```swift
/// let errors = try RefinementCovariance(of: solution.value.network, on: samples).hiddenErrors   // k x d
/// ```
///
/// Source: White, Econometrica 48 (1980); [derived] for the gauge.
public struct RefinementCovariance: Codable, Equatable, Sendable {
  /// What is assumed of y - A sigma(W x).
  public enum Noise: String, Codable, Sendable, CaseIterable {
    case any
    case independent
  }

  /// The network with rows of W of length 1.
  public let network: ReLUNetwork
  /// k (d + l) x k (d + l): rows of W one after the other, then columns of A one after the other.
  public let covariance: Matrix<Double>

  /// - Precondition: the source has as many inputs and outputs as the network.
  /// - Throws: what the source throws; ``LinearAlgebraError/notPositiveDefinite(minor:)`` when the samples do not
  ///   determine the weights: a neuron that is never on or adds nothing, two that are the same, too few samples.
  /// - Complexity: one pass over the samples for H and, for ``Noise/any``, n p^2 operations more, p = k (d + l);
  ///   3 p^3; memory for 5 p^2 numbers.
  public init(
    of network: ReLUNetwork, on source: any SampleSource, noise: Noise = .any
  ) throws {
    precondition(
      network.inputs == source.inputs && network.outputs == source.outputs,
      "samples \(source.inputs) -> \(source.outputs) for a network \(network.inputs) -> \(network.outputs)")
    let network = network.normalized()
    let (k, d, l) = (network.neurons, network.inputs, network.outputs)
    let moments = ActivationMoments(inputs: d, neurons: k, outputs: l)
    try moments.measure(network, on: source)
    let blocks = MomentBlocks(moments, network)
    let weights = Matrix.product(network.output, .yes, network.output)
    var h = blocks.matrix(hidden: weights, cross: network.output, output: .identity(l))
    for i in 0..<k {
      let scale = (0..<d).reduce(0) { $0 + h[i * d + $1, i * d + $1] } / Double(d)
      for p in 0..<d {
        let weight = scale * network.hidden[i, p]
        for q in 0..<d { h[i * d + p, i * d + q] += weight * network.hidden[i, q] }
      }
    }
    var v: Matrix<Double>
    switch noise {
    case .any: v = try gradientMoments(network, source)
    case .independent:
      let covariance = Matrix(rows: l, columns: l) { moments.residualCovariance[max($0, $1), min($0, $1)] }
      let turned = covariance * network.output
      v = blocks.matrix(hidden: Matrix.product(network.output, .yes, turned), cross: turned, output: covariance)
    }
    let residuals = Double(source.count * l), parameters = Double(k * (d + l - 1))
    let factor = residuals / max(residuals - parameters, 1) / Double(max(source.count, 1))
    let cholesky = try Cholesky(h)
    // Rounding can leave a positive pivot where there is none: L_ii^2 is what of H_ii the entries before leave over.
    for i in 0..<h.rows where cholesky.lower[i, i] * cholesky.lower[i, i] < 1e-13 * h[i, i] {
      throw LinearAlgebraError.notPositiveDefinite(minor: i + 1)
    }
    v = cholesky.solve(cholesky.solve(v).transposed())
    // Symmetric but for rounding; exactly so for whoever factors it.
    covariance = Matrix(rows: v.rows, columns: v.rows) { factor * (v[$0, $1] + v[$1, $0]) / 2 }
    self.network = network
  }

  /// Standard errors of the entries of W, k x d.
  public var hiddenErrors: Matrix<Double> {
    let d = network.inputs
    return Matrix(rows: network.neurons, columns: d) { standardError($0 * d + $1) }
  }

  /// Standard errors of the entries of A, l x k.
  public var outputErrors: Matrix<Double> {
    let first = network.neurons * network.inputs, l = network.outputs
    return Matrix(rows: l, columns: network.neurons) { standardError(first + $1 * l + $0) }
  }

  private func standardError(_ i: Int) -> Double { max(covariance[i, i], 0).squareRoot() }

  /// The expected ``RecoveryError`` of the fit, to first order: sums of squared errors of rows of W and columns of A,
  /// each scaled to length 1.
  public var expectedError: RecoveryError.Level {
    let (k, d, l) = (network.neurons, network.inputs, network.outputs)
    var (hidden, output) = (0.0, 0.0)
    for i in 0..<k {
      for p in 0..<d { hidden += covariance[i * d + p, i * d + p] }
      let a = network.output.column(i), first = k * d + i * l
      let square = a.reduce(0) { $0 + $1 * $1 }
      guard square > 0 else { continue }
      // |P da|^2 / |a|^2 with P the projection across a.
      for m in 0..<l {
        output += covariance[first + m, first + m] / square
        for q in 0..<l { output -= a[m] * a[q] * covariance[first + m, first + q] / (square * square) }
      }
    }
    return RecoveryError.Level(hidden: hidden, output: output)
  }
}

/// Matrices over all weights that are built from Q, M and G (see ``GaussNewtonSystem``).
private struct MomentBlocks {
  let k: Int, d: Int
  let slopes: Matrix<Double>, cross: Matrix<Double>, gram: Matrix<Double>

  init(_ moments: ActivationMoments, _ network: ReLUNetwork) {
    (k, d) = (network.neurons, network.inputs)
    var q = Matrix<Double>(rows: k * d, columns: k * d)
    q.withMutableView {
      moments.unpackSlopeMoments(slope: network.slope, into: $0)
      $0.mirrorLowerTriangle()
    }
    cross = q.withView { hiddenCrossMoments($0, network.hidden) }
    gram = hiddenGram(cross, network.hidden)
    slopes = q
  }

  /// Blocks hidden_ij Q_ij, cross_mi M_j,i and G (x) output.
  func matrix(hidden: Matrix<Double>, cross c: Matrix<Double>, output: Matrix<Double>) -> Matrix<Double> {
    let l = output.rows
    var full = Matrix<Double>(rows: k * (d + l), columns: k * (d + l))
    for row in 0..<k * d {
      for column in 0..<k * d { full[row, column] = hidden[row / d, column / d] * slopes[row, column] }
    }
    for j in 0..<k {
      for m in 0..<l {
        let row = k * d + j * l + m
        for column in 0..<k * d {
          full[row, column] = c[m, column / d] * cross[j, column]
          full[column, row] = full[row, column]
        }
        for i in 0..<k { for q in 0..<l { full[row, k * d + i * l + q] = gram[j, i] * output[m, q] } }
      }
    }
    return full
  }
}

/// The mean over the samples of g g^T, g the gradient of |r|^2 / 2 with respect to all weights.
private func gradientMoments(_ network: ReLUNetwork, _ source: any SampleSource) throws -> Matrix<Double> {
  let (k, d, l) = (network.neurons, network.inputs, network.outputs)
  let tile = NetworkTile.capacity, tiles = 4
  let scratch = (0..<tiles).map { _ in GradientTile(network) }
  let gradients = Buffer<Double>(count: k * (d + l) * tile * tiles)
  var sum = Matrix<Double>(rows: k * (d + l), columns: k * (d + l))
  try network.hidden.withView { w in
    try network.output.withView { a in
      try source.forEachBlock(of: tile * tiles) { block in
        let g = MutableMatrixView(
          gradients.pointer, rows: k * (d + l), columns: block.count, stride: tile * tiles)
        Parallel.forEach(Parallel.pieces(of: block.count, size: tile)) { piece in
          let rows = Parallel.piece(piece, of: block.count, size: tile)
          scratch[piece].tile.evaluate(
            x: block.x.rows(rows), y: block.y.rows(rows), hidden: w, output: a, slope: network.slope)
          scratch[piece].write(into: g.columns(rows))
        }
        sum.withMutableView { $0.multiplyBySelfInParallel(g.readOnly, beta: 1) }
      }
    }
  }
  sum.withMutableView { $0.mirrorLowerTriangle() }
  return sum.map { $0 / Double(max(source.count, 1)) }
}

private final class GradientTile {
  var tile: NetworkTile

  init(_ network: ReLUNetwork) {
    tile = NetworkTile(inputs: network.inputs, neurons: network.neurons, outputs: network.outputs)
  }

  /// One column for each sample: e_i x_p, then h_j r_m.
  func write(into g: MutableMatrixView<Double>) {
    let (k, d, l) = (tile.neurons, tile.inputs, tile.outputs)
    func multiply(_ a: UnsafeMutablePointer<Double>, _ b: UnsafeMutablePointer<Double>, _ row: Int) {
      let product = g.row(row)
      for t in 0..<g.columns { product[t] = a[t] * b[t] }
    }
    for i in 0..<k {
      for p in 0..<d { multiply(tile.errors.row(i), tile.x.row(p), i * d + p) }
      for m in 0..<l { multiply(tile.hidden.row(i), tile.residual.row(m), k * d + i * l + m) }
    }
  }
}
