import LinearAlgebra
import Optimization

/// The squared loss as |r|^2 / (2n), with residual r[i k + c] = f_c(x_i) - y_ic: samples first, N = n k.
///
/// Row (i, c) of the Jacobian holds v_cj s_ij x_il in the place of w_jl and h_ij in the place of v_cj, s = sigma'(Z).
/// All members require `loss == .squared` and, except for `prepare`, a prepared point.
extension NetworkObjective: DualLeastSquares {
  public var residualCount: Int { data.count * shape.outputs }
  public var normalization: Int { data.count }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func prepare(
    at x: UnsafePointer<Element>, residual: UnsafeMutablePointer<Element>, workspace: NetworkWorkspace<Element>
  ) -> Element {
    precondition(loss == .squared, "least squares needs the squared loss")
    let (n, m, d, k) = (data.count, shape.hidden, shape.weightsPerNeuron, shape.outputs)
    let point = workspace.point(samples: n)
    let (w, v) = (shape.hiddenView(x), shape.outputView(x))
    point.v.pointer.update(from: v.pointer, count: k * m)
    share(Parallel.pieces(of: n, size: plan.block), multiplyAdds: n * d * m) { block in
      let range = Parallel.piece(block, of: n, size: plan.block)
      let (first, size) = (range.lowerBound, range.count)
      let z = MutableMatrixView(point.z.pointer + first * m, rows: size, columns: m)
      let h = MutableMatrixView(point.h.pointer + first * m, rows: size, columns: m)
      let r = MutableMatrixView(residual + first * k, rows: size, columns: k)
      z.multiply(inputs.rows(range), .no, w, .yes)
      applyActivation(activation, z.pointer, h.pointer, point.s.pointer + first * m, nil, size * m)
      r.multiply(h.readOnly, .no, v, .yes)
      let y = data.y.pointer + first * k
      for i in 0..<size * k { r.pointer[i] -= y[i] }
    }
    var sum: Element = 0
    for i in 0..<n * k { sum += residual[i] * residual[i] }
    return sum / 2 / Element(n)
  }

  /// The lower triangle of J J^T; places above the diagonal may be overwritten.
  ///
  ///     hidden:  sum_j (s_ij v_cj) (s_i'j v_c'j) (x_i . x_i')        output:  (h_i . h_i') where c = c'
  ///
  /// X X^T is computed once for a workspace.
  ///
  /// - Complexity: N^2 m / 2 multiply-adds, and n^2 d' / 2 the first time.
  public func gram(into gram: MutableMatrixView<Element>, workspace: NetworkWorkspace<Element>) {
    self.gram(into: gram, outputs: shape.outputs, weights: workspace.preparedPoint.v.pointer, workspace: workspace)
  }

  public var blockSize: Int { data.count }

