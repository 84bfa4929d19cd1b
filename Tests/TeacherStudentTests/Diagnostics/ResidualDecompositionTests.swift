import LinearAlgebra
import Networks
import RealModule
import TeacherStudent
import Testing

@Suite struct ResidualDecompositionTests {
  /// One unit teacher and two students at +-delta whose sum it is: claim 2 of the paper.
  private func pair(_ delta: Double) -> (Matrix<Double>, Teacher) {
    let norm = (1 / (2 * Double.cos(delta))).squareRoot()
    let (c, s) = (norm * Double.cos(delta), norm * Double.sin(delta))
    return (Matrix([[c, s], [c, -s]]), Teacher(unit: .abs, weights: Matrix([[1, 0]])))
  }

  @Test func claimTwo() {
    for delta in [0.1, 1e-2, 1e-4, 1e-6] {
      let (student, teacher) = pair(delta)
      let parts = ResidualDecomposition(of: student, to: teacher)
      // The weights are rounded, which turns them by 1e-16 and misses the teacher by as much.
      #expect(parts.firstSquared < 1e-30)
      let limit = 2 / (3 * Double.pi)
      let ratio = parts.loss / (delta * delta * delta)
      #expect(abs(ratio - limit) < limit * (delta * delta + 1e-8), "delta = \(delta): \(ratio)")
      if delta == 0.1 { #expect(abs(ratio - 0.213915) < 5e-7) }
    }
  }

  @Test func oneStudentMissesByTheSquareOfTheAngle() {
    let teacher = Teacher(unit: .abs, weights: Matrix([[1, 0, 0]]))
    for delta in [1e-3, 1e-6, 1e-8] {
      let parts = ResidualDecomposition(of: Matrix([[Double.cos(delta), Double.sin(delta), 0]]), to: teacher)
      #expect(abs(parts.loss / (delta * delta) - 0.5) < delta, "delta = \(delta)")
    }
  }

  @Test func lossAgreesToAllDigitsThatTheAnglesHave() {
    let teacher = mixedTeacher(3, 5)
    for noise in [0.5, 0.1, 1e-2, 1e-4, 1e-6] {
      let student = nearStudent(teacher, 8, noise: noise)
      let exact = PopulationLoss(unit: .abs, teacher: teacher.weights, width: 8).value(of: student)
      let parts = ResidualDecomposition(of: student, to: teacher)
      // Angles and averages have absolute errors of some 1e-16.
      #expect(abs(parts.loss - exact) < (1e-14 / noise + 1e-13) * exact, "noise \(noise): \(parts.loss), \(exact)")
    }
    for delta in [1e-3, 1e-5, 1e-7] {
      let (student, teacher) = pair(delta)
      let exact = PopulationLoss(unit: .abs, teacher: teacher.weights, width: 2).value(of: student)
      let loss = ResidualDecomposition(of: student, to: teacher).loss
      #expect(abs(loss - exact) < 1e-14 / delta * exact, "delta = \(delta): \(loss), \(exact)")
    }
  }

  @Test func partsAddUpAtEveryInputAndTheSecondIsNotNegative() {
    let teacher = mixedTeacher(3, 4)
    let student = nearStudent(teacher, 7, noise: 0.4)
    let parts = ResidualDecomposition(of: student, to: teacher)
    let effective = CommitteeUnit.abs.effectiveWeights(student)
    var (least, gap) = (Double.infinity, 0.0)
    _ = monteCarlo(1000, dimension: 4) { x in
      let residual = output(effective, x) - output(teacher.weights, x)
      gap = max(gap, abs(parts.first(at: x) + parts.second(at: x) - residual))
      least = min(least, parts.second(at: x))
      return 0
    }
    #expect(gap < 1e-13)
    #expect(least >= 0)
  }

  @Test func normsAgreeWithMonteCarlo() {
    let teacher = mixedTeacher(2, 3)
    let student = nearStudent(teacher, 5, noise: 0.4)
    let parts = ResidualDecomposition(of: student, to: teacher)
    let closed: [(Double, ([Double]) -> Double)] = [
      (parts.firstSquared, { parts.first(at: $0) * parts.first(at: $0) }),
      (parts.secondSquared, { parts.second(at: $0) * parts.second(at: $0) }),
      (parts.inner, { parts.first(at: $0) * parts.second(at: $0) }),
    ]
    for (value, f) in closed {
      let sampled = monteCarlo(60_000, dimension: 3, f)
      #expect(abs(sampled.mean - value) < 4 * sampled.error, "\(sampled) against \(value)")
    }
    #expect(parts.alignmentSquared <= parts.secondSquared)
  }

  @Test func oneDimensionAndExactStudents() {
    // f = (1 + 1/4)|x| and f* = 2|x|: L = (3/4)^2 / 2.
    let line = ResidualDecomposition(
      of: Matrix([[1], [-0.5]]), to: Teacher(unit: .abs, weights: Matrix([[2]])))
    #expect(abs(line.loss - 0.28125) < 1e-15 && line.secondSquared == 0)
    let exact = ResidualDecomposition(
      of: Matrix([[-1, 0, 0], [0, 2, 0]]),
      to: Teacher(
        unit: .abs, weights: Matrix([[0, -4, 0], [1, 0, 0]])))
    #expect(exact.loss == 0 && exact.inner == 0)
    // A teacher that no student is near is missed entirely.
    let missed = ResidualDecomposition(of: Matrix([[1, 0]]), to: .basis(2, unit: .abs))
    #expect(abs(missed.loss - 0.5) < 1e-15)
  }

  @Test func studentsWithoutWeightDoNotCount() {
    let teacher = mixedTeacher(2, 3)
    let student = nearStudent(teacher, 4, noise: 0.2)
    let padded = Matrix(rows: 5, columns: 3, elements: student.elements + [0, 0, 0])
    #expect(
      ResidualDecomposition(of: padded, to: teacher).loss == ResidualDecomposition(of: student, to: teacher).loss)
  }
}
