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
    /// Some are zero within tolerance, none is negative: a flat bottom, or undecided. Also where a `relu` unit has next
    /// to no weights: there the loss has a kink.
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
  /// The eigenvalues of the Hessian, ascending; of `relu` units with next to no weights left out.
  public let spectrum: [Double]
  /// How many `relu` units have less than 1e-6 of all the length. Their part of the Hessian, a residual over their
  /// length, is noise.
  public let vanishingUnits: Int
  /// Newton steps that refined the place.
  public let refinements: Int

  public var smallestEigenvalue: Double { spectrum.first ?? 0 }

  /// Eigenvalues within 1e-8 of zero, relative to the largest and to 1, count as zero: the Hessian is accurate to
  /// 1e-13 or so, but moves with the place.
  public var kind: Kind {
    let tolerance = 1e-8 * max(1, spectrum.last ?? 0)
    // An eigenvalue that small may take a gradient of 1e-6 anywhere.
    if largestGradient > 1e-6 { return .moving }
    if smallestEigenvalue < -tolerance { return .saddle }
    return smallestEigenvalue > tolerance && vanishingUnits == 0 ? .minimum : .degenerate
  }

  /// A student as it stands, its spectrum taken.
  ///
  /// - Throws: ``LinearAlgebraError`` where weights are not finite.
  /// - Complexity: the Hessian and its eigenvalues, O((m d)^3).
  public init(_ student: Matrix<Double>, of loss: PopulationLoss) throws {
    try self.init(student, loss, gradient: loss.gradient(of: student), refinements: 0)
  }

  private init(
    _ student: Matrix<Double>, _ loss: PopulationLoss, gradient: Matrix<Double>, refinements: Int
  ) throws {
    weights = student
    self.loss = loss.value(of: student)
    largestGradient = gradient.elements.map(\.magnitude).max() ?? 0
    let smooth = Self.smoothWeights(of: student, unit: loss.unit)
    vanishingUnits = student.rows - smooth.count / student.columns
    spectrum = try SymmetricEigen.values(Self.hessian(loss, at: student, over: smooth))
    self.refinements = refinements
  }

  /// The numbers of the weights in which the loss is smooth.
  private static func smoothWeights(of student: Matrix<Double>, unit: CommitteeUnit) -> [Int] {
    let all = Array(student.elements.indices)
    guard unit == .relu else { return all }
    let lengths = (0..<student.rows).map { student.row($0).reduce(0) { $0 + $1 * $1 }.squareRoot() }
    let limit = 1e-6 * lengths.reduce(0, +)
    return all.filter { lengths[$0 / student.columns] > limit }
  }

  private static func hessian(
    _ loss: PopulationLoss, at student: Matrix<Double>, over chosen: [Int]
  ) -> Matrix<Double> {
    let whole = loss.hessian(of: student)
    if chosen.count == whole.rows { return whole }
    return Matrix(rows: chosen.count, columns: chosen.count) { whole[chosen[$0], chosen[$1]] }
  }

  /// A student carried to the critical point beside it by Newton's method, then its spectrum taken.
  ///
  /// Steps are -V diag(1/lambda) V^T g over the eigenvalues above 1e-7 of the largest in size; along the others, where a
  /// flat bottom leaves the place undetermined, the student does not move, and neither do vanishing units. A step must
  /// lower |g|, or is halved up to eight times; the end is where none does, or where the gradient is below `tolerance`
  /// in every weight.
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
      let smooth = Self.smoothWeights(of: place, unit: loss.unit)
      let eigen = try SymmetricEigen(Self.hessian(loss, at: place, over: smooth))
      let direction = Self.newtonDirection(eigen, smooth.map { gradient.elements[$0] })
      var length = 1.0
      var improved = false
      for _ in 0..<8 {
        var trial = place
        for (k, p) in smooth.enumerated() { trial.elements[p] -= length * direction[k] }
        let next = loss.gradient(of: trial)
        let nextSize = norm(next)
        if nextSize < size {
          (place, gradient, size, improved) = (trial, next, nextSize, true)
          break
        }
        length /= 2
      }
      guard improved else { break }
      taken += 1
    }
    try self.init(place, loss, gradient: gradient, refinements: taken)
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