  /// The mean over outputs of the blocks c = c' of J J^T: the Gram matrix of a net with one output, whose weights are
  /// the root mean squares of the columns of V.
  ///
  /// - Complexity: n^2 m / 2 multiply-adds, and n^2 d' / 2 the first time.
  public func blockGram(into gram: MutableMatrixView<Element>, workspace: NetworkWorkspace<Element>) {
    let point = workspace.preparedPoint
    let (m, k) = (shape.hidden, shape.outputs)
    for j in 0..<m {
      var sum: Element = 0
      for c in 0..<k { sum += point.v[c * m + j] * point.v[c * m + j] }
      point.meanWeights[j] = (sum / Element(k)).squareRoot()
    }
    self.gram(into: gram, outputs: 1, weights: point.meanWeights.pointer, workspace: workspace)
  }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  private func gram(
    into gram: MutableMatrixView<Element>, outputs k: Int, weights: UnsafeMutablePointer<Element>,
    workspace: NetworkWorkspace<Element>
  ) {
    let (n, m) = (data.count, shape.hidden)
    precondition(gram.rows == n * k && gram.columns == n * k, "the Gram matrix is \(n * k) x \(n * k)")
    let point = workspace.preparedPoint
    let hidden = trainable.contains(.hidden)
    let output = trainable.contains(.output)
    let tile = max(16, 128 / k)
    let tiles = LowerTiles(count: n, size: tile)
    let h = MatrixView(UnsafePointer(point.h.pointer), rows: n, columns: m)
    if hidden && !point.inputGramIsReady {
      let xx = MutableMatrixView(point.inputGram.pointer, rows: n, columns: n)
      share(tiles.pieces, multiplyAdds: n * n / 2 * inputs.columns) { piece in
        let (i, j) = tiles[piece]
        xx.rows(i).columns(j).multiply(inputs.rows(i), .no, inputs.rows(j), .yes)
      }
      point.inputGramIsReady = true
    }
    let weighted = MutableMatrixView(point.weighted.pointer, rows: n * k, columns: m)
    if hidden {
      for row in 0..<n * k {
        let (s, v, a) = (point.s.pointer + row / k * m, weights + row % k * m, weighted.row(row))
        for j in 0..<m { a[j] = s[j] * v[j] }
      }
    }
    let xx = hidden ? point.inputGram.pointer : nil
    let hh = output && k > 1 ? point.outputGram.pointer : nil
    share(tiles.pieces, multiplyAdds: n * k * n * k / 2 * m) { piece in
      let (i, j) = tiles[piece]
      let target = gram.rows(i.lowerBound * k..<i.upperBound * k).columns(j.lowerBound * k..<j.upperBound * k)
      if let xx {
        target.multiply(
          weighted.readOnly.rows(i.lowerBound * k..<i.upperBound * k), .no,
          weighted.readOnly.rows(j.lowerBound * k..<j.upperBound * k), .yes)
        for a in 0..<target.rows {
          let (row, products) = (target.row(a), xx + (i.lowerBound + a / k) * n + j.lowerBound)
          if k == 1 {
            multiplyElements(row, by: products, target.columns)
          } else {
            for b in 0..<j.count {
              for c in 0..<k { row[b * k + c] *= products[b] }
            }
          }
        }
      } else {
        target.fill(0)
      }
      guard output else { return }
      if let hh {
        let own = MutableMatrixView(hh + i.lowerBound * n + j.lowerBound, rows: i.count, columns: j.count, stride: n)
        own.multiply(h.rows(i), .no, h.rows(j), .yes)
        for a in 0..<target.rows {
          for b in 0..<j.count { target.row(a)[b * k + a % k] += own.row(a / k)[b] }
        }
      } else {
        target.multiply(h.rows(i), .no, h.rows(j), .yes, beta: 1)
      }
    }
  }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func jacobianProduct(
    _ u: UnsafePointer<Element>, into product: UnsafeMutablePointer<Element>, workspace: NetworkWorkspace<Element>
  ) {
    let (n, m, k) = (data.count, shape.hidden, shape.outputs)
    let point = workspace.preparedPoint
    let (uw, uv) = (shape.hiddenView(u), shape.outputView(u))
    let v = MatrixView(UnsafePointer(point.v.pointer), rows: k, columns: m)
    share(Parallel.pieces(of: n, size: plan.block), multiplyAdds: n * m * uw.columns) { block in
      let range = Parallel.piece(block, of: n, size: plan.block)
      let first = range.lowerBound * m
      let out = MutableMatrixView(product + range.lowerBound * k, rows: range.count, columns: k)
      if trainable.contains(.hidden) {
        let z = MutableMatrixView(point.z.pointer + first, rows: range.count, columns: m)
        z.multiply(inputs.rows(range), .no, uw, .yes)
        multiplyElements(z.pointer, by: point.s.pointer + first, range.count * m)
        out.multiply(z.readOnly, .no, v, .yes)
      } else {
        out.fill(0)
      }
      guard trainable.contains(.output) else { return }
      let h = MatrixView(UnsafePointer(point.h.pointer + first), rows: range.count, columns: m)
      out.multiply(h, .no, uv, .yes, beta: 1)
    }
  }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func jacobianTransposeProduct(
    _ a: UnsafePointer<Element>, into product: UnsafeMutablePointer<Element>, workspace: NetworkWorkspace<Element>
  ) {
    let (n, m, k) = (data.count, shape.hidden, shape.outputs)
    let point = workspace.preparedPoint
    if trainable.contains(.hidden) {
      let v = MatrixView(UnsafePointer(point.v.pointer), rows: k, columns: m)
      share(Parallel.pieces(of: n, size: plan.block), multiplyAdds: n * m * k) { block in
        let range = Parallel.piece(block, of: n, size: plan.block)
        let z = MutableMatrixView(point.z.pointer + range.lowerBound * m, rows: range.count, columns: m)
        z.multiply(MatrixView(a + range.lowerBound * k, rows: range.count, columns: k), .no, v)
        multiplyElements(z.pointer, by: point.s.pointer + range.lowerBound * m, range.count * m)
      }
    }
    accumulate(
      rows: n, g: point.z.pointer, x: data.x.pointer, delta: a, h: point.h.pointer, beta: 0, into: product)
  }

  /// The whole Jacobian at the prepared point, N x P: for small problems and for inspection.
  ///
  /// - Precondition: `jacobian` is N x P.
  /// - Complexity: N P multiplications.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func jacobian(into jacobian: MutableMatrixView<Element>, workspace: NetworkWorkspace<Element>) {
    let (m, d, k) = (shape.hidden, shape.weightsPerNeuron, shape.outputs)
    precondition(
      jacobian.rows == residualCount && jacobian.columns == parameterCount,
      "the Jacobian is \(residualCount) x \(parameterCount)")
    let point = workspace.preparedPoint
    jacobian.fill(0)
    for r in 0..<residualCount {
      let (i, c, row) = (r / k, r % k, jacobian.row(r))
      for j in 0..<m {
        if trainable.contains(.hidden) {
          let slope = point.s[i * m + j] * point.v[c * m + j]
          for l in 0..<d { row[j * d + l] = slope * data.x[i * d + l] }
        }
        if trainable.contains(.output) { row[m * d + c * m + j] = point.h[i * m + j] }
      }
    }
  }
}

/// The square tiles on and below the diagonal of a matrix, numbered row by row.
struct LowerTiles {
  let count: Int
  let size: Int

  var pieces: Int {
    let across = Parallel.pieces(of: count, size: size)
    return across * (across + 1) / 2
  }

  subscript(piece: Int) -> (rows: Range<Int>, columns: Range<Int>) {
    var row = Int((Double(8 * piece + 1).squareRoot() - 1) / 2)
    while row * (row + 1) / 2 > piece { row -= 1 }
    while (row + 1) * (row + 2) / 2 <= piece { row += 1 }
    let column = piece - row * (row + 1) / 2
    return (Parallel.piece(row, of: count, size: size), Parallel.piece(column, of: count, size: size))
  }
}
