/// One recorded moment of a run: what rates and ratios are measured on.
public struct CurvePoint: Codable, Equatable, Sendable {
  public let iteration: Int
  /// The sum of the step lengths so far: eta t with a fixed step, the time of a flow.
  public let time: Double
  /// L. Near its last digits it may be zero or slightly negative.
  public let loss: Double
  /// |grad L|, the Frobenius norm.
  public let gradientNorm: Double

  /// - Parameter time: the iteration unless given.
  public init(iteration: Int, time: Double? = nil, loss: Double, gradientNorm: Double) {
    self.iteration = iteration
    self.time = time ?? Double(iteration)
    self.loss = loss
    self.gradientNorm = gradientNorm
  }

  /// Losses below this are not used for rates and ratios. Losses are known to some 1e-29, gradients to
  /// 1e-15.
  public static let lossFloor = 1e-26
}
