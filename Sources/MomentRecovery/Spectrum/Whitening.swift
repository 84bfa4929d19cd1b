import LinearAlgebra

/// The whitened cross moment of x and y and its singular values: what ``Coordinates`` and ``NeuronCount`` are made of.
///
///     M = L_x G R = U S V^T,   L_x = C^{-1/2},   R = (E y y^T)^{-1/2} on the range of y
///
/// Its singular values lie in 0...1 and do not change when x or y is mapped by an invertible matrix; k of them are
/// not 0, for k neurons with A and W of full rank. Where C or E y y^T is singular, inverse roots are taken on the
/// range.
public struct Whitening: Sendable {
  /// L_x, d x d, symmetric.
  public let inputRoot: Matrix<Double>
  /// R, l x l', l' the rank of E y y^T: uncorrelated outputs R^T y.
  public let outputRoot: Matrix<Double>
  /// R^+, l' x l.
  public let outputRootInverse: Matrix<Double>
  /// The ranks of C and of E y y^T.
  public let inputRank, outputRank: Int
  /// lambda_max / lambda_min of C, infinite where C is singular.
  public let inputCondition: Double
  /// U (d x m), S and V^T (m x l'), m = min(d, l').
  public let svd: SVD<Double>

  /// Eigenvalues below this part of the largest, after each variable is scaled to E x_i^2 = 1, count as 0.
  static let tolerance = 1e-12

  /// - Parameter centred: subtract E x E y^T from G and E y E y^T from E y y^T. The rank of G stays at most k, whatever
  ///   the distribution of x, and sampling errors are smaller.
  /// - Throws: ``LinearAlgebraError`` when decompositions do not converge.
  /// - Complexity: O((d + l)^3).
  public init(_ moments: FirstMoments, centred: Bool = false) throws {
    let (mx, my) = (moments.inputMean, moments.outputMean)
    let d = mx.count, l = my.count
    let less = centred ? 1.0 : 0
    let g = Matrix(rows: d, columns: l) { moments.cross[$0, $1] - less * mx[$0] * my[$1] }
    let outputs = Matrix(rows: l, columns: l) { moments.outputs[$0, $1] - less * my[$0] * my[$1] }
    let spectrum = try SymmetricEigen(moments.inputs)
    inputCondition = spectrum.values.first.map { $0 > 0 ? (spectrum.values.last ?? 0) / $0 : .infinity } ?? 1
    let x = try Self.roots(moments.inputs)
    inputRank = x.rank
    // The symmetric root where there is one: it keeps the axes of x as they are as far as it can.
    inputRoot = spectrum.inverseRoot(tolerance: Self.tolerance)
    let y = try Self.roots(outputs)
    outputRank = y.rank
    (outputRoot, outputRootInverse) = (y.root, y.inverse)
    svd = try SVD(Matrix.product(inputRoot, .no, Matrix.product(g, .no, y.root, .no)))
  }

  /// R (n x r) with R^T A R = I on the range of A, and R^+.
  private static func roots(_ a: Matrix<Double>) throws -> (root: Matrix<Double>, inverse: Matrix<Double>, rank: Int) {
    let n = a.rows
    let scales = (0..<n).map { a[$0, $0] > 0 ? a[$0, $0].squareRoot() : 1 }
    let e = try SymmetricEigen(Matrix(rows: n, columns: n) { a[$0, $1] / (scales[$0] * scales[$1]) })
    let kept = (0..<n).filter { e.values[$0] > tolerance * max(1, e.values[n - 1]) }
    let root = Matrix(rows: n, columns: kept.count) {
      e.vectors[$0, kept[$1]] / (e.values[kept[$1]].squareRoot() * scales[$0])
    }
    let inverse = Matrix(rows: kept.count, columns: n) {
      e.vectors[$1, kept[$0]] * e.values[kept[$0]].squareRoot() * scales[$1]
    }
    return (root, inverse, kept.count)
  }

  /// The rank of M up to rounding.
  public var rank: Int { svd.rank(tolerance: 1e-10) }

  /// Coordinates with E x~ x~^T = I and E P~ P~^T = I on the k directions of y that x predicts best, and the map A~ ->
  /// A from the coordinates of y back to y (l x k).
  ///
  /// L_y = S_k^{-1} V_k^T R^T and B = U_k; back is (R^+)^T V_k S_k. For l > k the k directions are chosen by
  /// canonical correlation, so that the result does not depend on the units of y.
  /// - Precondition: 0 < k <= ``rank``.
  public func coordinates(neurons k: Int) -> (coordinates: Coordinates, back: Matrix<Double>) {
    precondition(k > 0 && k <= rank)
    let (s, vt) = (svd.singularValues, svd.vTransposed)
    let scaled = Matrix(rows: k, columns: vt.columns) { vt[$0, $1] / s[$0] }
    let stretched = Matrix(rows: vt.columns, columns: k) { vt[$1, $0] * s[$1] }
    return (
      Coordinates(
        inputMap: inputRoot, outputMap: Matrix.product(scaled, .no, outputRoot, .yes),
        prediction: Matrix(rows: inputRoot.rows, columns: k) { svd.u[$0, $1] }),
      Matrix.product(outputRootInverse, .yes, stretched)
    )
  }

  /// x as it stands; y as it stands for k = l, else projected on the k leading right singular vectors of G, as in the
  /// paper.
  public func plain(
    _ moments: FirstMoments, neurons k: Int
  ) throws -> (coordinates: Coordinates, back: Matrix<Double>) {
    let l = moments.outputMean.count
    let map = k == l ? Matrix.identity(l) : try SVD(moments.cross).vTransposed.selectingRows(0..<k)
    let cross = Matrix.product(moments.cross, .no, map, .yes)
    // C^{-1} = L_x L_x, on the range of C.
    let prediction = Matrix.product(inputRoot, .no, Matrix.product(inputRoot, .no, cross))
    return (
      Coordinates(inputMap: .identity(inputRoot.rows), outputMap: map, prediction: prediction), map.transposed()
    )
  }
}
