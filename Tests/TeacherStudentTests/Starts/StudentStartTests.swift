import Foundation
import LinearAlgebra
import Networks
import Randomness
import TeacherStudent
import Testing

/// E f g of two committees with effective weights u and v, by the closed form.
func innerProduct(_ unit: CommitteeUnit, _ u: Matrix<Double>, _ v: Matrix<Double>) -> Double {
  u.withView { u in
    v.withView { v in
      var sum = 0.0
      for j in 0..<u.rows {
        for k in 0..<v.rows { sum += unit.expectation(u.row(j), v.row(k), dimension: u.columns) }
      }
      return sum
    }
  }
}

/// L of a student against a teacher over all Gaussian inputs.
func populationLoss(_ student: Matrix<Double>, _ teacher: Teacher) -> Double {
  let u = teacher.unit.effectiveWeights(student)
  let (unit, v) = (teacher.unit, teacher.weights)
  return innerProduct(unit, u, u) / 2 - innerProduct(unit, u, v) + innerProduct(unit, v, v) / 2
}

@Suite struct StudentStartTests {
  let random = RandomStream(seed: 5)

  private func teacher(_ unit: CommitteeUnit, r: Int = 3, d: Int = 4) throws -> Teacher {
    try .separated(count: r, dimension: d, minimumAngle: 0.6, norms: 0.5...2, unit: unit, random: random.split(9))
  }

  private func variance(_ student: Matrix<Double>) -> Double {
    student.elements.reduce(0) { $0 + $1 * $1 } / Double(student.elements.count)
  }

