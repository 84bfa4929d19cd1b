import Datasets
import LinearAlgebra

/// Everything that a Gauss-Newton step needs of the samples, in one pass: loss, gradients, and second moments of the
/// inputs over the regions where two neurons are on.
///
///     C_ij = E[m_i m_j x x^T],  m_i = 1 where w_i.x > 0,  i <= j;     C = E[x x^T]
///
/// Since sigma'(z_i) = s + (1 - s) m_i, these give Q_ij = E[sigma'(z_i) sigma'(z_j) x x^T] for any slope; and since
/// sigma(z) = sigma'(z) z, also E[h_j sigma'(z_i) x] = Q_ij w_j and E[h_i h_j] = w_i^T Q_ij w_j. As the C_ij are
/// symmetric, both pairs of indices run over half of their range: one product of pairs of neurons by pairs of inputs.
///
/// Tile t of the samples is added up in shard t mod S, and the shards at the end: the bits depend on the samples and
/// the network alone, neither on the number of threads nor on how the source reads its file.
final class ActivationMoments {
  let inputs: Int, neurons: Int, outputs: Int
  /// k (k + 1) / 2 + 1: the pairs of neurons, and last the pair that is always on.
  let neuronPairs: Int
  /// d (d + 1) / 2.
  let inputPairs: Int
  private let shards: [Shard]

  init(inputs d: Int, neurons k: Int, outputs l: Int) {
    (inputs, neurons, outputs) = (d, k, l)
    neuronPairs = k * (k + 1) / 2 + 1
    inputPairs = d * (d + 1) / 2
    let shards = Self.shards(entries: neuronPairs * inputPairs)
    self.shards = (0..<shards).map { _ in Shard(inputs: d, neurons: k, outputs: l) }
  }

  /// By the size of the sums alone, so that large ones do not fill the memory.
  private static func shards(entries: Int) -> Int { entries <= 1 << 20 ? 8 : entries <= 1 << 23 ? 4 : 2 }

  // The sums of all samples, divided by n, of the last `measure`.
  /// C_ij, zero unless they were asked for, in rows, pairs of inputs in columns, both in the order 00, 01, ..., 11, ...
  var pairs: MatrixView<Double> { shards[0].pairs.readOnly }
  /// E[r h^T], l x k.
  var outputGradient: MatrixView<Double> { shards[0].outputGradient.readOnly }
  /// E[e x^T], k x d.
  var hiddenGradient: MatrixView<Double> { shards[0].hiddenGradient.readOnly }
  /// E[r r^T], l x l, lower triangle.
  var residualCovariance: MatrixView<Double> { shards[0].residualCovariance.readOnly }

  /// E|r|^2 / 2.
  var loss: Double { (0..<outputs).reduce(0) { $0 + residualCovariance[$1, $1] } / 2 }

  /// Reads all samples once; without `pairs` only for loss and gradients, the same bits as with them.
  /// - Throws: what the source throws.
  /// - Complexity: n 3 k (d + l) multiply-adds, and n K D for the pairs, K = k (k + 1) / 2 and D = d (d + 1) / 2.
  func measure(_ network: ReLUNetwork, on source: any SampleSource, pairs: Bool = true) throws {
    for shard in shards { shard.clear() }
    let tile = NetworkTile.capacity
    try network.hidden.withView { w in
      try network.output.withView { a in
        try source.forEachBlock(of: tile * shards.count) { block in
          Parallel.forEach(Parallel.pieces(of: block.count, size: tile)) { piece in
            let rows = Parallel.piece(piece, of: block.count, size: tile)
            shards[piece].add(
              x: block.x.rows(rows), y: block.y.rows(rows), hidden: w, output: a, slope: network.slope, pairs: pairs)
          }
        }
      }
    }
    for shard in shards.dropFirst() { shards[0].add(shard) }
    shards[0].scale(by: 1 / Double(max(source.count, 1)))
  }
}

