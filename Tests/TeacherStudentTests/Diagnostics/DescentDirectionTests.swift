import LinearAlgebra
import Networks
import TeacherStudent
import Testing

@Suite struct DescentDirectionTests {
  /// The left side of lemma 8 as it is written, from the gradient.
  private func fromGradient(_ student: Matrix<Double>, _ teacher: Teacher, reach: Double) -> Double {
    let (m, d) = (student.rows, student.columns)
    let gradient = PopulationLoss(unit: .abs, teacher: teacher.weights, width: m).gradient(of: student)
    let matching = Matching(of: student, to: teacher)
    var sum = 0.0
    for (i, group) in matching.groups.enumerated() {
      let near = group.filter { matching.students[$0].angle! <= reach }
      let total = near.reduce(0) { $0 + matching.students[$1].weight }
      for j in group {
        let w = Array(student.row(j))
        let norm = Double.norm2(d, w)
        let q = near.contains(j) ? norm / total : 0
        let z = (0..<d).map { w[$0] - q * matching.students[j].sign * teacher.weights[i, $0] }
        let along = Double.dot(d, w, z) / (norm * norm)
        for l in 0..<d { sum += gradient[j, l] * (z[l] - along / 2 * w[l]) }
      }
    }
    return sum
  }

  @Test(arguments: [0.5, 0.2, 0.05]) func agreesWithTheGradient(noise: Double) {
    let teacher = mixedTeacher(3, 4)
    let student = nearStudent(teacher, 8, noise: noise)
    for reach in [2, 0.3] {
      let direction = DescentDirection(of: student, to: teacher, reach: reach)
      // Gradients have an absolute error of some 1e-15.
      #expect(abs(direction.value - fromGradient(student, teacher, reach: reach)) < 1e-13, "within \(reach)")
      #expect(direction.loss > 1e-6)
    }
  }

  @Test func teachersWithoutStudentsNearbyAreNamed() {
    let teacher = Teacher.basis(2, unit: .abs)
    let student = Matrix<Double>([[1, 0.01], [1, 0.9]])
    let direction = DescentDirection(of: student, to: teacher, reach: 0.1)
    #expect(direction.uncovered == [1])
    #expect(abs(direction.value - fromGradient(student, teacher, reach: 0.1)) < 1e-13)
  }

  @Test func ratioHoldsOnTheWayToZeroLoss() {
    let teacher = mixedTeacher(3, 5)
    let (student, _) = descend(teacher, from: nearStudent(teacher, 9, noise: 0.3), step: 0.1, iterations: 2000)
    let ratio = DescentDirection(of: student, to: teacher, reach: 0.5).ratio!
    // What is left is alignment, and the loss vanishes with the third power of the angles.
    #expect(abs(ratio - 3) < 0.15, "\(ratio)")
  }
}
