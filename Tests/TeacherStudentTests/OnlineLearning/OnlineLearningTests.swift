import Foundation
import LinearAlgebra
import Optimization
import Testing

@testable import TeacherStudent

/// The equations of motion against what is known of their solutions.
@Suite struct OnlineLearningTests {
  /// The student's first units are the teacher's, the others have squared length `rest`; T = I.
  static func specialized(students k: Int, teachers m: Int, rest: Double = 1e-4) -> OrderParameters {
    OrderParameters(
      q: Matrix(rows: k, columns: k) { $0 != $1 ? 0 : $0 < m ? 1 : rest },
      r: Matrix(rows: k, columns: m) { $0 == $1 ? 1 : 0 }, t: .identity(m))
  }

  /// All of the student's units alike: Saad and Solla's symmetric plateau for K = M, T = I and small rates.
  static func plateau(_ k: Int) -> OrderParameters {
    OrderParameters(
      q: Matrix(rows: k, columns: k, repeating: 1 / Double(2 * k - 1)),
      r: Matrix(rows: k, columns: k, repeating: 1 / Double(k * (2 * k - 1)).squareRoot()), t: .identity(k))
  }

  /// R* = 1/sqrt(K (2K - 1)), Q* = 1/(2K - 1), eps* = K/pi (pi/6 - K asin(1/2K)) [Saad and Solla 1995].
  @Test(arguments: [2, 3, 5]) func restsOnTheSymmetricPlateau(_ k: Int) {
    let learning = OnlineLearning(students: k, teachers: k, rate: 1e-8)
    let plateau = Self.plateau(k)
    let expected = Double(k) / .pi * (.pi / 6 - Double(k) * asin(1 / Double(2 * k)))
    #expect(abs(learning.generalizationError(plateau) - expected) < 1e-14)
    // What is left of the derivative over the rate is of the order of the rate.
    #expect(learning.derivative(at: plateau).elements.allSatisfy { abs($0) / 1e-8 < 1e-7 })
    let elsewhere = OnlineLearning(students: k, teachers: k, rate: 1e-8).derivative(at: Self.specialized(
      students: k, teachers: k).scaled(by: 0.5))
    #expect(elsewhere.elements.contains { abs($0) / 1e-8 > 1e-3 })
  }

  @Test func aPerfectStudentStaysPerfect() {
    let learning = OnlineLearning(
      studentOutputs: [0.7, -1.3], teacherOutputs: [0.7, -1.3], rate: 0.8)
    let perfect = Self.specialized(students: 2, teachers: 2)
    #expect(abs(learning.generalizationError(perfect)) < 1e-15)
    #expect(learning.derivative(at: perfect).elements.allSatisfy { abs($0) < 1e-15 })
    // The error of outputs that differ by 0.1 in one unit is 0.1^2 / 2 E g^2 = 0.01 / 2 * 1/3.
    let other = OnlineLearning(studentOutputs: [0.8, -1.3], teacherOutputs: [0.7, -1.3], rate: 0.8)
    #expect(abs(other.generalizationError(perfect) - 0.01 / 6) < 1e-15)
  }

  /// One unit learns from one up to the rate pi sqrt(5/3) = 4.0558 [Biehl and Schwarze 1995; derived again here].
  @Test func oneUnitLearnsUpToTheCriticalRate() {
    // So close to the teacher that the error grows or falls exponentially for all of the time.
    let near = 1 - 1e-6
    let start = OrderParameters(q: Matrix([[near]]), r: Matrix([[near]]), t: Matrix([[1]]))
    let critical = Double.pi * (5.0 / 3).squareRoot()
    for (rate, converges) in [(0.5, true), (0.99 * critical, true), (1.01 * critical, false)] {
      let learning = OnlineLearning(students: 1, teachers: 1, rate: rate)
      let path = learning.solve(from: start, at: [50, 200])
      #expect(path.ending == .reached)
      let errors = path.states.map(learning.generalizationError)
      #expect((errors[1] < errors[0]) == converges, "\(errors) at \(rate)")
    }
  }

  /// The late error over eta sigma^2 / (2 pi) (L + M / sqrt 3) tends to one as eta falls. The ratio is 1 + a eta + ...,
  /// so that twice the ratio at eta/2 less the one at eta leaves terms of order eta^2, for which 2 eta^2 (1 + L)^2
  /// allows.
  @Test(arguments: [(1, 0), (2, 0), (1, 1), (2, 1)])
  func lateErrorsFollowTheAsymptoticFormula(_ teachers: Int, _ surplus: Int) {
    let students = teachers + surplus
    let start = Self.specialized(students: students, teachers: teachers)
    func ratio(_ rate: Double) -> Double {
      let learning = OnlineLearning(students: students, teachers: teachers, rate: rate, noise: 0.1)
      let path = learning.solve(from: start, at: [300 / rate])
      return learning.generalizationError(path.states[0]) / learning.asymptoticError
    }
    let (at05, at1) = (ratio(0.05), ratio(0.1))
    #expect(at05 > 1 && at1 > at05 && at1 < 1.1, "\(at05), \(at1)")
    #expect(abs(2 * at05 - at1 - 1) < 2 * 0.01 * Double(1 + surplus) * Double(1 + surplus), "\(at05), \(at1)")
  }

  /// The stated ratios for one unit: 1.01 to 1.05 at rates of 0.05 to 0.2.
  @Test func ratiosOfOneUnit() {
    for (rate, expected) in [(0.05, 1.013), (0.1, 1.025), (0.2, 1.052)] {
      let learning = OnlineLearning(students: 1, teachers: 1, rate: rate, noise: 0.1)
      let path = learning.solve(from: Self.specialized(students: 1, teachers: 1), at: [300 / rate])
      // Twelve digits of eps_g ~ 5e-5 remain of the cancellation, and the table has three decimals.
      #expect(abs(learning.generalizationError(path.states[0]) / learning.asymptoticError - expected) < 1e-3)
    }
  }

  @Test func overlapsOfWeights() {
    let parameters = OrderParameters(
      student: Matrix([[1, 2], [0, 3]]), teacher: Matrix([[4, 0]]))
    #expect(parameters.q(0, 0) == 2.5 && parameters.q(0, 1) == 3 && parameters.q(1, 1) == 4.5)
    #expect(parameters.r(0, 0) == 2 && parameters.r(1, 0) == 0 && parameters.t(0, 0) == 8)
    #expect(parameters.teachers == 1 && parameters.students == 2)
  }
}

extension OrderParameters {
  /// All weights of the student scaled.
  func scaled(by factor: Double) -> OrderParameters {
    OrderParameters(
      students: students,
      covariance: Matrix(rows: covariance.rows, columns: covariance.rows) {
        covariance[$0, $1] * ($0 < students ? factor : 1) * ($1 < students ? factor : 1)
      })
  }
}
