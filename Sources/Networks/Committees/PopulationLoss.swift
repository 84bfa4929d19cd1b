import LinearAlgebra

/// The squared loss of a student against a teacher over Gaussian inputs, in closed form.
///
///     L(W) = 1/2 E (f_W(x) - f*(x))^2,  x ~ N(0, I)
///
/// The value is computed in double-double arithmetic, because near L = 0 it is the small difference of (m + r)^2 kernels:
/// its error stays below 1e-29 of them where plain arithmetic stops at 1e-14. The gradient is right to a few 1e-16 of
/// its terms, so that |grad L| can be followed to 1e-14 or so. The Hessian exists everywhere but at zero weights (of
/// `relu`), and is continuous there where angles vanish.
///
/// ```swift
/// let loss = PopulationLoss(unit: .relu, teacher: .identity(6), width: 6)
/// loss.value(of: .identity(6))    // 0
/// let spectrum = try SymmetricEigen.values(loss.hessian(of: .identity(6)))
/// spectrum[0]                     // 1/4 - 1/(2 pi)
/// ```
///
/// Source: Zhou, Ge, Jin (COLT 2021) for `abs`; Safran and Shamir (ICML 2018) for `relu`; Saad and Solla (1995) for
/// `erf`; derivatives derived.
public struct PopulationLoss: CommitteeLoss {
  public let ensemble: PopulationEnsemble

  public init(unit: CommitteeUnit, teacher: Matrix<Double>, width: Int) {
    ensemble = PopulationEnsemble(unit: unit, teacher: teacher, width: width)
  }

  /// The loss of single students of an ensemble.
  public init(_ ensemble: PopulationEnsemble) { self.ensemble = ensemble }

  public var unit: CommitteeUnit { ensemble.unit }
  public var teacher: Matrix<Double> { ensemble.teacher }
  public var width: Int { ensemble.width }

  /// A pack of which the student has the first lane.
  public final class Workspace {
    let inner: PopulationWorkspace
    let pack, gradient, losses: Buffer<Double>

    init(_ ensemble: PopulationEnsemble) {
      inner = ensemble.makeWorkspace()
      pack = Buffer(count: ensemble.packCount)
      gradient = Buffer(count: ensemble.packCount)
      losses = Buffer(count: PopulationEnsemble.lanes)
    }
  }

  public func makeWorkspace() -> Workspace { Workspace(ensemble) }

  /// L(W), to the last digits however small.
  public func value(at w: UnsafePointer<Double>, workspace: Workspace) -> Double {
    ensemble.load(w, lane: 0, into: workspace.pack.pointer)
    ensemble.losses(of: workspace.pack.pointer, into: workspace.losses.pointer, workspace: workspace.inner)
    return workspace.losses[0]
  }

  public func valueAndGradient(
    at w: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>, workspace: Workspace
  ) -> Double {
    let value = value(at: w, workspace: workspace)
    ensemble.gradient(
      of: workspace.pack.pointer, into: workspace.gradient.pointer, losses: nil, workspace: workspace.inner)
    ensemble.store(workspace.gradient.pointer, lane: 0, into: gradient)
    return value
  }
}
