import Dynamics
import LinearAlgebra

/// Gauss-Newton with Levenberg-Marquardt damping, solved in the dual: for N residuals and far more parameters the
/// N x N system (G + lambda I) a = r, G = J J^T, gives the step delta = -J^T a.
///
/// The step solves min over delta of |r + J delta|^2 + lambda |delta|^2. It is accepted when it lowers the objective;
/// lambda is then divided by 4, otherwise multiplied by 4 and the step is tried again. lambda is measured in units of
/// the mean diagonal entry of G at the start.
///
/// A ``Ball`` about c with radius eps is kept exactly: when the step leaves it, the constrained problem
/// min |r + J (y - x)|^2 + lambda |y - x|^2 over |y - c| <= eps is solved by a search for its multiplier mu, each trial
/// being one system with lambda + mu on the diagonal:
///
///     z = (lambda x + mu c) / (lambda + mu),  (G + (lambda + mu) I) a = r + J (z - x),  y = z - J^T a.
///
/// Any other set is kept by projecting the step.
///
/// - Complexity: dense, one Gram matrix and N^3/3 operations for each factorisation. Above `denseLimit` residuals,
///   conjugate gradients with two products by J and J^T an iteration, and no N x N matrix; for several outputs they are
///   preconditioned by the factored mean diagonal block, n x n, as long as n is within the limit.
///
/// Source: derived (specs/narrow-training); Levenberg 1944, Marquardt 1963 for the damping.
public struct DualGaussNewton<O: DualLeastSquares>: Method {
  /// lambda at the start, in units of the mean diagonal entry of G.
  public let damping: Double
  public let stopping: StoppingRule
  /// The largest N solved with a dense factorisation.
  public let denseLimit: Int
  /// Conjugate gradients stop at this residual, relative to the right-hand side.
  public let tolerance: Double
  public let conjugateGradientLimit: Int

  public init(
    damping: Double = 0.1, until stopping: StoppingRule = StoppingRule(value: 1e-16), denseLimit: Int = 8000,
    tolerance: Double = 0.03, conjugateGradientLimit: Int = 400
  ) {
    precondition(damping > 0, "the damping is positive")
    self.damping = damping
    self.stopping = stopping
    self.denseLimit = denseLimit
    self.tolerance = tolerance
    self.conjugateGradientLimit = conjugateGradientLimit
  }
}