/// A share of the sums, with its own scratch memory: one thread at a time.
private final class Shard {
  let inputs: Int, neurons: Int, outputs: Int
  private var tile: NetworkTile
  /// Products of pairs of rows of `isOn` and of X^T.
  private let onPairs: Buffer<Double>, xPairs: Buffer<Double>
  private let sums: Buffer<Double>
  private let neuronPairs: Int, inputPairs: Int

  init(inputs d: Int, neurons k: Int, outputs l: Int) {
    (inputs, neurons, outputs) = (d, k, l)
    (neuronPairs, inputPairs) = (k * (k + 1) / 2 + 1, d * (d + 1) / 2)
    tile = NetworkTile(inputs: d, neurons: k, outputs: l)
    onPairs = Buffer(count: neuronPairs * NetworkTile.capacity)
    xPairs = Buffer(count: inputPairs * NetworkTile.capacity)
    sums = Buffer(count: neuronPairs * inputPairs + l * k + k * d + l * l)
    for t in 0..<NetworkTile.capacity { onPairs[(neuronPairs - 1) * NetworkTile.capacity + t] = 1 }
  }

  var pairs: MutableMatrixView<Double> { MutableMatrixView(sums.pointer, rows: neuronPairs, columns: inputPairs) }
  var outputGradient: MutableMatrixView<Double> {
    MutableMatrixView(sums.pointer + neuronPairs * inputPairs, rows: outputs, columns: neurons)
  }
  var hiddenGradient: MutableMatrixView<Double> {
    MutableMatrixView(outputGradient.pointer + outputs * neurons, rows: neurons, columns: inputs)
  }
  var residualCovariance: MutableMatrixView<Double> {
    MutableMatrixView(hiddenGradient.pointer + neurons * inputs, rows: outputs, columns: outputs)
  }

  func clear() { sums.pointer.update(repeating: 0, count: sums.count) }
  func add(_ other: Shard) { Double.axpy(sums.count, 1, other.sums.pointer, sums.pointer) }
  func scale(by factor: Double) { Double.scale(sums.count, factor, sums.pointer) }

  func add(
    x: MatrixView<Double>, y: MatrixView<Double>, hidden w: MatrixView<Double>, output a: MatrixView<Double>,
    slope: Double, pairs wantsPairs: Bool
  ) {
    tile.evaluate(x: x, y: y, hidden: w, output: a, slope: slope)
    let (residual, errors) = (tile.residual.readOnly, tile.errors.readOnly)
    outputGradient.multiply(residual, .no, tile.hidden.readOnly, .yes, beta: 1)
    hiddenGradient.multiply(errors, .no, tile.x.readOnly, .yes, beta: 1)
    residualCovariance.multiplyBySelf(residual, beta: 1)
    guard wantsPairs else { return }
    let on = view(onPairs.pointer, neuronPairs), xx = view(xPairs.pointer, inputPairs)
    multiplyPairs(of: tile.isOn.readOnly, into: on)
    multiplyPairs(of: tile.x.readOnly, into: xx)
    pairs.multiply(on.readOnly, .no, xx.readOnly, .yes, beta: 1)
  }

  private func view(_ pointer: UnsafeMutablePointer<Double>, _ rows: Int) -> MutableMatrixView<Double> {
    MutableMatrixView(pointer, rows: rows, columns: tile.count, stride: NetworkTile.capacity)
  }
}

/// Rows i and j of `a`, i <= j, multiplied entry by entry, for all pairs in order.
private func multiplyPairs(of a: MatrixView<Double>, into products: MutableMatrixView<Double>) {
  var pair = 0
  for i in 0..<a.rows {
    let left = a.row(i)
    for j in i..<a.rows {
      let (right, product) = (a.row(j), products.row(pair))
      for t in 0..<a.columns { product[t] = left[t] * right[t] }
      pair += 1
    }
  }
}
