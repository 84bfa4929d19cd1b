import Dynamics
import LinearAlgebra
import Networks
import RealModule

/// What small loss says of the students' directions and of their sums.
extension LocalConvergenceGuarantee {
  func alignmentChecks(_ facts: Facts) -> [Check] {
    let parts = ResidualDecomposition(of: student, to: teacher)
    return [
      decompositionCheck(parts), alignmentCheck(facts, parts), averageCheck(facts, parts), residualCheck(parts),
      descentDirectionCheck(facts, parts), probeCheck(facts, parts),
    ]
  }

  private func decompositionCheck(_ parts: ResidualDecomposition) -> Check {
    let weight = parts.average.matching.students.reduce(0) { $0 + $1.weight } + teacher.norms.reduce(0, +)
    // Kernels of the size of the squared total weight are summed, each to a few units in the last place.
    let tolerance = 1e-14 * max(1, weight * weight)
    let gap = abs(parts.loss - loss)
    return Check(
      name: "decomposition",
      statement: "The residual is R1 + R2 (averages missed, alignment missed): (|R1|^2 + 2 <R1, R2> + |R2|^2)/2 is the "
        + "reported loss up to rounding. |R1|^2 = \(threeDigits(parts.firstSquared)), "
        + "|R2|^2 = \(threeDigits(parts.secondSquared)), <R1, R2> = \(threeDigits(parts.inner)).",
      measured: gap, bound: tolerance, verdict: gap <= tolerance ? .holds : .fails,
      source: "\(Self.paper), section 4; closed form derived")
  }

  /// 4/pi |u|^2 (t - sin t cos t) >= 16/pi^3 |u|^2 t^3 on [0, pi/2], whose sum over the students is at most |R2|^2.
  private func alignmentCheck(_ facts: Facts, _ parts: ResidualDecomposition) -> Check {
    let total = teacher.norms.reduce(0, +)
    let matched = parts.average.matching.students.filter { $0.teacher != nil }
    func twoThirds(_ x: Double) -> Double { x > 0 ? Double.exp(2 / 3 * Double.log(x)) : 0 }
    let measured = matched.map { $0.angle! * twoThirds($0.weight / total) }.max() ?? 0
    let miss = max(0, parts.residualSquared).squareRoot() + max(0, parts.firstSquared).squareRoot()
    let bound = Double.pi * Double.exp(Double.log(miss * miss / (16 * total * total)) / 3)
    let silent = student.rows - matched.filter { !$0.isNegligible }.count
    let statement =
      "Zero loss aligns every student with a teacher. The largest angle to the nearest teacher in radians, times "
      + "(|w_j|^2/sum |w_i*|)^{2/3}, is at most pi ((sqrt(2L) + |R1|)^2/(16 (sum |w_i*|)^2))^{1/3}. "
      + "The largest angle by itself is \(parts.average.matching.largestAngle.map(threeDigits) ?? "none")"
      + (silent > 0 ? ", \(silent) students of negligible weight aside." : ".")
    guard facts.isNearZero else {
      return farCheck("alignment", statement, measured: measured, source: "\(Self.paper), theorem 3")
    }
    guard bound < .pi / 2 else {
      return Check(
        name: "alignment", statement: "\(statement) The bound is no less than a right angle: it says nothing here.",
        measured: measured, bound: bound, verdict: .vacuous, source: "\(Self.paper), theorem 3; bound derived")
    }
    return Check(
      name: "alignment", statement: statement, measured: measured, bound: bound,
      verdict: measured <= bound * (1 + 1e-9) ? .holds : .fails, source: "\(Self.paper), theorem 3; bound derived")
  }

  /// |R1|^2 = v^T G v with G_ik = E x x^T sgn(w_i*.x) sgn(w_k*.x), so |v| <= (sqrt(2L) + |R2|)/sqrt(lambda_min(G)).
  private func averageCheck(_ facts: Facts, _ parts: ResidualDecomposition) -> Check {
    let distances = parts.average.distances
    let measured = distances.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let statement =
      "The average neurons reach their teachers: sqrt(sum |v_i|^2) is at most (sqrt(2L) + |R2|)/sqrt(lambda), lambda "
      + "the smallest eigenvalue of E x x^T sgn(w_i*.x) sgn(w_k*.x). The largest |v_i| is "
      + "\(threeDigits(distances.max() ?? 0))."
    guard let eigenvalue = smallestGramEigenvalue(), eigenvalue > 0 else {
      return Check(
        name: "average-neurons",
        statement:
          "\(statement) lambda was not computed: r d exceeds \(Self.averageLimit), or it is not resolved from zero.",
        measured: measured, bound: nil, verdict: .vacuous, source: "\(Self.paper), section 4; bound derived")
    }
    let reach = max(0, parts.residualSquared).squareRoot() + max(0, parts.secondSquared).squareRoot()
    let bound = reach / eigenvalue.squareRoot()
    let trivial = teacher.norms.reduce(0) { $0 + $1 * $1 }.squareRoot()
    // v is a difference of sums of order one: its last digits are rounding.
    let rounding = 1e-14 * trivial
    return Check(
      name: "average-neurons",
      statement: bound < trivial
        ? statement : statement + " The bound is no less than the teachers: it says nothing here.",
      measured: measured, bound: bound + rounding,
      verdict: bound >= trivial ? .vacuous : measured <= bound * (1 + 1e-9) + rounding ? .holds : .fails,
      source: "\(Self.paper), section 4; bound derived")
  }

