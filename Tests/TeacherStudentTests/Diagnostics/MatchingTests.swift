import LinearAlgebra
import Networks
import RealModule
import TeacherStudent
import Testing

@Suite struct MatchingTests {
  let teacher = Teacher.basis(3, unit: .abs)

  @Test func tinyAnglesUpToSignAreAccurate() {
    for t in [1e-12, 1e-8, 1e-3] {
      let (c, s) = (Double.cos(t), Double.sin(t))
      let matching = Matching(of: Matrix([[0, -2 * c, 2 * s], [3 * c, 0, 3 * s]]), to: teacher)
      #expect(matching.groups == [[1], [0], []])
      #expect(matching.students.map(\.sign) == [-1, 1])
      for student in matching.students { #expect(abs(student.angle! - t) < 4e-16 + 1e-14 * t, "t = \(t)") }
      #expect(matching.students[0].weight == 4 * (c * c + s * s) || abs(matching.students[0].weight - 4) < 1e-14)
      #expect(abs(matching.students[0].share - 4.0 / 13) < 1e-14)
      #expect(matching.unmatchedTeachers == [2])
    }
  }

  @Test func studentsWithoutWeightAreSaidSo() {
    let matching = Matching(of: Matrix([[0, 0, 0], [1, 0.1, 0], [0, 1e-4, 1e-4]]), to: teacher)
    #expect(matching.students[0].teacher == nil && matching.students[0].angle == nil)
    #expect(matching.students.map(\.isNegligible) == [true, false, true])
    #expect(matching.groups == [[1], [2], []])
    #expect(abs(matching.largestAngle! - Double.atan2(y: 0.1, x: 1)) < 1e-15)
  }

  @Test func oppositesDifferForRelu() {
    let matching = Matching(of: Matrix([[-1.0, 0.1, 0]]), to: Teacher.basis(3, unit: .relu))
    #expect(matching.students[0].teacher == 1 && matching.students[0].sign == 1)
    #expect(abs(matching.students[0].angle! - Double.atan2(y: 1, x: 0.1)) < 1e-14)
    #expect(abs(matching.students[0].weight - 1.01.squareRoot()) < 1e-15)
  }

  @Test func averagesAddUpWithSigns() {
    // |w| w: (2, 0) has 4 (1, 0) and (-1, 0) turned about has (1, 0).
    let average = AverageNeurons(of: Matrix([[2, 0], [-1, 0], [0, 3]]), to: Teacher.basis(2, unit: .abs))
    #expect(average.averages == Matrix([[5, 0], [0, 9]]))
    #expect(average.differences == Matrix([[4, 0], [0, 8]]))
    #expect(average.distances == [4, 8])
    let relu = AverageNeurons(of: Matrix([[2, 0], [0.5, 0.1], [0, 3]]), to: Teacher.basis(2, unit: .relu))
    #expect(relu.averages == Matrix([[2.5, 0.1], [0, 3]]))
  }
}