  @Test(arguments: CommitteeUnit.allCases) func scales(unit: CommitteeUnit) throws {
    let teacher = try teacher(unit, d: 5)
    // 10,000 entries: the variance is known to 1.4% (one standard error).
    let m = 2000
    func relative(_ start: StudentStart, _ expected: Double) throws -> Double {
      abs(variance(try start.student(for: teacher, width: m, random: random)) / expected - 1)
    }
    #expect(try relative(.gaussian(scale: 1), 1 / 5) < 0.06)
    #expect(try relative(.gaussian(scale: 0.5), 0.25 / 5) < 0.06)
    #expect(try relative(.small(scale: 1e-4), 1e-8 / 5) < 0.06)
    #expect(try relative(.ntk(scale: 3), 9 / (unit == .abs ? Double(m).squareRoot() : Double(m))) < 0.06)
    // The same numbers but for their scale.
    let (a, b) = (
      try StudentStart.gaussian(scale: 1).student(for: teacher, width: 3, random: random),
      try StudentStart.small(scale: 0.25).student(for: teacher, width: 3, random: random)
    )
    for (x, y) in zip(a.elements, b.elements) { #expect(abs(x / 4 - y) < 1e-16) }
  }

  /// The start of units scaled by z: optimal over all z >= 0, so that no z_j can be moved to advantage.
  @Test(arguments: [CommitteeUnit.abs, .relu], [2, 5, 40])
  func fittedNormsMeetTheOptimalityConditions(unit: CommitteeUnit, m: Int) throws {
    for (d, start) in [(2, StudentStart.random), (4, .random), (4, .subspace(samples: 500))] {
      let teacher = try teacher(unit, r: 2, d: d)
      let student = try start.student(for: teacher, width: m, random: random)
      let u = unit.effectiveWeights(student)
      let scale = innerProduct(unit, teacher.weights, teacher.weights)
      // dL/dz_j along unit j, at z_j = 1 for the positive ones: E (f - f*) phi(u_j . x) = 0.
      for j in 0..<m where u.row(j).contains(where: { $0 != 0 }) {
        let one = u.selectingRows([j])
        let force = innerProduct(unit, one, u) - innerProduct(unit, one, teacher.weights)
        #expect(abs(force) < 1e-12 * scale, "\(start), m = \(m), d = \(d), unit \(j)")
      }
      let loss = populationLoss(student, teacher)
      // Every direction that was drawn and left at zero pulls the wrong way: E (f - f*) phi(w . x) >= 0.
      if case .random = start {
        let drawn: Matrix<Double> = { var s = random.split(0); return s.normalMatrix(rows: m, columns: d) }()
        var zeros = 0
        for j in 0..<m where !u.row(j).contains(where: { $0 != 0 }) {
          let one = drawn.selectingRows([j])
          #expect(innerProduct(unit, one, u) - innerProduct(unit, one, teacher.weights) > -1e-12 * scale * Double(d))
          zeros += 1
        }
        // Many directions of few dimensions are not all needed.
        if m == 40 && d == 2 { #expect(zeros > 10) }
        #expect(loss < populationLoss(drawn, teacher))
      }
      let zero = Matrix<Double>(rows: m, columns: d)
      #expect(loss < populationLoss(zero, teacher))
      let gaussian = try StudentStart.gaussian(scale: 1).student(for: teacher, width: m, random: random)
      #expect(loss < populationLoss(gaussian, teacher))
    }
  }

  @Test(arguments: [CommitteeUnit.abs, .relu]) func moreDirectionsFitBetter(unit: CommitteeUnit) throws {
    // The directions of a narrow student are the first of a wide one's, so the loss can only fall.
    let teacher = try teacher(unit)
    let losses = try [1, 4, 16, 64].map {
      populationLoss(try StudentStart.random.student(for: teacher, width: $0, random: random), teacher)
    }
    for (wide, narrow) in zip(losses.dropFirst(), losses) { #expect(wide < narrow) }
  }

  /// |(I - Q Q^T) V|_F over the teacher's orthonormal span V: the root of the sum of squared sines.
  private func sines(_ teacher: Teacher, samples: Int, random: RandomStream) throws -> Double {
    let q = try teacher.estimatedSpan(samples: samples, random: random)
    let v = try QR(teacher.weights.transposed()).q
    let inside = Matrix.product(q, .yes, v)
    return max(0, Double(v.columns) - inside.elements.reduce(0) { $0 + $1 * $1 }).squareRoot()
  }

  @Test(arguments: [CommitteeUnit.abs, .relu]) func theEstimatedSpanApproachesTheTeachers(unit: CommitteeUnit) throws {
    let teacher = try teacher(unit, r: 2, d: 8)
    func mean(_ samples: Int) throws -> Double {
      try (0..<12).reduce(0) {
        try $0 + sines(teacher, samples: samples, random: random.split(100 + $1)) / 12
      }
    }
    // 16 times the samples: a quarter of the angle; the means of 12 runs scatter by about a tenth.
    let (few, many) = (try mean(2000), try mean(32000))
    #expect(few / many > 2.8 && few / many < 5.7)
    #expect(many < 0.2)
    let q = try teacher.estimatedSpan(samples: 1000, random: random)
    #expect(q.rows == 8 && q.columns == 2)
    for (a, b) in zip(Matrix.product(q, .yes, q).elements, Matrix<Double>.identity(2).elements) {
      #expect(abs(a - b) < 1e-14)
    }
    // More units than dimensions: all of the space.
    let wide = try Teacher.gaussian(count: 5, dimension: 3, unit: unit, random: random)
    #expect(try wide.estimatedSpan(samples: 10, random: random).columns == 3)
  }

  @Test func subspaceStudentsLieInTheSubspace() throws {
    let teacher = try teacher(.abs, r: 2, d: 8)
    let student = try StudentStart.subspace(samples: 1000).student(for: teacher, width: 10, random: random)
    let q = try teacher.estimatedSpan(samples: 1000, random: random.split(1))
    let projected = Matrix.product(student * q, .no, q, .yes)
    for (a, b) in zip(projected.elements, student.elements) { #expect(abs(a - b) < 1e-14) }
    #expect(student.elements.contains { $0 != 0 })
  }

  @Test(arguments: CommitteeUnit.allCases) func withoutNoiseACopyComputesTheTeacher(unit: CommitteeUnit) throws {
    let teacher = try teacher(unit)
    for m in [3, 4, 7, 9] {
      let student = try StudentStart.near(noise: 0).student(for: teacher, width: m, random: random)
      #expect(student.rows == m && student.columns == 4)
      // The difference of sums of order ten.
      #expect(abs(populationLoss(student, teacher)) < 1e-14)
    }
    let basis = try StudentStart.near(noise: 0).student(for: .basis(1, unit: .abs), width: 4, random: random)
    #expect(basis.elements == [0.5, 0.5, 0.5, 0.5])
  }

  @Test(arguments: CommitteeUnit.allCases) func noiseOfACopyIsRelative(unit: CommitteeUnit) throws {
    let teacher = try teacher(unit)
    let (m, noise) = (3, 0.05)
    let exact = try StudentStart.near(noise: 0).student(for: teacher, width: m, random: random)
    var (angles, norms) = (0.0, 0.0)
    let runs = 400
    for run in 0..<runs {
      let student = try StudentStart.near(noise: noise).student(for: teacher, width: m, random: random.split(run))
      exact.withView { a in
        student.withView { b in
          for j in 0..<m {
            let pair = VectorPair(a.row(j), b.row(j), dimension: 4)
            angles += pair.angle * pair.angle
            let ratio = log(pair.secondNorm / pair.firstNorm)
            norms += ratio * ratio
          }
        }
      }
    }
    // Mean squares of 1200 normal numbers: standard error 4%.
    #expect(abs(angles / Double(runs * m) / (noise * noise) - 1) < 0.17)
    #expect(abs(norms / Double(runs * m) / (noise * noise) - 1) < 0.17)
    // Surplus erf units do next to nothing at first.
    if unit == .erf {
      let wide = try StudentStart.near(noise: 1e-3).student(for: teacher, width: 6, random: random)
      #expect((3..<6).allSatisfy { wide.row($0).allSatisfy { abs($0) < 1e-2 } })
    }
  }

  @Test(arguments: ["gaussian", "random", "subspace=300", "ntk", "small", "near"])
  func onlyTheKeyOfTheStreamCounts(text: String) throws {
    let start = try StudentStart(text: text)
    let teacher = try teacher(.abs)
    let first = try start.student(for: teacher, width: 5, random: random)
    var moved = random
    _ = moved.normals(17) as [Double]
    #expect(try start.student(for: teacher, width: 5, random: moved) == first)
    #expect(try start.student(for: teacher, width: 5, random: random.split(1)) != first)
    #expect(first.elements.allSatisfy { $0.isFinite })
  }

  /// The numbers of one small case, so that a change of the draws is noticed. Rounding differs between libraries.
  @Test func numbersAreAsRecorded() throws {
    let teacher = Teacher(unit: .abs, weights: Matrix([[1, 0, 1], [0, 2, 0]]))
    let recorded: [(StudentStart, [Double])] = [
      (
        .gaussian(scale: 1),
        [
          1.4123118612886663, 0.3409916728759095, -0.5811039870399698, 0.7247944729352754, -0.42016972048336365,
          0.2694351404634422,
        ]
      ),
      (
        .random,
        [
          0.7861077590574705, 0.18979958121795493, -0.3234486415872304, 1.1869834471665273, -0.6881047273919769,
          0.4412492972247786,
        ]
      ),
      (
        .subspace(samples: 100),
        [
          0.6125892697631038, 0.6151503482863865, 0.8946710230107962, 0.678094896042023, -0.7251342600127128,
          0.8009678229275474,
        ]
      ),
      (
        .ntk(scale: 1),
        [
          2.056997363220906, 0.49664595420590807, -0.8463636126426732, 1.0556452583670675, -0.6119668260457172,
          0.39242563111142426,
        ]
      ),
      (
        .near(noise: 0.1),
        [
          0.7328710134228661, 0.12981596711307114, 0.8562939359307326, 0.0039461607638439184, 1.4669252809633688,
          -0.003280923342212745,
        ]
      ),
    ]
    for (start, numbers) in recorded {
      let student = try start.student(for: teacher, width: 2, random: RandomStream(seed: 1))
      for (a, b) in zip(student.elements, numbers) { #expect(abs(a - b) < 1e-12, "\(start)") }
    }
  }

  @Test func edges() throws {
    // On a line there is nowhere to turn; a unit without weights is copied as one.
    let line = Teacher(unit: .relu, weights: Matrix([[2], [-1]]))
    let copies = try StudentStart.near(noise: 0.3).student(for: line, width: 5, random: random)
    #expect((0..<5).allSatisfy { (copies[$0, 0] > 0) == ($0 % 2 == 0) })
    let idle = Teacher(unit: .abs, weights: Matrix([[0, 0], [3, 4]]))
    let exact = try StudentStart.near(noise: 0).student(for: idle, width: 2, random: random)
    #expect(exact.row(0).allSatisfy { $0 == 0 } && abs(populationLoss(exact, idle)) < 1e-14)
    // One unit, one dimension: |x| is met exactly by any direction.
    for start in [StudentStart.random, .subspace(samples: 10)] {
      let single = try start.student(for: .basis(1, unit: .abs), width: 1, random: random)
      #expect(abs(abs(single[0, 0]) - 1) < 1e-15)
    }
    // A teacher that is zero everywhere is met by the zero student.
    let silent = Teacher(unit: .abs, weights: Matrix(rows: 2, columns: 3))
    #expect(try StudentStart.random.student(for: silent, width: 4, random: random) == Matrix(rows: 4, columns: 3))
  }
}
