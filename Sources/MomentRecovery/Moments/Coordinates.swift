import LinearAlgebra

/// The linear coordinates in which pure neurons are looked for: x~ = L_x x and y~ = L_y y, and the prediction of y~.
///
/// The least-squares prediction of y~ is P~ = B^T x~. ``Whitening`` makes coordinates in which both x~ and P~ have the
/// identity as their second moments: then units with small weights, and outputs that nearly repeat each other, count as
/// much as the rest.
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
}
