import LinearAlgebra
import Networks
import Optimization

/// The singular values of the Jacobian J_W of the outputs in the hidden weights, at one point, through the Gram matrix
/// G = J J^T (N x N, N = n k).
///
/// sigma_min is the N-th singular value, the smallest by which J^T can stretch a residual: positive exactly when J has
/// full row rank. Eigenvalues of G are resolved to about N eps sigma_max^2, so singular values below
/// sqrt(N eps) sigma_max count as zero.
///
/// - Complexity: one Gram matrix and one N x N factorisation; up to `spectrumLimit` residuals all eigenvalues instead.
public struct JacobianAnalysis {
  /// N above which nothing is computed: two N x N matrices and N^3 operations are too much for a report.
  public static let limit = 4096
  /// N up to which all eigenvalues are computed, and with them the rank.
  static let spectrumLimit = 600

  public let residuals: Int
  /// sigma_N, zero where it is not resolved.
  public let smallest: Double
  /// sigma_1.
  public let largest: Double
  /// The rank; `nil` where only full rank could be ruled out.
  public let rank: Int?

  let objective: NetworkObjective<Double>
  let workspace: NetworkWorkspace<Double>
  private let parameters: [Double]
  private let gram: Matrix<Double>
  private let residual: [Double]
  /// The factor of G that sigma_min came from; `nil` where all eigenvalues were computed instead.
  private let factor: Cholesky<Double>?

  /// `nil` when N exceeds ``limit``.
  ///
  /// - Parameter objective: with the squared loss and the hidden weights alone free.
  init?(_ objective: NetworkObjective<Double>, at parameters: [Double], workspace: NetworkWorkspace<Double>? = nil)
    throws
  {
    let n = objective.residualCount
    guard n <= Self.limit else { return nil }
    residuals = n
    self.objective = objective
    self.parameters = parameters
    let workspace = workspace ?? objective.makeWorkspace()
    self.workspace = workspace
    var residual = [Double](repeating: 0, count: n)
    _ = objective.prepare(at: parameters, residual: &residual, workspace: workspace)
    self.residual = residual
    var gram = Matrix<Double>(rows: n, columns: n)
    gram.withMutableView { objective.gram(into: $0, workspace: workspace) }
    self.gram = gram
    factor = n > Self.spectrumLimit ? try? Cholesky(gram) : nil
    (smallest, largest, rank) = try Self.extremes(gram, factor: factor)
  }

  /// sigma_min, sigma_max and, where it is known, the rank, from the lower triangle of J J^T.
  ///
  /// - Parameter factor: that of `gram`, for more than ``spectrumLimit`` residuals; `nil` where it is indefinite.
  private static func extremes(
    _ gram: Matrix<Double>, factor: @autoclosure () -> Cholesky<Double>?
  ) throws -> (Double, Double, Int?) {
    let n = gram.rows
    let resolution = Double(n) * .ulpOfOne
    if n <= spectrumLimit {
      let values = try SymmetricEigen<Double>.values(gram)
      let largest = max(values.last ?? 0, 0)
      let rank = values.count { $0 > resolution * largest }
      return (rank == n ? values[0].squareRoot() : 0, largest.squareRoot(), rank)
    }
    let largest = try largestEigenvalue(gram)
    let smallest = factor().map(smallestEigenvalue) ?? 0
    let isFull = smallest > resolution * largest
    return (isFull ? smallest.squareRoot() : 0, largest.squareRoot(), isFull ? n : nil)
  }

  /// |J^+ r|: how far, to first order, the nearest W lies that changes the outputs by -r. `nil` without full rank.
  func distanceToInterpolation() -> Double? {
    guard smallest > 0, let factor = factor ?? (try? Cholesky(gram)) else { return nil }
    let a = factor.solve(residual)
    return zip(residual, a).reduce(0) { $0 + $1.0 * $1.1 }.squareRoot()
  }

  /// |J^T r|, restricted to the free directions, and the smallest singular value of J restricted to them.
  ///
  /// - Parameter normal: the unit outward normal of the active ball, over the whole parameter vector; `nil` when the
  ///   point is interior. The free directions are then those orthogonal to it.
  func free(against normal: [Double]?) throws -> (gradient: Double, smallest: Double) {
    var gradient = [Double](repeating: 0, count: parameters.count)
    // The prepared point is still this one: nothing else uses the workspace.
    objective.jacobianTransposeProduct(residual, into: &gradient, workspace: workspace)
    guard let normal else { return (norm(gradient), smallest) }
    let along = zip(gradient, normal).reduce(0) { $0 + $1.0 * $1.1 }
    for i in gradient.indices { gradient[i] -= along * normal[i] }
    var image = [Double](repeating: 0, count: residuals)
    objective.jacobianProduct(normal, into: &image, workspace: workspace)
    var tangent = gram
    for i in 0..<residuals { for j in 0...i { tangent[i, j] -= image[i] * image[j] } }
    return (norm(gradient), try Self.extremes(tangent, factor: try? Cholesky(tangent)).0)
  }

  private func norm(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 }.squareRoot() }
}

/// The constant C with sigma_min(J(W)) >= sigma_min(J(W0)) - C |W - W0|_F for every W [derived].
///
/// Row (i, c) of J holds v_cj sigma'(w_j.x_i) x_i, so with L2 = max |sigma''| and delta_j = w_j - w0_j
///
///     |J(W) - J(W0)|_F^2 <= sum_ij |v_j|^2 L2^2 (delta_j.x_i)^2 |x_i|^2 <= (L2 max_j |v_j| |D X|_2)^2 |W - W0|_F^2,
///
/// D = diag(|x_i|), v_j the column of V; and a singular value moves by no more than the norm of the change.
///
/// - Complexity: O(n d^2 + d^3).
public func jacobianLipschitzConstant(_ objective: NetworkObjective<Double>, outputWeights: Matrix<Double>) throws
  -> Double
{
  let x = objective.inputs
  var weighted = Matrix<Double>(rows: x.rows, columns: x.columns)
  for i in 0..<x.rows {
    let row = UnsafeBufferPointer(start: x.row(i), count: x.columns)
    let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
    for j in 0..<x.columns { weighted[i, j] = norm * row[j] }
  }
  var gram = Matrix<Double>(rows: x.columns, columns: x.columns)
  weighted.withView { w in gram.withMutableView { $0.multiplyBySelf(w, .yes) } }
  let spectral = try largestEigenvalue(gram).squareRoot()
  let largestColumn =
    (0..<outputWeights.columns).map { j in
      outputWeights.column(j).reduce(0) { $0 + $1 * $1 }.squareRoot()
    }.max() ?? 0
  return objective.activation.bounds.second * largestColumn * spectral
}
