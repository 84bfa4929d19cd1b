import Dynamics
import LinearAlgebra
import Networks
import Randomness
import TeacherStudent
import Testing

@Suite struct EndPointTests {
  /// [paper] Safran and Shamir: the spurious minimum of k = n = 6, read off to four digits.
  private static let spuriousSix = Matrix<Double>(rows: 6, columns: 6) { j, l in
    if j == 5 { return l == 5 ? -0.6015 : 0.2245 }
    return l == j ? 0.9867 : l == 5 ? 0.3080 : -0.0504
  }
  private static let loss = PopulationLoss(unit: .relu, teacher: .identity(6), width: 6)

  @Test func newtonFindsTheSpuriousMinimumOfSix() throws {
    let end = try EndPoint(refining: Self.spuriousSix, of: Self.loss)
    #expect(abs(end.loss - 0.025080581) < 5e-10)
    // The gradient is a sum of some twenty terms of size one.
    #expect(end.largestGradient < 1e-14)
    #expect(end.kind == .minimum && end.smallestEigenvalue > 1e-3)
    #expect(end.refinements > 0)
    for (a, b) in zip(end.weights.elements, Self.spuriousSix.elements) { #expect(abs(a - b) < 1e-4) }
  }

  @Test func kindsAreTold() throws {
    let global = try EndPoint(.identity(6), of: Self.loss)
    #expect(global.kind == .minimum && global.loss < 1e-30)
    #expect(abs(global.smallestEigenvalue - (0.25 - 0.5 / .pi)) < 1e-12)
    // All units at the same place between the teachers: unstable.
    let stacked = PopulationLoss(unit: .relu, teacher: .identity(2), width: 2)
    let saddle = try EndPoint(
      refining: Matrix([[0.55, 0.55], [0.55, 0.55]]), of: stacked)
    #expect(saddle.kind == .saddle && saddle.largestGradient < 1e-14)
    // One unit of the student to spare: two may share a teacher in any proportion.
    let wide = PopulationLoss(unit: .relu, teacher: .identity(2), width: 3)
    let shared = try EndPoint(refining: Matrix([[0.4, 0], [0.6, 0], [0, 1]]), of: wide)
    #expect(shared.kind == .degenerate && abs(shared.loss) < 1e-30)
    #expect(try EndPoint(Matrix([[2, 0], [0, 1]]), of: stacked).kind == .moving)
  }

  /// A ReLU unit of next to no length is at a kink: its curvature is a residual over its length, so noise.
  @Test func vanishingUnitsAreLeftOut() throws {
    let wide = PopulationLoss(unit: .relu, teacher: .identity(2), width: 3)
    for tiny in [0, 1e-14, -1e-9] {
      let end = try EndPoint(refining: Matrix([[1, 1e-9], [tiny, 2 * tiny], [0, 1]]), of: wide)
      #expect(end.vanishingUnits == 1 && end.kind == .degenerate && end.spectrum.count == 4)
      // 1/4 - 1/(2 pi), the smallest eigenvalue without the unit.
      #expect(abs(end.smallestEigenvalue - (0.25 - 0.5 / .pi)) < 1e-6)
    }
  }

  @Test func classesIgnoreTheOrderOfUnitsAndCoordinates() throws {
    let base = try EndPoint(refining: Self.spuriousSix, of: Self.loss)
    var random = RandomStream(seed: 1)
    var ends = [try EndPoint(.identity(6), of: Self.loss)]
    for _ in 0..<5 {
      let (rows, columns) = (random.permutation(6), random.permutation(6))
      let permuted = Matrix(rows: 6, columns: 6) { base.weights[rows[$0], columns[$1]] }
      ends.append(try EndPoint(permuted, of: Self.loss))
    }
    let teacher = Teacher.basis(6, unit: .relu)
    let classes = EndPointClass.classes(of: ends, teacher: teacher)
    #expect(classes.map(\.count) == [1, 5])
    #expect(classes[0].representative.loss < classes[1].representative.loss)
    #expect(classes[1].members == [1, 2, 3, 4, 5])
  }

  /// Two places with equal products row by row but not up to order: exchanging two entries within one column of the
  /// spurious minimum is no permutation of units and coordinates.
  @Test func otherArrangementsAreOtherClasses() throws {
    var other = try EndPoint(refining: Self.spuriousSix, of: Self.loss).weights
    // Moves unit 0's large entry onto unit 1's coordinate: now two units share it.
    let (a, b) = (other[0, 0], other[0, 1])
    other[0, 0] = b
    other[0, 1] = a
    let teacher = Teacher.basis(6, unit: .relu)
    let ends = [
      try EndPoint(refining: Self.spuriousSix, of: Self.loss), try EndPoint(other, of: Self.loss),
    ]
    #expect(EndPointClass.classes(of: ends, teacher: teacher).count == 2)
  }

  /// Teachers of different lengths have fewer symmetries: students that exchange them are not the same.
  @Test func onlySymmetriesOfTheTeacherCount() throws {
    let weights = Matrix<Double>([[1, 0], [0, 2]])
    let teacher = Teacher(unit: .abs, weights: weights)
    let loss = PopulationLoss(unit: .abs, teacher: weights, width: 2)
    let ends = try [
      Matrix<Double>([[1, 0], [0, 1.4142135623730951]]), Matrix([[0, -1.4142135623730951], [1, 0]]),
      Matrix([[0, 1], [1.4142135623730951, 0]]),
    ].map { try EndPoint($0, of: loss) }
    let classes = EndPointClass.classes(of: ends, teacher: teacher)
    #expect(classes.map(\.members) == [[0, 1], [2]])
  }
}
