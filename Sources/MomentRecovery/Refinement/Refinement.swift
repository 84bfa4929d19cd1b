import Datasets
import Dynamics
import LinearAlgebra

/// Least squares from a good start: Gauss-Newton with Levenberg-Marquardt damping on
///
///     F(A, W) = (1/2n) sum_t |y_t - A sigma(W x_t)|^2
///
/// over both matrices, or over W alone with A as it is.
///
/// Each iteration reads the samples once, in blocks, and never holds them: all that a step needs are the loss, the
/// gradients and the second moments of x over the regions where pairs of neurons are on. A is eliminated from the
/// normal equations, which leaves k d unknowns. While A moves, rows of W are kept at length 1, with what is taken from
/// them given to the columns of A.
///
/// The moments, most of the cost, are measured anew only once some w_i or a_i has moved by 5 % since they last were.
///
/// A step is taken when it lowers F; the damping, in units of the diagonal of the normal equations of W, then falls
/// tenfold, otherwise it grows tenfold, to at least 0.1.
///
/// **The end.** The measured stationarity is the relative offset of Bates and Watts: with g and H the gradient and the
/// Gauss-Newton matrix, p the number of free parameters and N = n l that of residuals,
///
///     offset^2 = (g^T H^-1 g / p) / (2 F / (N - p)).
///
/// It measures how far the point is from stationary in units of its own statistical error: stopping at 0.03 adds 0.1 %
/// to the variance of the estimate. With noise F has kinks, where a sample crosses the boundary w_i.x = 0, and its
/// least point often lies on some of them; no step is then seen to descend further, although g does not vanish. The run
/// counts as settled when a step gains less than the tolerance's share, offset^2 F p / N, or when two in a row gain
/// nothing at an offset below 0.3. Without noise F falls to rounding, and `value` ends the run.
///
/// ```swift
/// let solution = try Refinement().refine(recovered, on: samples)
/// print(solution.value.network, solution.termination.message)
/// ```
///
/// The bits of the result do not depend on the number of threads, nor on where a run was interrupted and resumed.
///
/// - Complexity: n 3 k (d + l) multiply-adds an iteration and (k d)^3 / 3 for its solution; while the network still
///   moves far, n K D multiply-adds for the moments as well, K = k (k + 1) / 2 and D = d (d + 1) / 2; 2 (k d)^2 + 8 K D
///   numbers of memory, fewer times K D when they are many.
///
/// Source: [derived]; Bates and Watts, Technometrics 23 (1981), for the criterion; Golub and Pereyra, SIAM J. Numer.
/// Anal. 10 (1973), for the elimination of linear parameters.
public struct Refinement: Method {
  /// What moves.
  public enum Unknowns: String, Codable, Sendable, CaseIterable {
    /// W and A.
    case all
    /// W, with A held fixed.
    case hidden
  }

  public let unknowns: Unknowns
  /// The first damping.
  public let damping: Double
  /// Converged at this relative offset.
  public let tolerance: Double
  /// Converged once F is at most this times E|y|^2 / 2: rounding, where there is no noise.
  public let value: Double

  public init(_ unknowns: Unknowns = .all, damping: Double = 1e-3, tolerance: Double = 0.03, value: Double = 1e-26) {
    precondition(damping > 0, "the damping is positive")
    precondition(tolerance >= 0 && value >= 0, "tolerances of \(tolerance) and \(value)")
    self.unknowns = unknowns
    self.damping = damping
    self.tolerance = tolerance
    self.value = value
  }

  /// Refines `start` on the samples of `source`.
  ///
  /// - Precondition: the source has as many inputs and outputs as the network.
  /// - Throws: what the source throws, and what ``Driver/run(_:on:)`` throws.
  public func refine(
    _ start: ReLUNetwork, on source: any SampleSource, driver: Driver = Driver(iterations: 50)
  ) throws -> Solution<RefinedNetwork, RefinementState> {
    let problem = RefinementProblem(start: start, source: source)
    let solution = try driver.run(self, on: problem)
    // A step cannot throw: what a source did in the middle of a run is kept aside, and ends the run.
    if let error = problem.failure.error { throw error }
    return solution
  }
}

/// A network to start from and the samples to fit.
public struct RefinementProblem: Sendable {
  public let start: ReLUNetwork
  public let source: any SampleSource
  let failure = ReadingFailure()

  /// - Precondition: the source has as many inputs and outputs as the network.
  public init(start: ReLUNetwork, source: any SampleSource) {
    precondition(
      start.inputs == source.inputs && start.outputs == source.outputs,
      "samples \(source.inputs) -> \(source.outputs) for a network \(start.inputs) -> \(start.outputs)")
    self.start = start
    self.source = source
  }

  /// The network whose W and then A, row after row, are `parameters`.
  public func network(_ parameters: [Double]) -> ReLUNetwork {
    let (k, d, l) = (start.neurons, start.inputs, start.outputs)
    return ReLUNetwork(
      hidden: Matrix(rows: k, columns: d, elements: Array(parameters[..<(k * d)])),
      output: Matrix(rows: l, columns: k, elements: Array(parameters[(k * d)...])), slope: start.slope)
  }
}

/// What a refinement found.
public struct RefinedNetwork: Codable, Equatable, Sendable {
  public let network: ReLUNetwork
  /// F there.
  public let loss: Double
  /// E[r r^T] there, l x l, r = A sigma(W x) - y, not corrected for the fitted parameters.
  public let residualCovariance: Matrix<Double>
}
