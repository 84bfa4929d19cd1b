import Foundation
import LinearAlgebra
import Networks
import Randomness
import Testing

@Suite struct PopulationLossTests {
  /// The kernel in C against the sum of the scalar closed forms, which are tested by quadrature.
  @Test(arguments: CommitteeUnit.allCases) func gradientEqualsTheSumOfClosedForms(unit: CommitteeUnit) {
    for (m, r, d) in [(1, 1, 1), (1, 2, 3), (3, 3, 3), (5, 3, 4), (7, 8, 8), (10, 4, 6), (9, 5, 13)] {
      var random = RandomStream(seed: UInt64(m * 100 + r * 10 + d))
      let teacher: Matrix<Double> = r == d ? .identity(d) : random.normalMatrix(rows: r, columns: d)
      let student: Matrix<Double> = random.normalMatrix(rows: m, columns: d, scale: 0.7)
      let loss = PopulationLoss(unit: unit, teacher: teacher, width: m)
      let effective = unit.effectiveWeights(student)
      func sum(_ a: Matrix<Double>, _ b: Matrix<Double>) -> Double {
        var total = 0.0
        a.withView { a in
          b.withView { b in
            for i in 0..<a.rows {
              for j in 0..<b.rows { total += unit.expectation(a.row(i), b.row(j), dimension: d) }
            }
          }
        }
        return total
      }
      let value = 0.5 * sum(effective, effective) - sum(effective, teacher) + 0.5 * sum(teacher, teacher)
      // The sums lose digits to cancellation, the loss does not.
      #expect(abs(loss.value(of: student) - value) < 1e-13 * max(1, sum(effective, effective)))
      let gradient = loss.gradient(of: student)
      for j in 0..<m {
        var g = [Double](repeating: 0, count: d)
        effective.withView { u in
          for k in 0..<m { unit.addExpectationGradient(u.row(j), u.row(k), scale: 1, to: &g, dimension: d) }
          teacher.withView { v in
            for i in 0..<r { unit.addExpectationGradient(u.row(j), v.row(i), scale: -1, to: &g, dimension: d) }
          }
        }
        if unit.isScaledByNorm {
          let w = Array(student.row(j))
          let norm = w.reduce(0) { $0 + $1 * $1 }.squareRoot()
          let along = zip(g, w).reduce(0) { $0 + $1.0 * $1.1 } / norm
          for l in 0..<d { g[l] = norm * g[l] + along * w[l] }
        }
        for l in 0..<d { #expect(abs(g[l] - gradient[j, l]) < 1e-13 * Double(m + r)) }
      }
    }
  }

  @Test(arguments: CommitteeUnit.allCases) func gradientIsTheSlopeOfTheValue(unit: CommitteeUnit) {
    var random = RandomStream(seed: 5)
    let teacher: Matrix<Double> = random.normalMatrix(rows: 3, columns: 4)
    let student: Matrix<Double> = random.normalMatrix(rows: 5, columns: 4)
    let loss = PopulationLoss(unit: unit, teacher: teacher, width: 5)
    let gradient = loss.gradient(of: student)
    let h = 1e-5
    for p in student.elements.indices {
      var (plus, minus) = (student, student)
      plus.elements[p] += h
      minus.elements[p] -= h
      // Central differences: h^2 of third derivatives of size 10, and no rounding to speak of.
      #expect(abs((loss.value(of: plus) - loss.value(of: minus)) / (2 * h) - gradient.elements[p]) < 1e-8)
    }
  }

  @Test(arguments: CommitteeUnit.allCases) func hessianIsTheSlopeOfTheGradient(unit: CommitteeUnit) {
    for (m, r, d) in [(4, 3, 3), (3, 3, 5), (2, 1, 2)] {
      var random = RandomStream(seed: UInt64(m + d))
      let teacher: Matrix<Double> = random.normalMatrix(rows: r, columns: d)
      let student: Matrix<Double> = random.normalMatrix(rows: m, columns: d)
      let loss = PopulationLoss(unit: unit, teacher: teacher, width: m)
      let hessian = loss.hessian(of: student)
      let h = 1e-5
      for p in student.elements.indices {
        var (plus, minus) = (student, student)
        plus.elements[p] += h
        minus.elements[p] -= h
        let (above, below) = (loss.gradient(of: plus), loss.gradient(of: minus))
        for q in student.elements.indices {
          let slope = (above.elements[q] - below.elements[q]) / (2 * h)
          #expect(abs(slope - hessian[p, q]) < 1e-7, "\(unit) \(p) \(q)")
          #expect(hessian[p, q] == hessian[q, p])
        }
      }
      // Products agree with the matrix.
      let z: [Double] = random.normals(m * d)
      var product = [Double](repeating: 0, count: m * d)
      loss.hessianProduct(at: student.elements, z, into: &product, workspace: loss.makeWorkspace())
      for p in z.indices {
        let expected = (0..<z.count).reduce(0) { $0 + hessian[p, $1] * z[$1] }
        #expect(abs(product[p] - expected) < 1e-12 * Double(m * d) * 10)
      }
    }
  }

  /// [paper] Safran and Shamir: the smallest eigenvalue at a global minimum with n = k is 1/4 - 1/(2 pi).
  @Test func hessianAtTheGlobalMinimum() throws {
    for k in [2, 6, 11] {
      let loss = PopulationLoss(unit: .relu, teacher: .identity(k), width: k)
      let values = try SymmetricEigen.values(loss.hessian(of: .identity(k)))
      #expect(abs(values[0] - 0.0908450569) < 1e-10)
    }
  }

  /// Where one weight is off by h, L is h^2 H/2 + O(h^3): 1e-6, 1e-12 and 1e-18. Plain sums would be wrong by 1e-16; the
  /// double-double ones are by 1e-30 or so.
  @Test func lossIsAccurateNearZero() {
    for unit in CommitteeUnit.allCases {
      let loss = PopulationLoss(unit: unit, teacher: .identity(3), width: 3)
      #expect(loss.value(of: .identity(3)) == 0 || abs(loss.value(of: .identity(3))) < 1e-30)
      // Near the minimum L is its quadratic form: L(w + h e) = h^2 H/2 + O(h^3).
      let hessian = loss.hessian(of: .identity(3))
      for exponent in [10, 20, 30] {
        var near = Matrix<Double>.identity(3)
        let h = Double(sign: .plus, exponent: -exponent, significand: 1)
        near[1, 1] += h
        let expected = h * h * hessian[4, 4] / 2
        #expect(abs(loss.value(of: near) / expected - 1) < 3 * h + 1e-29 / expected, "\(unit) 2^-\(exponent)")
      }
    }
  }

  /// Claim 2 of Zhou, Ge and Jin: one unit teacher, two students at +-delta: L / delta^3 -> 2/(3 pi).
  @Test func twoStudentsBesideATeacher() {
    let loss = PopulationLoss(unit: .abs, teacher: Matrix([[1, 0]]), width: 2)
    func ratio(_ delta: Double) -> Double {
      let norm = (1 / (2 * cos(delta))).squareRoot()
      let (c, s) = (norm * cos(delta), norm * sin(delta))
      return loss.value(of: Matrix([[c, s], [c, -s]])) / (delta * delta * delta)
    }
    #expect(abs(ratio(0.1) - 0.213915) < 5e-7)
    // The correction is of second order.
    #expect(abs(ratio(1e-3) - 0.212206591) < 1e-6)
    #expect(abs(ratio(1e-6) - 0.2122065908) < 1e-8)
  }





  /// Symmetries of the loss: order of units, rotation of both, sign of abs units.
  @Test(arguments: CommitteeUnit.allCases) func invariances(unit: CommitteeUnit) {
    var random = RandomStream(seed: 9)
    let teacher: Matrix<Double> = random.normalMatrix(rows: 3, columns: 4)
    let student: Matrix<Double> = random.normalMatrix(rows: 4, columns: 4)
    let rotation: Matrix<Double> = random.orthogonal(4)
    let value = PopulationLoss(unit: unit, teacher: teacher, width: 4).value(of: student)
    let permuted = student.selectingRows([2, 0, 3, 1])
    #expect(abs(PopulationLoss(unit: unit, teacher: teacher, width: 4).value(of: permuted) - value) < 1e-14)
    let turned = PopulationLoss(unit: unit, teacher: Matrix.product(teacher, .no, rotation, .no), width: 4)
    #expect(abs(turned.value(of: Matrix.product(student, .no, rotation, .no)) - value) < 1e-13)
    if unit.isEven {
      var flipped = student
      for l in 0..<4 { flipped[1, l] = -flipped[1, l] }
      #expect(PopulationLoss(unit: unit, teacher: teacher, width: 4).value(of: flipped) == value)
    }
  }

  /// Lanes do not meet, and whole packs equal single students to the last bit.
  @Test func packsEqualSingleStudents() {
    for unit in CommitteeUnit.allCases {
      let ensemble = PopulationEnsemble(unit: unit, teacher: .identity(5), width: 6)
      let single = PopulationLoss(ensemble)
      let pack = Buffer<Double>(count: ensemble.packCount)
      let gradient = Buffer<Double>(count: ensemble.packCount)
      let losses = Buffer<Double>(count: PopulationEnsemble.lanes)
      var random = RandomStream(seed: 2)
      let students = (0..<8).map { _ in random.normalMatrix(rows: 6, columns: 5) as Matrix<Double> }
      for lane in 0..<8 { ensemble.load(students[lane].elements, lane: lane, into: pack.pointer) }
      let workspace = ensemble.makeWorkspace()
      ensemble.gradient(of: pack.pointer, into: gradient.pointer, losses: nil, workspace: workspace)
      ensemble.losses(of: pack.pointer, into: losses.pointer, workspace: workspace)
      for lane in 0..<8 {
        var g = [Double](repeating: 0, count: 30)
        ensemble.store(gradient.pointer, lane: lane, into: &g)
        #expect(g == single.gradient(of: students[lane]).elements)
        #expect(losses[lane] == single.value(of: students[lane]))
      }
    }
  }
}
