import LinearAlgebra

/// The linear coordinates in which pure neurons are looked for: x~ = L_x x and y~ = L_y y, and the prediction of y~.
///
/// The least-squares prediction of y~ is P~ = B^T x~. By ``whitening(_:neurons:)`` both x~ and P~ have the identity as
/// their second moments: then units with small weights, and outputs that nearly repeat each other, count as much as the
/// rest. ``plain(_:)`` leaves x and y as they are.
public struct Coordinates: Codable, Equatable, Sendable {
  /// L_x, d x d, invertible.
  public let inputMap: Matrix<Double>
  /// L_y, k x l.
  public let outputMap: Matrix<Double>
  /// B, d x k.
  public let prediction: Matrix<Double>

  /// - Precondition: the sizes fit.
  public init(inputMap: Matrix<Double>, outputMap: Matrix<Double>, prediction: Matrix<Double>) {
    precondition(inputMap.rows == inputMap.columns, "L_x is \(inputMap.rows) x \(inputMap.columns), not square")
    precondition(
      prediction.rows == inputMap.rows && prediction.columns == outputMap.rows,
      "B is \(prediction.rows) x \(prediction.columns), not \(inputMap.rows) x \(outputMap.rows)")
    self.inputMap = inputMap
    self.outputMap = outputMap
    self.prediction = prediction
  }

  /// d.
  public var inputs: Int { inputMap.columns }
  /// l.
  public var outputs: Int { outputMap.columns }
  /// k.
  public var neurons: Int { outputMap.rows }

  /// x and y themselves, B = C^{-1} G: the form of the paper, for k = l.
  ///
  /// - Throws: ``LinearAlgebraError/notPositiveDefinite(minor:)`` if C is singular.
  public static func plain(_ moments: FirstMoments) throws -> Coordinates {
    Coordinates(
      inputMap: .identity(moments.inputs.rows), outputMap: .identity(moments.outputs.rows),
      prediction: try Cholesky(moments.inputs).solve(moments.cross))
  }

  /// L_x = C^{-1/2}; L_y = S_k^{-1} V_k^T and B = U_k from the k largest singular triples of C^{-1/2} G = U S V^T.
  ///
  /// y is projected on the k directions in which the linear prediction varies most, and scaled such that
  /// E[P~ P~^T] = I. [derived]
  ///
  /// - Throws: ``LinearAlgebraError/notPositiveDefinite(minor:)`` if C is singular to working precision;
  ///   ``MomentError/tooManyNeurons(asked:rank:)`` if fewer than k singular values exceed 1e-12 S_1.
  public static func whitening(_ moments: FirstMoments, neurons k: Int) throws -> Coordinates {
    let spectrum = try SymmetricEigen(moments.inputs)
    let d = moments.inputs.rows
    guard let largest = spectrum.values.last, let least = spectrum.values.first,
      least > largest * Double(d) * Double.ulpOfOne
    else { throw LinearAlgebraError.notPositiveDefinite(minor: d) }
    let root = spectrum.map { 1 / $0.squareRoot() }
    let svd = try SVD(Matrix.product(root, .no, moments.cross, .no))
    // What rounding leaves of a singular value that is 0 grows with n and the condition of C; 1e-12 is far above both.
    let rank = svd.rank(tolerance: 1e-12 * (svd.singularValues.first ?? 0))
    guard k >= 1, k <= rank else { throw MomentError.tooManyNeurons(asked: k, rank: rank) }
    return Coordinates(
      inputMap: root,
      outputMap: Matrix(rows: k, columns: moments.outputs.rows) {
        svd.vTransposed[$0, $1] / svd.singularValues[$0]
      },
      prediction: Matrix(rows: d, columns: k) { svd.u[$0, $1] })
  }
}
