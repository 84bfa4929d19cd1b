import Dynamics
import LinearAlgebra
import Networks

/// One student at its end, and what is to be said of it.
public struct StudentOutcome: Sendable {
  public let student: Student
  /// m x d; refined, if the settings ask for it and the student had come to rest.
  public let weights: Matrix<Double>
  public let loss: Double
  /// Which teacher each unit is nearest to, and how near.
  public let matching: Matching
  /// The critical point and its spectrum; `nil` where none was asked for, or weights are not finite.
  public let end: EndPoint?
  public let tail: TailExponent
  public let guarantee: Guarantee

  public var seed: UInt64 { student.seed }
  public var iterations: Int { student.iteration }
  public var termination: Termination { student.termination ?? .stopped(.cancelled) }

  init(_ student: Student, settings: ImitationSettings, teacher: Teacher, loss: PopulationLoss) {
    let last = Matrix(rows: settings.width, columns: teacher.dimension, elements: student.weights)
    let isFinite = last.elements.allSatisfy(\.isFinite) && student.loss.isFinite
    // The decomposition of a finite Hessian does not fail in practice; without it there is no spectrum to report.
    if isFinite && settings.isPolished && student.termination.isAtRest {
      end = try? EndPoint(refining: last, of: loss)
    } else if isFinite && settings.takesSpectrum {
      end = try? EndPoint(last, of: loss)
    } else {
      end = nil
    }
    self.student = student
    weights = end?.weights ?? last
    self.loss = end?.loss ?? student.loss
    matching = Matching(of: weights, to: teacher)
    tail = TailExponent(times: student.curve.map(\.time), losses: student.curve.map(\.loss))
    var isStochastic = false
    if case .freshSamples = settings.method { isStochastic = true }
    guarantee = LocalConvergenceGuarantee(
      teacher: teacher, student: last, curve: student.curve, step: settings.method.fixedStep,
      iterations: student.iteration, loss: student.loss,
      gradientNorm: student.curve.last?.gradientNorm ?? student.largestGradient, isStochastic: isStochastic
    ).checks()
  }
}
