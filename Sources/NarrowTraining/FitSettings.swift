import Networks
import Optimization

/// Everything that decides a fit, apart from the data: the same settings on the same data give the same bits.
///
/// `FitSettings(method:)` starts from what suits the method; `nil` stands for a choice made from the data.
public struct FitSettings: Codable, Sendable, Equatable {
  /// How the loss is made small.
  public enum Method: String, CaseIterable, Codable, Sendable {
    /// Levenberg-Marquardt in the dual, on the hidden weights.
    case gaussNewton = "gauss-newton"
    /// Projected gradient descent on the constrained problem, full gradient, Armijo steps.
    case pgd
    /// Projected mini-batch gradient descent on the constrained problem.
    case psgd
    /// Adam on mini-batches.
    case adam
    /// Mini-batch descent with Nesterov momentum.
    case momentum
    /// Plain mini-batch gradient descent.
    case sgd

    /// Whether the method works on mini-batches; one iteration is then an epoch.
    public var isStochastic: Bool { self != .gaussNewton && self != .pgd }
  }

  /// The feasible set of the constrained problem [our reconstruction]: W in a ball about W0, and every output weight
  /// of its initial sign and of a size in [zeta, kappa zeta], zeta being its initial size: the same for all weights of
  /// a mirrored start, each its own at a given start.
  public struct Region: Codable, Sendable, Equatable {
    /// eps; `nil` chooses 1.5 c0 / zeta, c0 / zeta being the distance to the interpolating point of the linearised
    /// problem, or |W0|_F where the Jacobian has not full rank.
    public var radius: Double?
    /// A ball of radius eps for each neuron instead of one for all.
    public var perNeuron: Bool
    public var kappa: Double

    public init(radius: Double? = nil, perNeuron: Bool = false, kappa: Double = 2) {
      self.radius = radius
      self.perNeuron = perNeuron
      self.kappa = kappa
    }
  }

  public enum Precision: String, CaseIterable, Codable, Sendable { case single, double }

  public var method: Method
  /// m; `nil` for the smallest even m >= 2 n k / rank(X).
  public var width: Int?
  public var activation: Activation = .tanh
  public var loss: Loss = .squared
  public var initialization: Initialization
  /// The digest of the model that the fit starts at instead; `nil` where weights are drawn. ``Fit`` fills it in.
  public var start: String?
  public var bias = true
  /// `nil` for no constraint.
  public var region: Region?
  /// Which weights move. Gauss-Newton starts with the hidden ones.
  public var trainable: Trainable
  /// The step length; `nil` chooses it from the curvature at the start.
  public var step: Double?
  /// Multiplies the step chosen from the curvature.
  public var stepFactor = 1.0
  /// Whether the step falls to zero along a cosine over the iterations (mini-batch methods).
  public var decay = true
  public var batch = 32
  /// Iterations, or epochs of a mini-batch method.
  public var iterations: Int
  public var seconds: Double?
  /// The loss at which the run ends; `nil` for 1e-16, or 1e-6 where Gauss-Newton has too many residuals to factor and
  /// every further digit costs hundreds of products.
  public var goal: Double?
  /// The KKT residual at which the run ends.
  public var stationarity: Double
  /// Further seeds tried when Gauss-Newton ends above its goal; the best is kept.
  public var restarts = 0
  /// Whether Gauss-Newton, ended above its goal, goes on with the output weights free as well.
  public var freeOutputs = true
  /// Whether the guarantee is checked; sweeps over many runs may leave it out.
  public var checksGuarantee = true
  public var precision: Precision = .double
  public var seed: UInt64 = 0

  public init(method: Method) {
    self.method = method
    switch method {
    case .gaussNewton:
      initialization = .mirroredLeCun(zeta: 1)
      trainable = .hidden
      (iterations, stationarity) = (200, 1e-14)
    case .pgd:
      initialization = .mirroredLeCun(zeta: 1)
      region = Region()
      trainable = .all
      (iterations, stationarity) = (2000, 1e-9)
    case .psgd:
      initialization = .mirroredLeCun(zeta: 1)
      region = Region()
      trainable = .all
      (iterations, stationarity) = (200, 1e-9)
    case .adam, .momentum, .sgd:
      initialization = .leCun
      trainable = .all
      (iterations, stationarity) = (200, 1e-9)
    }
  }

  /// The goal for this many residuals n k.
  public func goal(residuals: Int) -> Double {
    goal ?? (method == .gaussNewton && residuals > Self.denseLimit ? 1e-6 : 1e-16)
  }

  /// The most residuals for which Gauss-Newton factors the whole Gram matrix.
  static let denseLimit = 8000

  /// zeta of a mirrored start, else `nil`.
  public var zeta: Double? {
    if start == nil, case .mirroredLeCun(let zeta) = initialization { zeta } else { nil }
  }

  /// These settings for a fit that starts at a model, which decides width, activation and bias.
  public func starting(at model: FittedModel) -> FitSettings {
    var settings = self
    settings.width = model.network.shape.hidden
    settings.activation = model.network.activation
    settings.bias = model.network.shape.bias
    settings.start = model.digest
    return settings
  }
}

/// Settings that contradict each other or the data.
public struct FitError: Error, CustomStringConvertible, Equatable {
  public let description: String
  init(_ description: String) { self.description = description }
}

extension FitSettings {
  /// - Throws: ``FitError`` naming the value and what is accepted.
  public func validate() throws {
    if let width {
      if width < 1 { throw FitError("width \(width): a network has at least one neuron; give 1 or more, or \"auto\"") }
      if zeta != nil && width % 2 != 0 {
        throw FitError(
          "width \(width): a mirrored start pairs its neurons, so the width must be even; give \(width + 1), or "
            + "another initialisation")
      }
    }
    if method == .gaussNewton && loss != .squared {
      throw FitError("Gauss-Newton needs the squared loss, not \(loss.rawValue); use another method for it")
    }
    if region != nil && zeta == nil && start == nil {
      throw FitError(
        "the constrained problem is about a mirrored or a given start; remove the radius or use one of those")
    }
    if start != nil && restarts > 0 {
      throw FitError("restarts \(restarts): a given start is the only one; 0 is accepted")
    }
    if let zeta, !(zeta > 0 && zeta.isFinite) { throw FitError("zeta \(zeta): a positive number is needed") }
    if let radius = region?.radius, !(radius > 0) { throw FitError("radius \(radius): a positive number is needed") }
    if let kappa = region?.kappa, !(kappa >= 1) { throw FitError("kappa \(kappa): a number of at least 1 is needed") }
    if let step, !(step > 0 && step.isFinite) { throw FitError("step \(step): a positive number is needed") }
    if batch < 1 { throw FitError("batch \(batch): at least one sample is needed") }
    if iterations < 0 { throw FitError("iterations \(iterations): 0 or more is needed") }
    if let goal, !(goal >= 0) { throw FitError("goal \(goal): 0 or more is needed") }
    if let seconds, !(seconds >= 0) { throw FitError("seconds \(seconds): 0 or more is needed") }
    if restarts < 0 { throw FitError("restarts \(restarts): 0 or more is needed") }
  }
}
