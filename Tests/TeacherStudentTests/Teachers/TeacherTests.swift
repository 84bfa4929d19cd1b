import Foundation
import LinearAlgebra
import Networks
import Randomness
import TeacherStudent
import Testing

@Suite struct TeacherTests {
  let random = RandomStream(seed: 3)

  @Test func basisIsTheIdentity() {
    let teacher = Teacher.basis(4, unit: .relu)
    #expect(teacher.count == 4 && teacher.dimension == 4)
    #expect(teacher.weights == Matrix.identity(4))
  }

  @Test(arguments: [(1, 1), (3, 3), (2, 7)]) func orthonormalRows(r: Int, d: Int) throws {
    let teacher = try Teacher.orthonormal(count: r, dimension: d, unit: .abs, random: random)
    let gram = Matrix.product(teacher.weights, .no, teacher.weights, .yes)
    #expect(teacher.count == r && teacher.dimension == d)
    // A few rounding errors of the reflections.
    for (a, b) in zip(gram.elements, Matrix<Double>.identity(r).elements) { #expect(abs(a - b) < 1e-14) }
    if r > 1 { #expect(abs(teacher.minimumAngle! - .pi / 2) < 1e-14) }
  }

  @Test func gaussianWeightsHaveUnitLengthOnAverage() throws {
    let teacher = try Teacher.gaussian(count: 400, dimension: 50, unit: .erf, random: random)
    let mean = teacher.norms.reduce(0) { $0 + $1 * $1 } / 400
    // Var |w|^2 = 2/d, so the mean of 400 has the standard error 0.01.
    #expect(abs(mean - 1) < 0.04)
  }

  @Test func planarAngles() throws {
    let teacher = try Teacher.planar(degrees: [22.3, 58.3, 149.3], unit: .abs)
    for (i, degrees) in [22.3, 58.3, 149.3].enumerated() {
      #expect(abs(atan2(teacher.weights[i, 1], teacher.weights[i, 0]) * 180 / .pi - degrees) < 1e-12)
    }
    #expect(abs(teacher.minimumAngle! * 180 / .pi - 36) < 1e-12)
    // Up to sign, 149.3 degrees are -30.7: 53 degrees from the first. Without signs 36 degrees remain the smallest.
    for (unit, degrees) in [(CommitteeUnit.abs, 53.0), (.relu, 127)] {
      let opposite = try Teacher.planar(degrees: [22.3, 149.3], unit: unit)
      #expect(abs(opposite.minimumAngle! * 180 / .pi - degrees) < 1e-12)
    }
    let lengths = try Teacher.planar(degrees: [0, 90], norms: [2, 0.5], unit: .relu)
    #expect(lengths.normRange == 0.5...2)
    #expect(try Teacher.planar(degrees: [10], unit: .abs).minimumAngle == nil)
  }

  @Test(arguments: CommitteeUnit.allCases) func separatedTeachersKeepTheirDistance(unit: CommitteeUnit) throws {
    for (r, d, angle) in [(3, 2, 0.7), (8, 5, 1.0), (1, 4, 1.5)] {
      let teacher = try Teacher.separated(
        count: r, dimension: d, minimumAngle: angle, norms: 0.5...2, unit: unit, random: random)
      #expect(teacher.count == r && teacher.dimension == d && teacher.unit == unit)
      if let least = teacher.minimumAngle { #expect(least >= angle - 1e-14) }
      #expect(teacher.norms.allSatisfy { $0 > 0.5 - 1e-14 && $0 < 2 + 1e-14 })
    }
    // Opposite directions are one direction for an even unit, and as far apart as possible for the others.
    let line = try? Teacher.separated(count: 2, dimension: 1, minimumAngle: 1, unit: unit, random: random)
    #expect((line != nil) == !unit.isEven)
  }

  @Test func theSameStreamGivesTheSameTeacher() throws {
    func make(_ seed: UInt64) throws -> Teacher {
      try Teacher.separated(
        count: 4, dimension: 3, minimumAngle: 0.5, norms: 1...3, unit: .abs, random: RandomStream(seed: seed))
    }
    #expect(try make(1) == make(1))
    #expect(try make(1) != make(2))
    // The norms have a stream of their own: other norms leave the directions alone.
    let unit = try Teacher.separated(
      count: 4, dimension: 3, minimumAngle: 0.5, unit: .abs, random: RandomStream(seed: 1))
    let long = try make(1)
    for i in 0..<4 {
      for l in 0..<3 { #expect(abs(long.weights[i, l] / long.norms[i] - unit.weights[i, l]) < 1e-15) }
    }
  }

  /// So that a change of the draws is noticed.
  @Test func numbersAreAsRecorded() throws {
    let teacher = try Teacher.separated(
      count: 2, dimension: 2, minimumAngle: 1, norms: 1...2, unit: .relu, random: RandomStream(seed: 1))
    let recorded = [1.0889166833743162, 0.26291043194064195, -1.151402025914911, 1.4361109941106036]
    for (a, b) in zip(teacher.weights.elements, recorded) { #expect(abs(a - b) < 1e-14) }
  }

  @Test func refusals() throws {
    func text(_ make: () throws -> Teacher) -> String {
      do { return "made \(try make())" } catch { return "\(error)" }
    }
    #expect(text { try .orthonormal(count: 4, dimension: 3, unit: .abs, random: random) }
      == "4 orthonormal teachers do not fit into dimension 3; at most 3 do")
    #expect(text { try .gaussian(count: 0, dimension: 3, unit: .abs, random: random) }
      == "0 teachers: at least 1 is needed")
    #expect(text { try .gaussian(count: 2, dimension: 0, unit: .abs, random: random) }
      == "dimension 0: at least 1 is needed")
    #expect(text { try .planar(degrees: [1, 2], norms: [1], unit: .abs) }.contains("2 angles but 1 norms"))
    #expect(text { try .planar(degrees: [1, .nan], unit: .abs) }.contains("angle nan"))
    #expect(text { try .planar(degrees: [1], norms: [0], unit: .abs) }.contains("norm 0.0"))
    #expect(text { try .separated(count: 2, dimension: 2, minimumAngle: 2, unit: .abs, random: random) }
      .contains("smallest angle 2.0: from 0 to 1.57"))
    #expect(text { try .separated(count: 2, dimension: 2, minimumAngle: 1, norms: 0...1, unit: .abs, random: random) }
      .contains("norms 0.0...1.0"))
    // Four lines of the plane 1 radian apart need 4 radians of the half circle's pi.
    #expect(text { try .separated(count: 4, dimension: 2, minimumAngle: 1, unit: .abs, random: random) }
      .contains("no 4 directions in dimension 2"))
  }
}
