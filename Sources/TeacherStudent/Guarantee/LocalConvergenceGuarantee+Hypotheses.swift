import Dynamics
import Networks
import RealModule

/// What the theorems ask for.
extension LocalConvergenceGuarantee {
  func hypotheses(_ facts: Facts) -> [Check] {
    [unitCheck, separationCheck(facts), normCheck(facts), widthCheck, stepCheck(facts)]
  }

  private var unitCheck: Check {
    let known: [CommitteeUnit: String] = [
      .abs: "The students' unit is |w| |w.x|, the one of the theorems.",
      .relu:
        "The theorems are about |w| |w.x|. Known for relu: one teacher is learnt by any number of students "
        + "(Xu, Du 2023), several teachers have spurious minima (Safran, Shamir 2018).",
      .erf:
        "The theorems are about |w| |w.x|. Known for erf: the equations of online learning (Saad, Solla 1995).",
    ]
    return Check(
      name: "unit", statement: known[teacher.unit]!, measured: nil, bound: nil,
      verdict: teacher.unit == .abs ? .holds : .vacuous, source: Self.paper)
  }

  private func separationCheck(_ facts: Facts) -> Check {
    let lone = teacher.count == 1
    return Check(
      name: "separation",
      statement: lone
        ? "Assumption 1: teachers are separated by an angle Delta > 0. There is only one teacher."
        : "Assumption 1: the smallest angle Delta between two teachers, in radians, is positive.",
      measured: lone ? nil : facts.separation, bound: 0,
      verdict: lone ? .vacuous : facts.separation > 0 ? .holds : .fails,
      source: "\(Self.paper), assumption 1")
  }

  private func normCheck(_ facts: Facts) -> Check {
    Check(
      name: "norms",
      statement: "Assumption 2: the smallest norm of a teacher is positive; the largest, w_max, is "
        + "\(threeDigits(facts.norms.upperBound)).",
      measured: facts.norms.lowerBound, bound: 0, verdict: facts.norms.lowerBound > 0 ? .holds : .fails,
      source: "\(Self.paper), assumption 2")
  }

  private var widthCheck: Check {
    Check(
      name: "width", statement: "There are at least as many students m as teachers r.",
      measured: Double(student.rows), bound: Double(teacher.count),
      verdict: student.rows >= teacher.count ? .holds : .fails, source: Self.paper)
  }

  private func stepCheck(_ facts: Facts) -> Check {
    let statement = "The step eta is at most 1/(r w_max): eta r w_max is at most 1."
    guard teacher.unit == .abs, let step else {
      let why = teacher.unit == .abs ? "The method chose its steps itself." : "For the unit abs only."
      return Check(
        name: "step", statement: "\(statement) \(why)", measured: nil, bound: 1, verdict: .vacuous,
        source: "\(Self.paper), theorem 5")
    }
    let measured = step * size(facts)
    return Check(
      name: "step",
      statement: "\(statement) The theorem's constant is not known; 1 is ours.",
      measured: measured, bound: 1, verdict: measured <= 1 ? .holds : .fails,
      source: "\(Self.paper), theorem 5; constant derived")
  }

  func startChecks(_ facts: Facts) -> [Check] {
    let start = curve.first { $0.loss.isFinite && $0.loss > 0 }
    return [
      smallLossCheck(start),
      neededCheck(facts, start, name: "random-start", exponent: teacher.dimension, of: "d", kind: "random"),
      neededCheck(facts, start, name: "subspace-start", exponent: teacher.count, of: "r", kind: "subspace"),
      stochasticCheck,
    ]
  }

  private func smallLossCheck(_ start: CurvePoint?) -> Check {
    Check(
      name: "small-loss",
      statement:
        "The loss at the start is below the eps0 of the theorem. Its constants are not known and its powers of "
        + "r, w_max/w_min and 1/Delta make it far smaller than any loss met in practice: the theorem cannot be "
        + "invoked, its conclusions are measured instead.",
      measured: start?.loss, bound: nil, verdict: .vacuous, source: "\(Self.paper), theorem 4")
  }

  /// (r w_max / sqrt eps)^k r log(1/delta) with eps the loss at the start and delta = 1/20.
  private func neededCheck(
    _ facts: Facts, _ start: CurvePoint?, name: String, exponent: Int, of symbol: String, kind: String
  )
    -> Check
  {
    let needed = start.map {
      Double.exp(Double(exponent) * Double.log(size(facts) / $0.loss.squareRoot())) * Double(teacher.count)
        * Double.log(20)
    }
    return Check(
      name: name,
      statement: "A \(kind) start reaches a loss of eps with (r w_max/sqrt eps)^\(symbol) r log(1/delta) students. The "
        + "bound is this number for the loss of the first point and delta = 0.05, the measured value is m. An upper "
        + "bound up to an unknown constant: fewer students usually do.",
      measured: Double(student.rows), bound: needed, verdict: .vacuous, source: "\(Self.paper), theorem 6")
  }

  private var stochasticCheck: Check {
    Check(
      name: "fresh-batches",
      statement: isStochastic
        ? "With fresh batches the rate of theorem 5 holds in expectation up to the noise of the batches, for batches "
          + "and steps with unknown constants: the tail is measured, nothing is claimed."
        : "Theorem 7 is about steps on fresh batches; this run used the population.",
      measured: nil, bound: nil, verdict: .vacuous, source: "\(Self.paper), theorem 7")
  }
}
