import LinearAlgebra
import Networks
import TeacherStudent
import Testing

@Suite struct TeacherTests {
  @Test func basisIsTheIdentity() {
    let teacher = Teacher.basis(4, unit: .relu)
    #expect(teacher.count == 4 && teacher.dimension == 4)
    #expect(teacher.weights == Matrix.identity(4))
  }
}