  private func smallestGramEigenvalue() -> Double? {
    let (r, d) = (teacher.count, teacher.dimension)
    guard r * d <= Self.averageLimit else { return nil }
    var gram = Matrix<Double>(rows: r * d, columns: r * d)
    for i in 0..<r {
      for k in 0..<r {
        var block = Matrix<Double>(rows: d, columns: d)
        block.withMutableView {
          CommitteeUnit.abs.addMixedDerivative(
            Array(teacher.weights.row(i)), Array(teacher.weights.row(k)), scale: 1, to: $0)
        }
        for a in 0..<d { for b in 0..<d { gram[i * d + a, k * d + b] = block[a, b] } }
      }
    }
    guard let least = try? SymmetricEigen.values(gram).min() else { return nil }
    // Below, it is rounding.
    return least > 1e-13 * Double(r * d) ? least : nil
  }

  /// E R2 = sqrt(2/pi) sum |u_j| (1 - cos t_j), for R2 >= 0 at every x.
  private func residualCheck(_ parts: ResidualDecomposition) -> Check {
    Check(
      name: "positive-residual",
      statement:
        "R2, what students lose by not being aligned, is not negative anywhere, so the parts of the students add "
        + "up: the measured |R2|^2 is at least the sum of their own squares, the bound.",
      measured: parts.secondSquared, bound: parts.alignmentSquared,
      verdict: parts.secondSquared >= parts.alignmentSquared * (1 - 1e-6) ? .holds : .fails,
      source: "\(Self.paper), section 4; derived")
  }

  private func descentDirectionCheck(_ facts: Facts, _ parts: ResidualDecomposition) -> Check {
    let dmax = reach ?? facts.separation / 2
    let direction = DescentDirection(parts, of: student, reach: dmax)
    let source = "\(Self.paper), lemma 8"
    let statement =
      "The gradient sees the way to the teachers: its product with the direction of lemma 8, over L, is at least 1 "
      + "(2 where averages are missed, 3 where only alignment is). dmax = \(threeDigits(dmax)) radians, our choice."
    guard facts.isNearZero else {
      return farCheck("descent-direction", statement, measured: direction.ratio, source: source)
    }
    guard let ratio = direction.ratio, direction.uncovered.isEmpty else {
      let why =
        direction.uncovered.isEmpty
        ? "The loss is zero." : "\(direction.uncovered.count) teachers have no student within dmax."
      return Check(
        name: "descent-direction", statement: "\(statement) \(why)", measured: direction.ratio, bound: 1,
        verdict: .vacuous, source: source)
    }
    return Check(
      name: "descent-direction", statement: statement, measured: ratio, bound: 1, verdict: ratio >= 1 ? .holds : .fails,
      source: source)
  }

  private func probeCheck(_ facts: Facts, _ parts: ResidualDecomposition) -> Check {
    let statement =
      "Students near each teacher add up to it: the residual tested against Hermite polynomials of degree l"
    let source = "\(Self.paper), lemma C.6; bound derived"
    guard facts.isNearZero else { return farCheck("test-functions", statement + ".", source: source) }
    guard facts.separation > 0, loss > 0 else {
      return Check(
        name: "test-functions", statement: statement + ". There is no such l at a loss or a separation of zero.",
        measured: nil, bound: nil, verdict: .vacuous, source: source)
    }
    let degree = HermiteAbs.degree(separation: min(facts.separation, .pi / 2), accuracy: loss / facts.scale)
    let probe = HermiteProbe(of: student, to: teacher, degree: degree)
    let bound = max(0, parts.residualSquared).squareRoot()
    let rounding = 1e-15 * Double(student.rows + teacher.count) * max(1, teacher.norms.reduce(0, +))
    return Check(
      name: "test-functions",
      statement: "\(statement) = \(degree) along the teachers is at most sqrt(2L).",
      measured: probe.largest, bound: bound, verdict: probe.largest <= bound + rounding ? .holds : .fails,
      source: source)
  }
}
