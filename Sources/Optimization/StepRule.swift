import RealModule

/// How far to go along a direction.
public enum StepRule: Codable, Sendable, Equatable {
  /// eta, always.
  case fixed(Double)

  /// floor + (peak - floor) (1 + cos(pi t / T)) / 2 for t < T, then `floor`.
  case cosine(peak: Double, floor: Double, iterations: Int)

  /// Armijo along the projection arc: starting from `growth` times the last accepted step, shrink eta until
  /// L(P(x - eta d)) <= L(x) - `decrease` <g, x - P(x - eta d)>. Full-gradient methods only.
  case backtracking(initial: Double = 1, shrink: Double = 0.5, growth: Double = 2, decrease: Double = 1e-4)

  /// The first step length to try at iteration t, given the last accepted one.
  func length(at iteration: Int, last: Double?) -> Double {
    switch self {
    case .fixed(let eta): eta
    case .cosine(let peak, let floor, let iterations):
      iteration >= iterations
        ? floor : floor + (peak - floor) * (1 + Double.cos(.pi * Double(iteration) / Double(iterations))) / 2
    case .backtracking(let initial, _, let growth, _): last.map { $0 * growth } ?? initial
    }
  }
}
