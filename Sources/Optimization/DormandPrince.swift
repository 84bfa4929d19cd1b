/// The Dormand-Prince pair: an explicit Runge-Kutta method with adaptive steps for dy/dt = f(t, y).
///
///     k_s = f(t + c_s h, y + h sum_{r < s} a_sr k_r),   s = 1..7
///     y(t + h) = y + h sum b5_s k_s,                    error = h sum (b5_s - b4_s) k_s
///
/// Order 5, with an embedded method of order 4 for the error; seven stages, of which the first is the last of the step
/// before, so that a step costs six evaluations. On dy/dt = lambda y it is stable for h lambda in [-3.3065, 0]
/// [derived: R(z) = 1 + z + ... + z^5/120 + z^6/600]; stiff problems are solved correctly, in many small steps.
///
/// A step is accepted when the root mean square of error_i / (absolute + relative max(|y_i(t)|, |y_i(t + h)|)) is at
/// most one. The next step follows from this number e and that of the step before, a PI controller:
/// h <- h 0.9 e^(-0.17) e_before^0.04, between a fifth and ten times the last. Steps end exactly at the times asked
/// for, so results need no interpolation.
///
/// ```swift
/// let decay = DormandPrince().solve([1], at: [1, 2]) { _, y, dy in dy[0] = -y[0] }
/// decay.states[1, 0]     // 0.135335..., e^-2
/// ```
///
/// The same call gives the same bits: there is no randomness, no clock and no thread in it.
///
/// Source: Dormand and Prince (1980), table 2; Hairer, Norsett, Wanner, "Solving Ordinary Differential Equations I",
/// II.4 (step control) and IV.2 of volume II (the controller's exponents).
public struct DormandPrince: Sendable, Equatable, Codable {
  /// The tolerated error of a step, relative to each component.
  public var relativeTolerance: Double
  /// The tolerated error of components near zero.
  public var absoluteTolerance: Double
  /// The first step; `nil` to estimate it from f and its change along f.
  public var initialStep: Double?
  /// The most steps, accepted and rejected, that one integration may take.
  public var stepLimit: Int

  /// f: reads y (and t), writes dy/dt into the third argument. It must write every component.
  public typealias Field = (Double, UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Void

  /// - Precondition: the tolerances are not negative and not both zero, and the first step is positive.
  public init(
    relativeTolerance: Double = 1e-6, absoluteTolerance: Double = 1e-9, initialStep: Double? = nil,
    stepLimit: Int = 1_000_000
  ) {
    precondition(
      relativeTolerance >= 0 && absoluteTolerance >= 0 && relativeTolerance + absoluteTolerance > 0,
      "tolerances of \(relativeTolerance) and \(absoluteTolerance); one must be positive")
    precondition(initialStep.map { $0 > 0 } ?? true, "a first step of \(initialStep ?? 0); it must be positive")
    self.relativeTolerance = relativeTolerance
    self.absoluteTolerance = absoluteTolerance
    self.initialStep = initialStep
    self.stepLimit = stepLimit
  }

  /// How an integration ended.
  public enum Ending: String, Sendable, Codable, CaseIterable {
    case reached
    case stepLimit
    case stepUnderflow
    case nonFinite

    /// What happened, in a sentence.
    public var message: String {
      switch self {
      case .reached: "The last time was reached."
      case .stepLimit: "The limit on steps was reached."
      case .stepUnderflow: "The step fell below the resolution of time: a singularity, or tolerances out of reach."
      case .nonFinite: "The vector field became infinite or undefined."
      }
    }
  }
}

extension DormandPrince {
  /// The coefficients of the pair.
  public struct Tableau: Sendable {
    /// a_sr: seven rows of 0, 1, ..., 6 entries. The last row is b5 without its closing zero.
    public let a: [[Double]]
    /// The weights of order 5.
    public let b5: [Double]
    /// The weights of order 4.
    public let b4: [Double]
    /// c_s, the stages' times within the step.
    public let c: [Double]
    /// b5 - b4, the weights of the error.
    public let e: [Double]
  }

  public static let tableau: Tableau = {
    let a: [[Double]] = [
      [],
      [1.0 / 5],
      [3.0 / 40, 9.0 / 40],
      [44.0 / 45, -56.0 / 15, 32.0 / 9],
      [19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729],
      [9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656],
      [35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84],
    ]
    // b5 - b4 as fractions: the differences of the rounded weights would carry their rounding into small errors.
    return Tableau(
      a: a, b5: a[6] + [0],
      b4: [5179.0 / 57600, 0, 7571.0 / 16695, 393.0 / 640, -92097.0 / 339200, 187.0 / 2100, 1.0 / 40],
      c: [0, 1.0 / 5, 3.0 / 10, 4.0 / 5, 8.0 / 9, 1, 1],
      e: [71.0 / 57600, 0, -71.0 / 16695, 71.0 / 1920, -17253.0 / 339200, 22.0 / 525, -1.0 / 40])
  }()
}
