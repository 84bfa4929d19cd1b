import LinearAlgebra
import Networks

/// Where a student came to rest, as the Hessian tells: the place, its loss, its spectrum.
///
/// ```swift
/// let end = try EndPoint(refining: student, of: loss)
/// if end.kind == .minimum && end.loss > 1e-3 { print("spurious minimum", end.loss) }
/// ```
public struct EndPoint: Sendable, Codable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// All eigenvalues are positive.
    case minimum
    /// Some are zero within tolerance, none is negative: a flat bottom, or undecided.
    case degenerate
    /// Some are negative.
    case saddle
    /// The gradient is not zero: the Hessian decides nothing.
    case moving
  }

  /// m x d.
  public let weights: Matrix<Double>
  public let loss: Double
  /// max |dL/dw|.
  public let largestGradient: Double
  /// The eigenvalues of the Hessian, ascending.
  public let spectrum: [Double]
  /// Newton steps that refined the place.
  public let refinements: Int

  public var smallestEigenvalue: Double { spectrum.first ?? 0 }

  /// Eigenvalues within 1e-8 of zero, relative to the largest and to 1, count as zero: the Hessian is accurate to
  /// 1e-13 or so, but moves with the place.
  public var kind: Kind {
    let tolerance = 1e-8 * max(1, spectrum.last ?? 0)
    // An eigenvalue that small may take a gradient of 1e-6 anywhere.
    if largestGradient > 1e-6 { return .moving }
    if smallestEigenvalue > tolerance { return .minimum }
    return smallestEigenvalue < -tolerance ? .saddle : .degenerate
  }

  /// A student as it stands, its spectrum taken.
  ///
  /// - Throws: ``LinearAlgebraError`` where weights are not finite.
  /// - Complexity: the Hessian and its eigenvalues, O((m d)^3).
  public init(_ student: Matrix<Double>, of loss: PopulationLoss) throws {
    let gradient = loss.gradient(of: student)
    try self.init(
      student, loss.value(of: student), gradient,
      spectrum: SymmetricEigen.values(loss.hessian(of: student)), refinements: 0)
  }

  init(
    _ weights: Matrix<Double>, _ loss: Double, _ gradient: Matrix<Double>, spectrum: [Double], refinements: Int
  ) {
    self.weights = weights
    self.loss = loss
    largestGradient = gradient.elements.map(\.magnitude).max() ?? 0
    self.spectrum = spectrum
    self.refinements = refinements
  }

  /// A student carried to the critical point beside it by Newton's method, then its spectrum taken.
  ///
  /// Steps are -V diag(1/lambda) V^T g over the eigenvalues above 1e-7 of the largest in size; along the others, where a
  /// flat bottom leaves the place undetermined, the student does not move. A step must lower |g|, or is halved up to
  /// eight times; the end is where none does, or where the gradient is below `tolerance` in every weight.
  ///
  /// Newton's method goes to whatever is near, a saddle too: refine only what has nearly come to rest.
  ///
  /// - Throws: ``LinearAlgebraError`` where weights are not finite.
  /// - Complexity: a Hessian and its eigenvectors a step; three steps or so from a gradient of 1e-9.
  public init(
    refining student: Matrix<Double>, of loss: PopulationLoss, tolerance: Double = 1e-15, steps: Int = 30
  ) throws {
    var place = student
    var gradient = loss.gradient(of: place)
    var size = norm(gradient)
    var taken = 0
    while taken < steps, (gradient.elements.map(\.magnitude).max() ?? 0) > tolerance {
      let eigen = try SymmetricEigen(loss.hessian(of: place))
      let direction = Self.newtonDirection(eigen, gradient.elements)
      var length = 1.0
      var improved = false
      for _ in 0..<8 {
        var trial = place
        for p in trial.elements.indices { trial.elements[p] -= length * direction[p] }
        let next = loss.gradient(of: trial)
        if norm(next) < size {
          (place, gradient, size, improved) = (trial, next, norm(next), true)
          break
        }
        length /= 2
      }
      guard improved else { break }
      taken += 1
    }
    try self.init(
      place, loss.value(of: place), gradient, spectrum: SymmetricEigen.values(loss.hessian(of: place)),
      refinements: taken)
  }

  private static func newtonDirection(_ eigen: SymmetricEigen<Double>, _ g: [Double]) -> [Double] {
    let largest = eigen.values.map(\.magnitude).max() ?? 0
    var direction = [Double](repeating: 0, count: g.count)
    for (j, value) in eigen.values.enumerated() where value.magnitude > 1e-7 * largest {
      let v = eigen.vectors.column(j)
      let factor = zip(v, g).reduce(0) { $0 + $1.0 * $1.1 } / value
      for p in g.indices { direction[p] += factor * v[p] }
    }
    return direction
  }
}

private func norm(_ a: Matrix<Double>) -> Double {
  a.elements.reduce(0) { $0 + $1 * $1 }.squareRoot()
}
