import Dynamics

/// When a minimisation has reached its goal. Limits of time and iterations are the driver's.
public struct StoppingRule: Codable, Sendable, Equatable {
  /// Converged once the objective is at or below this.
  public var value: Double?
  /// Converged once |P(x - g) - x| / (1 + |x|) is at or below this.
  public var stationarity: Double?

  public init(value: Double? = nil, stationarity: Double? = nil) {
    self.value = value
    self.stationarity = stationarity
  }

  /// The convergence that `measurements` show, if any.
  public func convergence(_ measurements: Measurements) -> Termination? {
    if let value, measurements.value <= value { return .converged(.valueReached) }
    if let stationarity, let measured = measurements.stationarity, measured <= stationarity {
      return .converged(.stationary)
    }
    return nil
  }
}
