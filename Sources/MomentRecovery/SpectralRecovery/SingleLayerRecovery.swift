import Datasets
import LinearAlgebra

/// Recovers a single layer y = sigma(W x) + noise from its samples, with x symmetric: each output is a neuron.
///
///     w_j = C^{-1} E[x y_j] / beta,   beta = (1 + s) / 2
///
/// Nothing else is assumed of x but that C is regular. Standard errors are those of least squares with errors that
/// depend on x,
///
///     Cov w_j = C^{-1} E[r_j^2 x x^T] C^{-1} / (n beta^2),   r_j = y_j - beta w_j x.
///
/// ```swift
/// let layer = try SingleLayerRecovery(of: samples)
/// layer.weights        // W, l x d
/// ```
///
/// Source: Ge, Kuditipudi, Li, Wang, ICLR 2019, algorithm 1; the factor for leaky units and the errors are derived.
public struct SingleLayerRecovery: Codable, Equatable, Sendable {
  /// W, l x d.
  public let weights: Matrix<Double>
  /// Of each entry of ``weights``.
  public let standardErrors: Matrix<Double>
  public let slope: Double

  /// Reads `source` twice.
  ///
  /// - Throws: ``SpectralError/slope(_:)``; ``MomentError`` for samples that are not finite; ``LinearAlgebraError`` if
  ///   C is singular; what reading throws.
  /// - Complexity: n (d + l)^2 + 2 n d^2 + 2 n d l operations.
  public init(of source: some SampleSource, slope: Double = 0) throws {
    guard slope > -1 && slope < 1 else { throw SpectralError.slope(slope) }
    let moments = try FirstMoments(of: source)
    let (d, l) = (source.inputs, source.outputs)
    let factor = try Cholesky(moments.inputs)
    let slopes = factor.solve(moments.cross)
    let inverse = factor.solve(.identity(d))
    // Sums over samples of r_j^2 (C^{-1} x)_i^2, in shards that are added up in their order.
    let tile = 256, shards = 16
    let residuals = Buffer<Double>(count: shards * tile * l), images = Buffer<Double>(count: shards * tile * d)
    let sums = Buffer<Double>(count: shards * l * d)
    let (allResiduals, allImages, allSums) = (residuals.pointer, images.pointer, sums.pointer)
    try source.forEachBlock(of: shards * tile) { block in
      Parallel.forEach(Parallel.pieces(of: block.count, size: tile)) { shard in
        let rows = Parallel.piece(shard, of: block.count, size: tile)
        let r = MutableMatrixView(allResiduals + shard * tile * l, rows: rows.count, columns: l)
        let u = MutableMatrixView(allImages + shard * tile * d, rows: rows.count, columns: d)
        for (i, sample) in rows.enumerated() { r.row(i).update(from: block.y.row(sample), count: l) }
        slopes.withView { r.multiply(block.x.rows(rows), .no, $0, alpha: -1, beta: 1) }
        inverse.withView { u.multiply(block.x.rows(rows), .no, $0) }
        for i in 0..<rows.count * l { r.pointer[i] *= r.pointer[i] }
        for i in 0..<rows.count * d { u.pointer[i] *= u.pointer[i] }
        MutableMatrixView(allSums + shard * l * d, rows: l, columns: d).multiply(r.readOnly, .yes, u.readOnly, beta: 1)
      }
    }
    let beta = (1 + slope) / 2, scale = 1 / (Double(source.count) * beta)
    weights = Matrix(rows: l, columns: d) { slopes[$1, $0] / beta }
    standardErrors = Matrix(rows: l, columns: d) { j, i in
      var total = 0.0
      for shard in 0..<shards { total += allSums[(shard * l + j) * d + i] }
      return total.squareRoot() * scale
    }
    self.slope = slope
  }
}
