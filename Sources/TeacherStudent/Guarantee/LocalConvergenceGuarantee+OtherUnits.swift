import Dynamics
import Networks

/// What is known of students that the theorems of local convergence are not about.
extension LocalConvergenceGuarantee {
  func otherUnitChecks(_ facts: Facts) -> [Check] {
    [matchingCheck, globalCheck(facts), polyakCheck(facts), knownRateCheck(facts)]
  }

  private var matchingCheck: Check {
    let matching = Matching(of: student, to: teacher)
    return Check(
      name: "alignment",
      statement:
        "The largest angle of a student to its nearest teacher, in radians, students of negligible weight aside; "
        + "no theorem bounds it here.",
      measured: matching.largestAngle, bound: nil, verdict: .vacuous, source: "derived")
  }

  private func globalCheck(_ facts: Facts) -> Check {
    Check(
      name: "global",
      statement:
        "The run ended near a global minimum: the loss is below 1e-3, the threshold of Safran and Shamir, above "
        + "which an end point counts as spurious.",
      measured: loss, bound: 1e-3, verdict: loss < 1e-3 ? .holds : .fails, source: "Safran, Shamir 2018")
  }

  /// One relu teacher: linear for one student, t^-3 from above and below for more.
  private func knownRateCheck(_ facts: Facts) -> Check {
    let source = "Xu, Du 2023"
    guard teacher.unit == .relu, teacher.count == 1, !isStochastic else {
      return Check(
        name: "tail",
        statement: "How the loss falls is measured; no theorem is known to us for this case. \(tailInWords(facts))",
        measured: exponent(facts), bound: nil, verdict: .vacuous, source: "derived")
    }
    guard student.rows > 1 else {
      let statement = "One relu student of one relu teacher converges linearly. \(tailInWords(facts))"
      switch facts.tail.kind {
      case .exponential where facts.isNearZero:
        return Check(name: "tail", statement: statement, measured: nil, bound: nil, verdict: .holds, source: source)
      case .power where facts.isNearZero:
        return Check(
          name: "tail", statement: statement, measured: exponent(facts), bound: nil, verdict: .fails, source: source)
      default:
        return Check(name: "tail", statement: statement, measured: nil, bound: nil, verdict: .vacuous, source: source)
      }
    }
    let statement =
      "Two or more relu students of one relu teacher converge like t^-3, no faster and no slower. \(tailInWords(facts))"
    guard case .power(let p, let interval) = facts.tail.kind, facts.isNearZero else {
      return Check(name: "tail", statement: statement, measured: nil, bound: 3, verdict: .vacuous, source: source)
    }
    // The interval shrinks to less than the approach to the power law leaves: a tenth is allowed.
    let near = interval.lowerBound <= 3.1 && interval.upperBound >= 2.9
    return Check(
      name: "tail", statement: statement, measured: p, bound: 3, verdict: near ? .holds : .fails, source: source)
  }

  private func exponent(_ facts: Facts) -> Double? {
    if case .power(let p, _) = facts.tail.kind { return p }
    return nil
  }

  private func tailInWords(_ facts: Facts) -> String {
    switch facts.tail.kind {
    case .power(_, let interval):
      "It fell like t^-p, p from \(threeDigits(interval.lowerBound)) to \(threeDigits(interval.upperBound))."
    case .exponential(let rate): "It fell by a factor e^-\(threeDigits(rate)) a unit of time."
    case .undetermined(let reason): "Not measured: \(reason)."
    }
  }
}
