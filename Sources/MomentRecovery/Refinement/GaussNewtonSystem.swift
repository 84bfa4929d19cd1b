import LinearAlgebra

/// The normal equations of a Gauss-Newton step on E|y - A sigma(W x)|^2 / 2, with the step in A eliminated.
///
/// With Q_ij = E[s_i s_j x x^T] (s_i = sigma'(w_i.x)), M_j,i = E[h_j s_i x] = Q_ij w_j and G = E[h h^T], the blocks are
///
///     H_ww = (A^T A)_ij Q_ij,   H_aa = G (x) I,   the one between A_mj and w_i = A_mi M_j,i,
///
/// so the complement of Schur is again blockwise, and no larger than W:
///
///     S_ij = (A^T A)_ij (Q_ij - M_i^T G^-1 M_j),   M_i = (M_1,i ... M_k,i)^T.
///
/// Scaling w_i by c and a_i by 1/c changes nothing; S w = 0 along w_i in block i. Adding c_i w_i w_i^T to block (i, i)
/// makes S definite and picks the step with w_i . dw_i = 0, whatever c_i > 0, because the right-hand side is orthogonal
/// to that direction as well [derived]. With A held fixed the freedom is gone, and S = H_ww.
final class GaussNewtonSystem {
  let movesOutput: Bool
  private let k: Int, d: Int, l: Int
  private var order: Int { k * d }
  /// S, lower triangle, and the factor of S + damping.
  private let matrix: Buffer<Double>, factor: Buffer<Double>
  /// M, k x kd; L^-1 M for G = L L^T; the lower triangle L.
  private var cross: Matrix<Double>, gram: Matrix<Double>
  private var output: Matrix<Double>
  private var outputGradient: Matrix<Double>
  /// E[r h^T] G^-1.
  private var outputStep: Matrix<Double>
  private var rightHandSide: [Double]
  /// Of H_ww.
  private var diagonal: [Double]
  private(set) var loss = Double.nan
  private(set) var residualCovariance: Matrix<Double>

  init(neurons k: Int, inputs d: Int, outputs l: Int, movingOutput: Bool) {
    (self.k, self.d, self.l, movesOutput) = (k, d, l, movingOutput)
    matrix = Buffer(count: k * d * k * d)
    factor = Buffer(count: k * d * k * d)
    cross = Matrix(rows: k, columns: k * d)
    gram = Matrix(rows: k, columns: k)
    output = Matrix(rows: l, columns: k)
    outputGradient = Matrix(rows: l, columns: k)
    outputStep = Matrix(rows: l, columns: k)
    rightHandSide = Array(repeating: 0, count: k * d)
    diagonal = Array(repeating: 0, count: k * d)
    residualCovariance = Matrix(rows: l, columns: l)
  }

  /// A step, and what the quadratic model promises for it: g^T H^-1 g, twice the fall of the loss.
  struct Step {
    var hidden: Matrix<Double>
    var output: Matrix<Double>
    var decrement: Double
  }

  /// Takes over the moments measured at `network`, curvature and gradient.
  /// - Complexity: (2 + k) k^2 d^2 operations.
  func assemble(_ moments: ActivationMoments, at network: ReLUNetwork) {
    output = network.output
    let s = matrix.view(rows: order, columns: order)
    moments.unpackSlopeMoments(slope: network.slope, into: s)
    let weights = Matrix.product(output, .yes, output)
    // Of H_ww rather than S, in which they may cancel: for d = 1 nothing but the scale is left, and S = 0.
    for i in 0..<order { diagonal[i] = weights[i / d, i / d] * s[i, i] }
    if movesOutput { eliminateOutput(s, network.hidden) }
    for i in 0..<k {
      for p in 0..<d {
        let row = s.row(i * d + p)
        for j in 0...i { for q in 0..<d { row[j * d + q] *= weights[i, j] } }
      }
    }
    if movesOutput { fixScales(s, network.hidden) }
    setGradient(moments)
  }

