import RealModule

/// How a loss falls at the end of a run: as a power of time, exponentially, or neither to tell.
///
///     L ~ c t^-p   (log L a line in log t)        L ~ c e^{-rate t}   (log L a line in t)
///
/// **Window.** Points with t > 0 until the loss first falls to the floor, where rounding begins; of these the last
/// decade of time or the last six decades of loss, whichever is shorter, but eight points if the decade of time
/// has them. Values that are not finite are left out.
///
/// **Which.** Both lines are fitted by least squares, weighted by spacing in log t. The one that leaves less is taken
/// if it leaves at most half of what the other leaves and a tenth of the fall of log L.
///
/// **Interval.** A deterministic curve deviates from a power law by its approach to it and not by noise, so a standard
/// error alone says too little. The interval encloses the slopes over the quarters of the window in log t, the fit plus
/// and minus two standard errors, and, where these slopes keep rising or keep falling, the limit that a correction of
/// order t^{-1/2} leads to, s4 + (s4 - s3) / (sqrt g - 1), g being the ratio of the times of the last two quarters.
/// It is no statement of probability. [derived]
///
/// ```swift
/// if case .power(let p, let interval) = TailExponent(curve: run.curve).kind { print(p, interval) }
/// ```
public struct TailExponent: Codable, Equatable, Sendable {
  public enum Kind: Codable, Equatable, Sendable {
    /// L ~ t^-exponent.
    case power(exponent: Double, interval: ClosedRange<Double>)
    /// L ~ e^{-rate t}, per unit of the times given.
    case exponential(rate: Double)
    case undetermined(reason: String)
  }

  public let kind: Kind
  /// The times that were used; `nil` without any.
  public let window: ClosedRange<Double>?
  /// How many points lie in the window.
  public let points: Int
  /// The root mean square deviations of log L from either line; `nil` where not fitted.
  public let powerResidual, exponentialResidual: Double?

  public static let fewestPoints = 6

  /// - Parameters:
  ///   - times: Increasing: iterations, or the time of a flow.
  ///   - floor: The loss at which rounding begins.
  /// - Precondition: as many times as losses.
  /// - Complexity: O(n).
  public init(times: [Double], losses: [Double], floor: Double = CurvePoint.lossFloor) {
    precondition(times.count == losses.count, "\(times.count) times and \(losses.count) losses")
    let (t, l) = Self.window(times, losses, floor: floor)
    points = t.count
    window = t.isEmpty ? nil : t.first!...t.last!
    let x = t.map { Double.log($0) }
    let y = l.map { Double.log($0) }
    let weights = WeightedLine.spacing(of: x)
    guard t.count >= Self.fewestPoints, let power = WeightedLine(x, y, weights: weights),
      let exponential = WeightedLine(t, y, weights: weights)
    else {
      kind = .undetermined(
        reason: "\(t.count) usable points in the tail; at least \(Self.fewestPoints) are needed")
      (powerResidual, exponentialResidual) = (nil, nil)
      return
    }
    (powerResidual, exponentialResidual) = (power.residual, exponential.residual)
    let fall = y.first! - y.last!
    if fall < Double.log(2) {
      kind = .undetermined(reason: "the loss no longer falls: by less than half over the last decade of time")
    } else if power.residual <= min(exponential.residual / 2, fall / 10) {
      kind = .power(exponent: -power.slope, interval: Self.interval(power, x, y, weights))
    } else if exponential.residual <= min(power.residual / 2, fall / 10) {
      kind = .exponential(rate: -exponential.slope)
    } else {
      kind = .undetermined(reason: "neither a power of time nor an exponential fits the tail clearly better")
    }
  }

  /// The curve of a run over its ``CurvePoint/time``: rates are per unit of it, so per iteration divided by the step.
  public init(curve: [CurvePoint], floor: Double = CurvePoint.lossFloor) {
    self.init(times: curve.map(\.time), losses: curve.map(\.loss), floor: floor)
  }

  private static func window(_ times: [Double], _ losses: [Double], floor: Double) -> ([Double], [Double]) {
    var usable: [(t: Double, loss: Double)] = []
    for (t, loss) in zip(times, losses) where t.isFinite && loss.isFinite {
      if loss <= floor { break }
      if t > usable.last?.t ?? 0 { usable.append((t, loss)) }
    }
    guard let end = usable.last else { return ([], []) }
    // From the end back to the first point outside, so that the window is one piece of the curve.
    let decade = usable.lastIndex { $0.t < end.t / 10 }.map { $0 + 1 } ?? 0
    let fall = usable.lastIndex { $0.loss > end.loss * 1e6 }.map { $0 + 1 } ?? 0
    let tail = usable[max(decade, min(fall, usable.count - 8))...]
    return (tail.map(\.t), tail.map(\.loss))
  }

  private static func interval(
    _ line: WeightedLine, _ x: [Double], _ y: [Double], _ weights: [Double]
  ) -> ClosedRange<Double> {
    var candidates = [-line.slope - 2 * line.slopeError, -line.slope + 2 * line.slopeError]
    let quarter = (x.last! - x.first!) / 4
    let slopes = (0..<4).compactMap { q -> Double? in
      let (low, high) = (x.first! + Double(q) * quarter, x.first! + Double(q + 1) * quarter)
      let inside = x.indices.filter { x[$0] >= low - 1e-9 && x[$0] <= high + 1e-9 }
      guard inside.count > 1 else { return nil }
      return WeightedLine(inside.map { x[$0] }, inside.map { y[$0] }, weights: inside.map { weights[$0] })
        .map { -$0.slope }
    }
    candidates += slopes
    if slopes.count == 4 {
      let steps = zip(slopes.dropFirst(), slopes).map { $0 - $1 }
      if steps.allSatisfy({ $0 > 0 }) || steps.allSatisfy({ $0 < 0 }) {
        candidates.append(slopes[3] + steps[2] / (Double.exp(quarter / 2) - 1))
      }
    }
    return candidates.min()!...candidates.max()!
  }
}
