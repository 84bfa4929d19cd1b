import Foundation
import LinearAlgebra
import Networks
import Optimization
import Randomness
import Testing

/// A small student, its teacher, and samples.
struct Committee {
  let unit: CommitteeUnit
  let teacher: Matrix<Double>
  let inputs: Matrix<Double>
  let student: Matrix<Double>
  let loss: EmpiricalLoss
  let workspace: CommitteeWorkspace

  init(_ unit: CommitteeUnit, n: Int = 9, d: Int = 3, m: Int = 4, r: Int = 2, noise: Double = 0.3, seed: UInt64 = 1) {
    let random = RandomStream(seed: seed)
    var (a, b, c) = (random.split(0), random.split(1), random.split(2))
    self.unit = unit
    teacher = a.normalMatrix(rows: r, columns: d)
    inputs = b.normalMatrix(rows: n, columns: d)
    student = c.normalMatrix(rows: m, columns: d, scale: 0.8)
    loss = EmpiricalLoss(
      unit: unit, teacher: teacher, width: m, inputs: inputs, labelNoise: noise, random: random.split(3))
    workspace = loss.makeWorkspace()
  }

  func valueAndGradient(_ w: [Double]) -> (Double, [Double]) {
    var gradient = [Double](repeating: .nan, count: w.count)
    let value = loss.valueAndGradient(at: w, gradient: &gradient, workspace: workspace)
    return (value, gradient)
  }

  func sampled(_ samples: [Int32]) -> (Double, [Double]) {
    var gradient = [Double](repeating: .nan, count: student.elements.count)
    let value = samples.withUnsafeBufferPointer {
      loss.valueAndGradient(at: student.elements, samples: $0, gradient: &gradient, workspace: workspace)
    }
    return (value, gradient)
  }

  func hessianProduct(_ q: [Double], at w: [Double]? = nil) -> [Double] {
    var product = [Double](repeating: .nan, count: q.count)
    loss.hessianProduct(at: w ?? student.elements, q, into: &product, workspace: workspace)
    return product
  }
}

@Suite struct EmpiricalLossTests {
  @Test(arguments: CommitteeUnit.allCases) func valueIsTheDefinition(unit: CommitteeUnit) {
    let c = Committee(unit)
    var expected = 0.0
    for i in 0..<9 {
      let x = Array(c.inputs.row(i))
      var f = 0.0
      for j in 0..<4 {
        let w = Array(c.student.row(j))
        let z = dot(w, x)
        switch unit {
        case .abs: f += norm(w) * abs(z)
        case .relu: f += max(z, 0)
        case .erf: f += erf(z / 2.0.squareRoot())
        }
      }
      expected += (f - c.loss.targets[i]) * (f - c.loss.targets[i]) / 18
    }
    #expect(abs(c.loss.value(of: c.student) / expected - 1) < 1e-14)
    #expect(c.valueAndGradient(c.student.elements).0 == c.loss.value(of: c.student))
  }