  /// Takes over loss and gradient from moments measured near the point of the last ``assemble(_:at:)``, whose
  /// curvature is kept.
  /// - Complexity: k^2 (k + d + 2 l) operations.
  func setGradient(_ moments: ActivationMoments) {
    loss = moments.loss
    residualCovariance = Matrix(rows: l, columns: l) { moments.residualCovariance[max($0, $1), min($0, $1)] }
    outputGradient = Matrix(rows: l, columns: k) { moments.outputGradient[$0, $1] }
    rightHandSide = (0..<order).map { -moments.hiddenGradient[$0 / d, $0 % d] }
    guard movesOutput else { return }
    outputStep = solveGram(outputGradient)
    let turned = Matrix.product(output, .yes, outputStep)
    for i in 0..<k {
      for j in 0..<k { for p in 0..<d { rightHandSide[i * d + p] += turned[i, j] * cross[j, i * d + p] } }
    }
  }

  /// Q <- Q - M^T G^-1 M.
  private func eliminateOutput(_ q: MutableMatrixView<Double>, _ w: Matrix<Double>) {
    q.mirrorLowerTriangle()
    cross = hiddenCrossMoments(q.readOnly, w)
    // Neurons that are never on, or always on together, leave G singular: then a trace of I lets it be factored.
    var ridge = 0.0
    while !factorGram(w, ridge: ridge) && ridge < 1 { ridge = max(1e-13, 100 * ridge) }
    var half = cross
    gram.withView { l in half.withMutableView { Cholesky.solveTriangular(l, $0) } }
    half.withView { q.multiplyBySelfInParallel($0, .yes, alpha: -1, beta: 1) }
  }

  /// G + ridge tr(G)/k I = L L^T.
  private func factorGram(_ w: Matrix<Double>, ridge: Double) -> Bool {
    gram = hiddenGram(cross, w)
    let mean = (0..<k).reduce(0) { $0 + gram[$1, $1] } / Double(k)
    for i in 0..<k { gram[i, i] += ridge * mean }
    return gram.withMutableView { Cholesky.factor($0).isFactored }
  }

  private func fixScales(_ s: MutableMatrixView<Double>, _ w: Matrix<Double>) {
    for i in 0..<k {
      let scale = (0..<d).reduce(0) { $0 + diagonal[i * d + $1] } / Double(d)
      for p in 0..<d { for q in 0...p { s[i * d + p, i * d + q] += scale * w[i, p] * w[i, q] } }
    }
  }

  /// B G^-1 for a B of k columns.
  private func solveGram(_ b: Matrix<Double>) -> Matrix<Double> {
    var transposed = b.transposed()
    gram.withView { l in transposed.withMutableView { Cholesky.solve(l, $0) } }
    return transposed.transposed()
  }

  /// The minimiser of the quadratic model plus damping/2 times the squares of dW, weighted by the diagonal of H_ww;
  /// `nil` when rounding leaves S indefinite.
  /// - Complexity: (k d)^3 / 3 operations.
  func step(damping: Double) -> Step? {
    let s = matrix.view(rows: order, columns: order), f = factor.view(rows: order, columns: order)
    let least = 1e-8 * diagonal.reduce(0, +) / Double(max(order, 1))
    for i in 0..<order {
      f.row(i).update(from: s.row(i), count: i + 1)
      f[i, i] += damping * max(diagonal[i], least)
    }
    guard Cholesky.factor(f).isFactored else { return nil }
    var dw = rightHandSide
    dw.withUnsafeMutableBufferPointer { if let x = $0.baseAddress { Cholesky.solve(f.readOnly, x) } }
    var decrement = zip(dw, rightHandSide).reduce(0) { $0 + $1.0 * $1.1 }
    let hidden = Matrix(rows: k, columns: d, elements: dw)
    guard movesOutput else { return Step(hidden: hidden, output: Matrix(rows: l, columns: k), decrement: decrement) }
    decrement += zip(outputGradient.elements, outputStep.elements).reduce(0) { $0 + $1.0 * $1.1 }
    // dA = -(E[r h^T] + A (M_j,i . dw_i)^T) G^-1.
    let change = Matrix(rows: k, columns: k) { i, j in
      (0..<d).reduce(0) { $0 + cross[j, i * d + $1] * hidden[i, $1] }
    }
    let moved = solveGram(output * change)
    let da = Matrix(rows: l, columns: k) { -(outputStep[$0, $1] + moved[$0, $1]) }
    return Step(hidden: hidden, output: da, decrement: decrement)
  }
}
