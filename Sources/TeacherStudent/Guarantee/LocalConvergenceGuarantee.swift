import Dynamics
import Foundation
import LinearAlgebra
import Networks

/// What the theory of local convergence says of one finished student, check by check.
///
/// Hypotheses: the unit, the teacher's separation and norms, the width, the step, the start. Conclusions: students are
/// aligned, average neurons reach their teachers, the gradient stays large against the loss, the loss falls as it must.
/// For units other than `abs`, which the theorems are not about, the guarantee says what else is known of them.
///
/// ```swift
/// let guarantee = LocalConvergenceGuarantee(
///   teacher: teacher, student: run.student, curve: run.curve, step: 0.1, iterations: run.iterations,
///   loss: run.loss, gradientNorm: run.gradientNorm
/// ).checks()
/// ```
///
/// Every line is explained in docs/teacher-student-guarantee.md.
///
/// Source: Zhou, Ge, Jin (COLT 2021).
public struct LocalConvergenceGuarantee: Sendable {
  public let teacher: Teacher
  /// m x d, where the run ended.
  public let student: Matrix<Double>
  public let curve: [CurvePoint]
  /// eta, where it was constant; `nil` for methods that choose their steps.
  public let step: Double?
  public let iterations: Int
  public let loss, gradientNorm: Double
  /// Whether every step saw a fresh batch instead of the population.
  public let isStochastic: Bool
  /// dmax of lemma 8 in radians; half the teacher's separation if not given.
  public let reach: Double?

  /// - Precondition: the student's dimension is the teacher's.
  public init(
    teacher: Teacher, student: Matrix<Double>, curve: [CurvePoint], step: Double?, iterations: Int, loss: Double,
    gradientNorm: Double, isStochastic: Bool = false, reach: Double? = nil
  ) {
    precondition(
      student.columns == teacher.dimension, "students in R^\(student.columns), teachers in R^\(teacher.dimension)")
    self.teacher = teacher
    self.student = student
    self.curve = curve
    self.step = step
    self.iterations = iterations
    self.loss = loss
    self.gradientNorm = gradientNorm
    self.isStochastic = isStochastic
    self.reach = reach
  }

  /// - Complexity: O((m + r)^2 d + n) for n points of the curve, and O((r d)^3) while r d is at most
  ///   ``averageLimit``.
  public func checks() -> Guarantee {
    let facts = Facts(self)
    guard student.elements.allSatisfy(\.isFinite), loss.isFinite else {
      return Guarantee(title: title(facts), checks: hypotheses(facts) + [divergedCheck])
    }
    var checks = hypotheses(facts)
    if teacher.unit == .abs, facts.norms.lowerBound > 0 {
      checks += startChecks(facts) + alignmentChecks(facts) + rateChecks(facts)
    } else {
      checks += otherUnitChecks(facts)
    }
    return Guarantee(title: title(facts), checks: checks)
  }

  /// The largest r d for which the bound on the average neurons, an eigenvalue of an rd x rd matrix, is computed.
  public static let averageLimit = 400
  /// A loss up to this part of E f*^2 / 2 counts as near zero: our choice, where the paper has an unknown power.
  public static let nearZero = 1e-2

  static let paper = "Zhou, Ge, Jin 2021"

  private func title(_ facts: Facts) -> String {
    "Local convergence to a teacher of \(teacher.count) \(teacher.unit.rawValue) units (r) "
      + "by \(student.rows) students (m)"
  }

  private var divergedCheck: Check {
    Check(
      name: "finite", statement: "The run ended in weights or a loss that are not finite: no conclusion is measured.",
      measured: nil, bound: nil, verdict: .fails, source: "derived")
  }

  /// What several checks need, computed once.
  struct Facts {
    let norms: ClosedRange<Double>
    /// Delta; pi/2 for a lone `abs` teacher, pi for others.
    let separation: Double
    /// E f*^2 / 2, the loss of a student that is zero.
    let scale: Double
    let ratios: LojasiewiczRatios
    let tail: TailExponent
    /// Whether the run ended near zero loss.
    let isNearZero: Bool

    init(_ run: LocalConvergenceGuarantee) {
      let teacher = run.teacher
      norms = teacher.normRange
      separation = teacher.minimumAngle ?? (teacher.unit.isEven ? .pi / 2 : .pi)
      var sum = 0.0
      for i in 0..<teacher.count {
        for k in 0..<teacher.count {
          sum += teacher.unit.expectation(
            Array(teacher.weights.row(i)), Array(teacher.weights.row(k)), dimension: teacher.dimension)
        }
      }
      scale = sum / 2
      ratios = LojasiewiczRatios(run.curve)
      tail = TailExponent(curve: run.curve)
      isNearZero = run.loss <= LocalConvergenceGuarantee.nearZero * scale
    }
  }

  /// r w_max.
  func size(_ facts: Facts) -> Double { Double(teacher.count) * facts.norms.upperBound }

  /// Said where a theorem asks for a small loss and the run ended elsewhere.
  func farCheck(_ name: String, _ statement: String, measured: Double? = nil, source: String) -> Check {
    Check(
      name: name,
      statement:
        "\(statement) The run ended at a loss of \(threeDigits(loss)), which is not near zero: nothing follows.",
      measured: measured, bound: nil, verdict: .vacuous, source: source)
  }
}

/// Three significant digits.
func threeDigits(_ x: Double) -> String { x == 0 ? "0" : x.isFinite ? String(format: "%.3g", x) : "\(x)" }