  @Test(arguments: CommitteeUnit.allCases) func targetsAreTheTeachersOutputs(unit: CommitteeUnit) {
    let c = Committee(unit)
    let exact = EmpiricalLoss(unit: unit, teacher: c.teacher, width: 2, inputs: c.inputs)
    for i in 0..<9 {
      let y = (0..<2).reduce(0) { $0 + unit.value(dot(Array(c.teacher.row($1)), Array(c.inputs.row(i)))) }
      #expect(abs(exact.targets[i] - y) < 1e-14)
    }
    // The noise is one normal draw a sample.
    var stream = RandomStream(seed: 1).split(3)
    for i in 0..<9 { #expect(abs(c.loss.targets[i] - exact.targets[i] - 0.3 * stream.normal()) < 1e-15) }
    // The teacher itself, as a student, has no loss.
    let itself =
      unit == .abs
      ? Matrix(rows: 2, columns: 3) { c.teacher[$0, $1] / norm(Array(c.teacher.row($0))).squareRoot() } : c.teacher
    #expect(exact.value(of: itself) < 1e-30)
  }

  @Test(arguments: CommitteeUnit.allCases, [(9, 4), (700, 3), (40, 1)])
  func gradientMatchesDifferences(unit: CommitteeUnit, size: (n: Int, m: Int)) {
    let c = Committee(unit, n: size.n, m: size.m)
    let w = c.student.elements
    let slopes = centralDifferences(w, step: 1e-6) { [c.loss.value(of: Matrix(rows: size.m, columns: 3, elements: $0))] }
    // The piecewise quadratic losses have third derivatives only from the norms; 700 samples make it likely that one
    // crosses a kink on a step, which costs the step times that sample's share: 1e-6/700. Rounding: 1e-10.
    #expect(distance(c.valueAndGradient(w).1, slopes.map { $0[0] }) < 2e-8)
  }

  @Test(arguments: CommitteeUnit.allCases) func zeroWeightsAreAtRest(unit: CommitteeUnit) {
    let c = Committee(unit)
    let (_, gradient) = c.valueAndGradient([Double](repeating: 0, count: 12))
    #expect(gradient.allSatisfy { ($0 == 0) == (unit != .erf) })
    var w = c.student.elements
    for l in 3..<6 { w[l] = 0 }
    #expect(c.valueAndGradient(w).1.allSatisfy { $0.isFinite })
    #expect(c.hessianProduct([Double](repeating: 1, count: 12), at: w).allSatisfy { $0.isFinite })
  }

  @Test(arguments: CommitteeUnit.allCases) func miniBatches(unit: CommitteeUnit) {
    let c = Committee(unit, n: 1200)
    let full = c.valueAndGradient(c.student.elements)
    let all = c.sampled((0..<1200).map(Int32.init))
    #expect(all.0 == full.0 && all.1 == full.1)
    // Halves, in any order and with repetitions, average to the whole.
    let even = c.sampled((0..<600).map { Int32(1198 - 2 * $0) })
    let odd = c.sampled((0..<1200).map { Int32(2 * ($0 / 2) + 1) })
    #expect(abs((even.0 + odd.0) / 2 / full.0 - 1) < 1e-13)
    #expect(distance(zip(even.1, odd.1).map { ($0 + $1) / 2 }, full.1) < 1e-13)
  }

  @Test func theBitsDoNotDependOnTheThreads() {
    let before = Parallel.threads
    defer { Parallel.threads = before }
    let c = Committee(.abs, n: 3000, d: 20, m: 12)
    Parallel.threads = 1
    let one = c.valueAndGradient(c.student.elements)
    Parallel.threads = 3
    let three = c.valueAndGradient(c.student.elements)
    #expect(one.0 == three.0 && one.1 == three.1)
  }

  /// L and its gradient are means over samples, so they scatter about the closed forms by their standard errors.
  @Test(arguments: CommitteeUnit.allCases) func theMeanIsThePopulationLoss(unit: CommitteeUnit) {
    let (batches, m, d) = (64, 3, 4)
    var values: [Double] = [], gradients: [[Double]] = []
    let committee = Committee(unit, n: 1, d: d, m: m, noise: 0, seed: 7)
    let (student, teacher) = (committee.student, committee.teacher)
    for batch in 0..<batches {
      var stream = RandomStream(seed: 8).split(batch)
      let inputs: Matrix<Double> = stream.normalMatrix(rows: 1000, columns: d)
      let loss = EmpiricalLoss(unit: unit, teacher: teacher, width: m, inputs: inputs)
      values.append(loss.value(of: student))
      gradients.append(loss.gradient(of: student).elements)
    }
    let (value, gradient) = population(unit, student, teacher)
    expectMean(values, value)
    for k in 0..<m * d { expectMean(gradients.map { $0[k] }, gradient[k]) }
  }
}

/// L over all Gaussian inputs and its gradient by W, from the scalar closed forms of K.
func population(
  _ unit: CommitteeUnit, _ student: Matrix<Double>, _ teacher: Matrix<Double>
) -> (value: Double, gradient: [Double]) {
  let effective = unit.effectiveWeights(student)
  let u = (0..<student.rows).map { Array(effective.row($0)) }
  let v = (0..<teacher.rows).map { Array(teacher.row($0)) }
  func sum(_ a: [[Double]], _ b: [[Double]]) -> Double {
    a.reduce(0) { total, p in b.reduce(total) { $0 + unit.k(p, $1) } }
  }
  var gradient: [Double] = []
  for j in u.indices {
    var g = [Double](repeating: 0, count: student.columns)
    for other in u { unit.addExpectationGradient(u[j], other, scale: 1, to: &g, dimension: g.count) }
    for other in v { unit.addExpectationGradient(u[j], other, scale: -1, to: &g, dimension: g.count) }
    let w = Array(student.row(j))
    // |w| (I + w w^T/|w|^2) g
    if unit == .abs { g = zip(g, w).map { norm(w) * $0 + dot(g, w) / norm(w) * $1 } }
    gradient += g
  }
  return (sum(u, u) / 2 - sum(u, v) + sum(v, v) / 2, gradient)
}

@Suite struct PopulationSumsTests {
  /// The vectorised closed forms are the sums of the scalar ones, whose rounding is that of terms of order ten.
  @Test(arguments: CommitteeUnit.allCases) func populationLossIsTheSumOfKernels(unit: CommitteeUnit) {
    let c = Committee(unit, d: 6, m: 5, r: 3)
    let loss = PopulationLoss(unit: unit, teacher: c.teacher, width: 5)
    let (value, gradient) = population(unit, c.student, c.teacher)
    #expect(abs(loss.value(of: c.student) - value) < 1e-12)
    #expect(distance(loss.gradient(of: c.student).elements, gradient) < 1e-13)
  }
}

/// Whether the mean of independent numbers is the expected one within four standard errors.
func expectMean(_ numbers: [Double], _ expected: Double, sourceLocation: SourceLocation = #_sourceLocation) {
  let n = Double(numbers.count)
  let mean = numbers.reduce(0, +) / n
  let error = (numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1) / n).squareRoot()
  #expect(abs(mean - expected) < 4 * error, "\(mean) +- \(error) for \(expected)", sourceLocation: sourceLocation)
}
