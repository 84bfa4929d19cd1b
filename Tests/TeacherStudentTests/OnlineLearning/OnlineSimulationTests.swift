import CAllocationCounter
import Foundation
import LinearAlgebra
import Optimization
import Randomness
import Testing

@testable import TeacherStudent

/// The simulation of online learning, and its agreement with the equations. Serialised: one test sets the number of
/// threads, which is the process's.
@Suite(.serialized) struct OnlineSimulationTests {
  static let learning = OnlineLearning(
    studentOutputs: [1, 0.8, -0.5], teacherOutputs: [1.2, -0.7], rate: 0.6, noise: 0.3)
  static let start = OrderParameters(
    q: Matrix([[0.6, 0.1, 0], [0.1, 0.5, -0.1], [0, -0.1, 0.4]]), r: Matrix([[0.3, 0], [0.1, 0.2], [0, 0.2]]),
    t: Matrix([[1, 0.2], [0.2, 0.8]]))

  @Test func weightsHaveTheOverlapsAskedFor() throws {
    let stream = RandomStream(seed: 3)
    let first = try Self.start.realization(dimension: 200, stream: stream.split(0))
    let second = try Self.start.realization(dimension: 200, stream: stream.split(1))
    for units in [first, second] {
      let measured = OrderParameters(
        student: units.selectingRows(0..<3), teacher: units.selectingRows(3..<5))
      for (a, b) in zip(measured.covariance.elements, Self.start.covariance.elements) { #expect(abs(a - b) < 1e-14) }
    }
    #expect(first != second)
    // Weights that would have to be dependent are refused.
    #expect(throws: LinearAlgebraError.self) {
      try OrderParameters(students: 1, covariance: Matrix([[1, 1], [1, 1]])).realization(dimension: 5, stream: stream)
    }
  }

  /// Five steps in a small space, against the rule written out in loops.
  @Test func aStepIsTheRule() throws {
    let n = 7
    var units = try Self.start.realization(dimension: n, stream: RandomStream(seed: 4))
    var simulation = OnlineSimulation(Self.learning, units: units, stream: RandomStream(seed: 5))
    var stream = RandomStream(seed: 5)
    let (v, a) = (Self.learning.studentOutputs, Self.learning.teacherOutputs)
    for _ in 0..<5 {
      simulation.step()
      let x: [Double] = stream.normals(n)
      let noise: Double = stream.normal()
      let z = (units * x).map { $0 / Double(n).squareRoot() }
      var error = -0.3 * noise
      for k in 0..<3 { error += v[k] * MomentTests.g(z[k]) }
      for m in 0..<2 { error -= a[m] * MomentTests.g(z[3 + m]) }
      for k in 0..<3 {
        for l in 0..<n {
          units[k, l] -= 0.6 / Double(n).squareRoot() * v[k] * MomentTests.slope(z[k]) * error * x[l]
        }
      }
    }
    let student = simulation.student
    for k in 0..<3 { for l in 0..<n { #expect(abs(student[k, l] - units[k, l]) < 1e-13) } }
    #expect(simulation.steps == 5 && simulation.time == 5.0 / 7)
  }

  @Test func stepsAllocateNothing() throws {
    let units = try Self.start.realization(dimension: 300, stream: RandomStream(seed: 4))
    var simulation = OnlineSimulation(Self.learning, units: units, stream: RandomStream(seed: 5))
    simulation.step()
    let before = allocation_count()
    simulation.advance(to: 1)
    #expect(allocation_count() == before)
    #expect(simulation.steps == 300)
  }

  /// The equations too: nothing in the right-hand side, and nothing in the steps of the integration.
  @Test func integrationAllocatesNothing() {
    var flow = OnlineLearning.Flow(Self.learning, Self.start)
    let upper = Array(Self.start.covariance.elements.prefix(15))
    var integration = DormandPrince.Integration(DormandPrince(), from: 0, upper)
    integration.advance(to: 1) { _, y, dy in flow.evaluate(y, into: dy) }
    let (before, evaluations) = (allocation_count(), integration.evaluations)
    integration.advance(to: 100) { _, y, dy in flow.evaluate(y, into: dy) }
    #expect(allocation_count() == before && integration.evaluations > evaluations + 60)
  }

  /// Twenty seeds at N = 1000 up to alpha = 4: all 52 comparisons within 4 standard errors, which Student's
  /// distribution with 19 degrees of freedom exceeds in 8 of 10,000 cases; while equations with a rate larger by a
  /// tenth are refuted.
  @Test func equationsAndSimulationAgree() throws {
    let times = [0.5, 1, 2, 4]
    let stream = RandomStream(seed: 2)
    let comparison = try Self.learning.compare(
      from: Self.start, dimension: 1000, at: times, seeds: 20, stream: stream)
    #expect(comparison.entries.count == 4 * (1 + 6 + 6) && comparison.seeds == 20)
    #expect(comparison.largestZ < 4, "\(comparison.entries.max { abs($0.z) < abs($1.z) }!)")
    #expect(comparison.shareWithinTwo > 0.8)

    let other = OnlineLearning(
      studentOutputs: Self.learning.studentOutputs, teacherOutputs: Self.learning.teacherOutputs, rate: 0.6 * 1.1,
      noise: 0.3)
    let simulated = try (0..<20).map {
      try Self.learning.simulate(from: Self.start, dimension: 1000, at: times, stream: stream.split($0))
    }
    let refuted = OnlineComparison(
      Self.learning, times: times, expected: other.solve(from: Self.start, at: times).states, simulated: simulated)
    #expect(refuted.largestZ > 5, "\(refuted.largestZ)")
  }

  /// The example of docs/online-learning.md.
  @Test func documentedExample() throws {
    let learning = OnlineLearning(students: 3, teachers: 2, rate: 0.5, noise: 0.1)
    let start = OrderParameters(
      q: Matrix([[0.5, 0, 0], [0, 0.5, 0], [0, 0, 0.25]]), r: Matrix([[0.4, 0], [0, 0.3], [0.1, 0.05]]),
      t: .identity(2))

    let path = learning.solve(from: start, at: [1, 10, 100])
    let errors = path.states.map(learning.generalizationError)
    #expect(errors[0] > errors[1] && errors[1] > errors[2])

    let comparison = try learning.compare(
      from: start, dimension: 1000, at: [1, 10], seeds: 20, stream: RandomStream(seed: 1))
    // 26 values of Student's distribution with 19 degrees of freedom: one above 4.5 in 250 such comparisons.
    #expect(comparison.largestZ < 4.5 && comparison.shareWithinTwo > 0.75)
  }

  @Test func theSameBitsWhateverTheThreads() throws {
    let threads = Parallel.threads
    defer { Parallel.threads = threads }
    func run() throws -> OnlineComparison {
      try Self.learning.compare(
        from: Self.start, dimension: 100, at: [0.5, 1], seeds: 5, stream: RandomStream(seed: 8))
    }
    Parallel.threads = 1
    let one = try run()
    Parallel.threads = 3
    #expect(try run() == one)
  }
}
