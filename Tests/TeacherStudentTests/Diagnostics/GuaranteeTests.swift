import Dynamics
import Foundation
import LinearAlgebra
import Networks
import TeacherStudent
import Testing

@Suite struct GuaranteeTests {
  private func guarantee(
    _ teacher: Teacher, _ m: Int, noise: Double = 0.3, step: Double = 0.1, iterations: Int
  ) -> Guarantee {
    let (student, curve) = descend(
      teacher, from: nearStudent(teacher, m, noise: noise), step: step, iterations: iterations)
    return LocalConvergenceGuarantee(
      teacher: teacher, student: student, curve: curve, step: step, iterations: iterations, loss: curve.last!.loss,
      gradientNorm: curve.last!.gradientNorm
    ).checks()
  }

  private func expect(
    _ guarantee: Guarantee, _ verdicts: [String: Check.Verdict], _ location: SourceLocation = #_sourceLocation
  ) {
    for (name, verdict) in verdicts.sorted(by: { $0.key < $1.key }) {
      let check = guarantee[name]
      #expect(
        check?.verdict == verdict,
        "\(name): \(String(describing: check?.measured)) \(String(describing: check?.bound)) \(check?.statement ?? "")",
        sourceLocation: location)
    }
  }

  @Test func overParameterizedStudentsKeepEveryPromiseButPolyakLojasiewicz() throws {
    let found = guarantee(Teacher.basis(3, unit: .abs), 7, iterations: 6000)
    expect(
      found,
      [
        "unit": .holds, "separation": .holds, "norms": .holds, "width": .holds, "step": .holds, "small-loss": .vacuous,
        "random-start": .vacuous, "subspace-start": .vacuous, "fresh-batches": .vacuous, "decomposition": .holds,
        "alignment": .holds, "average-neurons": .holds, "positive-residual": .holds, "descent-direction": .holds,
        "test-functions": .holds, "lojasiewicz": .holds, "polyak-lojasiewicz": .fails, "descent": .holds,
        "horizon": .holds, "tail": .holds,
      ])
    #expect(found.checks.count == 20)
    #expect(abs(try #require(found["tail"]?.measured) - 3) < 0.2)
    #expect(abs(try #require(found["polyak-lojasiewicz"]?.measured) - 2.0 / 3) < 0.02)
    #expect(try #require(found["alignment"]?.bound) < 0.2)
    // Every number survives JSON.
    #expect(try JSONDecoder().decode(Guarantee.self, from: JSONEncoder().encode(found)) == found)
  }

  @Test func asManyStudentsAsTeachersConvergeLinearly() {
    let found = guarantee(mixedTeacher(3, 4), 3, iterations: 600)
    expect(
      found,
      ["polyak-lojasiewicz": .holds, "tail": .holds, "alignment": .holds, "lojasiewicz": .holds, "descent": .holds])
    #expect(found["tail"]?.statement.contains("exponentially") == true)
  }

  @Test func nothingFollowsFarFromZeroLoss() {
    // One student cannot be two teachers.
    let found = guarantee(Teacher.basis(2, unit: .abs), 1, iterations: 500)
    expect(
      found,
      [
        "width": .fails, "alignment": .vacuous, "lojasiewicz": .vacuous, "descent": .vacuous, "horizon": .vacuous,
        "polyak-lojasiewicz": .vacuous, "descent-direction": .vacuous, "test-functions": .vacuous, "tail": .vacuous,
        "decomposition": .holds,
      ])
  }

  @Test func stepsThatAreTooLongAreNoticed() {
    let teacher = Teacher.basis(2, unit: .abs)
    let student = nearStudent(teacher, 3, noise: 0.01)
    // A curve that rises on its way down.
    let curve = [(0, 0.1), (10, 0.01), (20, 0.02), (30, 1e-3)].map {
      CurvePoint(iteration: $0.0, loss: $0.1, gradientNorm: $0.1.squareRoot())
    }
    let found = LocalConvergenceGuarantee(
      teacher: teacher, student: student, curve: curve, step: 0.6, iterations: 30, loss: 1e-3, gradientNorm: 0.03
    ).checks()
    expect(found, ["step": .fails, "descent": .fails, "decomposition": .fails])
    #expect(found["step"]?.measured == 1.2)
  }

  @Test func reluIsToldWhatIsKnownOfIt() {
    let lone = Teacher(unit: .relu, weights: Matrix([[1, 0, 0]]))
    let several = guarantee(lone, 3, noise: 0.1, step: 0.1, iterations: 20_000)
    expect(several, ["unit": .vacuous, "step": .vacuous, "global": .holds, "tail": .holds, "alignment": .vacuous])
    #expect(several["tail"]?.bound == 3)
    expect(guarantee(lone, 1, noise: 0.1, iterations: 400), ["tail": .holds, "polyak-lojasiewicz": .holds])
    let few = guarantee(Teacher.basis(3, unit: .relu), 1, iterations: 200)
    expect(few, ["global": .fails, "width": .fails, "tail": .vacuous])
  }

  @Test func runsThatDivergedOrNeverMoved() {
    let teacher = Teacher.basis(2, unit: .abs)
    let diverged = LocalConvergenceGuarantee(
      teacher: teacher, student: Matrix([[.nan, 0], [0, 1]]), curve: [], step: 0.1, iterations: 0, loss: .nan,
      gradientNorm: .nan
    ).checks()
    expect(diverged, ["finite": .fails, "width": .holds])
    #expect(diverged["alignment"] == nil)
    let solved = LocalConvergenceGuarantee(
      teacher: teacher, student: .identity(2), curve: [], step: nil, iterations: 0, loss: 0, gradientNorm: 0
    ).checks()
    expect(
      solved,
      [
        "alignment": .holds, "average-neurons": .holds, "lojasiewicz": .vacuous, "tail": .vacuous, "step": .vacuous,
        "descent-direction": .vacuous, "test-functions": .vacuous,
      ])
    let none = LocalConvergenceGuarantee(
      teacher: teacher, student: Matrix(rows: 2, columns: 2), curve: [], step: 0.1, iterations: 0, loss: 1,
      gradientNorm: 0
    ).checks()
    expect(none, ["decomposition": .fails, "alignment": .vacuous])
  }
}
