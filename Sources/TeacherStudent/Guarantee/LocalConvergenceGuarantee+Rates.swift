import Dynamics
import RealModule

/// How the gradient compares with the loss, and how the loss falls.
extension LocalConvergenceGuarantee {
  func rateChecks(_ facts: Facts) -> [Check] {
    [
      lojasiewiczCheck(facts), polyakCheck(facts), descentCheck(facts), horizonCheck(facts),
      tailCheck(facts, atLeast: 1, source: "\(Self.paper), theorem 5"),
    ]
  }

  private func lojasiewiczCheck(_ facts: Facts) -> Check {
    let source = "\(Self.paper), theorem 4"
    let statement =
      "|grad L| >= kappa L: the smallest |grad|/L over the recorded points, times sqrt(r w_max), stays away from zero"
    guard let least = facts.ratios.linear else {
      return Check(
        name: "lojasiewicz", statement: "\(statement). No recorded loss is above the rounding.", measured: nil,
        bound: 0,
        verdict: .vacuous, source: source)
    }
    let measured = least.ratio * size(facts).squareRoot()
    let place = "\(statement) (met at iteration \(least.iteration), at a loss of \(threeDigits(least.loss)))."
    guard facts.isNearZero else { return farCheck("lojasiewicz", place, measured: measured, source: source) }
    return Check(
      name: "lojasiewicz",
      statement: "\(place) The paper has no number for kappa; this is the one of this run.",
      measured: measured, bound: 0, verdict: measured > 0 ? .holds : .fails, source: source)
  }

  /// Whether |grad| falls no faster than sqrt L: by the slope of log |grad| against log L, 1/2 or more.
  func polyakCheck(_ facts: Facts) -> Check {
    let ratio = facts.ratios.squareRoot.map { " The smallest |grad|/sqrt L is \(threeDigits($0.ratio))." } ?? ""
    let statement =
      "The Polyak-Lojasiewicz inequality |grad| >= c sqrt L, which would give a linear rate: over the last decades of "
      + "loss |grad| ~ L^a with an exponent a of at most 1/2 (0.05 allowed). Over-parameterised students have "
      + "a = 2/3 and fail it.\(ratio)"
    guard let slope = facts.ratios.gradientExponent, facts.isNearZero else {
      return Check(
        name: "polyak-lojasiewicz", statement: statement + " Not measured: too few decades of loss near zero.",
        measured: nil, bound: 0.5, verdict: .vacuous, source: "derived")
    }
    return Check(
      name: "polyak-lojasiewicz", statement: statement, measured: slope, bound: 0.5,
      verdict: slope <= 0.55 ? .holds : .fails, source: "derived")
  }

  /// L_{t+1} <= L_t - (eta kappa^2/4) L_t^2 over n steps: 1/L_{t+n} - 1/L_t >= n eta kappa^2/4.
  private func descentCheck(_ facts: Facts) -> Check {
    let source = "\(Self.paper), theorem 5"
    let statement =
      "Every step descends as the proof has it, L' <= L - (eta kappa^2/4) L^2 with the kappa of this run: between "
      + "recorded points n steps apart the smallest (1/L' - 1/L)/(n eta kappa^2/4) is at least 1"
    func vacuous(_ why: String) -> Check {
      Check(
        name: "descent", statement: "\(statement). \(why)", measured: nil, bound: 1, verdict: .vacuous, source: source)
    }
    guard let step, !isStochastic else { return vacuous("The method is not gradient descent with a constant step.") }
    guard facts.isNearZero else { return farCheck("descent", "\(statement).", source: source) }
    guard let kappa = facts.ratios.linear?.ratio, kappa > 0 else { return vacuous("There is no kappa.") }
    let unit = step * kappa * kappa / 4
    var worst: (ratio: Double, iteration: Int)?
    var last: CurvePoint?
    for point in curve where point.loss > CurvePoint.lossFloor && point.loss.isFinite {
      guard let previous = last else {
        last = point
        continue
      }
      let needed = Double(point.iteration - previous.iteration) * unit
      // A loss is known to a hundredth of the floor: gaps that this could decide are joined with the next.
      let gain = 1 / point.loss - 1 / previous.loss
      let error = CurvePoint.lossFloor / 50 / (point.loss * point.loss)
      guard needed > 0, abs(gain - needed) > error else { continue }
      let ratio = gain / needed
      if ratio < worst?.ratio ?? .infinity { worst = (ratio, point.iteration) }
      last = point
    }
    guard let worst else { return vacuous("No two recorded losses are apart by more than rounding.") }
    return Check(
      name: "descent", statement: "\(statement) (met at iteration \(worst.iteration)).", measured: worst.ratio,
      bound: 1,
      verdict: worst.ratio >= 1 ? .holds : .fails, source: source)
  }

  /// 1/L_T >= T eta kappa^2/4, hence T L_T eta/(r w_max) <= 4/(kappa^2 r w_max): nothing of m.
  private func horizonCheck(_ facts: Facts) -> Check {
    let source = "\(Self.paper), theorem 5"
    let statement =
      "A loss of eps takes T = O(r w_max/(eps eta)) iterations, whatever m: the largest T eps eta/(r w_max) over the "
      + "recorded points is at most 4/(kappa^2 r w_max), with the kappa of this run."
    guard let step, !isStochastic, let kappa = facts.ratios.linear?.ratio, kappa > 0, facts.isNearZero else {
      return Check(
        name: "horizon", statement: "\(statement) Not measured: no constant step, or no loss near zero.", measured: nil,
        bound: nil, verdict: .vacuous, source: source)
    }
    let usable = curve.filter { $0.loss > CurvePoint.lossFloor && $0.loss.isFinite }
    let measured = usable.map { Double($0.iteration) * $0.loss * step / size(facts) }.max() ?? 0
    let bound = 4 / (kappa * kappa * size(facts))
    return Check(
      name: "horizon", statement: statement, measured: measured, bound: bound,
      verdict: measured <= bound ? .holds : .fails, source: source)
  }

  /// Whether the loss falls at least like t^-p.
  func tailCheck(_ facts: Facts, atLeast p: Double, source: String) -> Check {
    let theory = "The loss falls at least like t^-\(threeDigits(p))"
    switch facts.tail.kind {
    case .power(let exponent, let interval):
      let range = "with p from \(threeDigits(interval.lowerBound)) to \(threeDigits(interval.upperBound))"
      guard facts.isNearZero else {
        return farCheck(
          "tail", "\(theory): it fell like t^-p \(range).", measured: exponent, source: source)
      }
      return Check(
        name: "tail", statement: "\(theory): over the last decade of time it fell like t^-p \(range).",
        measured: exponent, bound: p,
        verdict: interval.lowerBound >= p ? .holds : interval.upperBound < p ? .fails : .vacuous, source: source)
    case .exponential(let rate):
      guard facts.isNearZero else {
        return farCheck("tail", "\(theory): it fell by e^-\(threeDigits(rate)) a unit of time.", source: source)
      }
      return Check(
        name: "tail",
        statement:
          "\(theory): it fell exponentially, by a factor e^-\(threeDigits(rate)) a unit of time, which is faster "
          + "than any power.",
        measured: nil, bound: p, verdict: .holds, source: source)
    case .undetermined(let reason):
      return Check(
        name: "tail", statement: "\(theory). Not measured: \(reason).", measured: nil, bound: p, verdict: .vacuous,
        source: source)
    }
  }
}
