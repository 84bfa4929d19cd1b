import CAllocationCounter
import LinearAlgebra
import Randomness
import Testing

@testable import Adversaries

/// Projections against multipliers found by halving, and the properties of a projection that are not its definition.
@Suite struct ProjectionOracleTests {
  /// The projection in the plainest way: the multiplier by halving, in `Double`.
  private func reference(_ set: SetCase<Double>, _ z: [Double]) -> [Double] {
    let (d, radius) = (z.count, set.radius)
    func clip(_ i: Int, _ v: Double) -> Double {
      guard let box = set.set.box else { return v }
      return min(max(v, box.lowerBound - set.x[i]), box.upperBound - set.x[i])
    }
    func point(_ lambda: Double) -> [Double] {
      (0..<d).map { i in
        switch set.set.norm {
        case .l2: clip(i, z[i] / (1 + lambda))
        case .l1: clip(i, (z[i] < 0 ? -1 : 1) * max(abs(z[i]) - lambda, 0))
        case .linf: min(max(clip(i, z[i]), -radius), radius)
        }
      }
    }
    func length(_ y: [Double]) -> Double {
      switch set.set.norm {
      case .l2: y.reduce(0) { $0 + $1 * $1 }.squareRoot()
      case .l1: y.reduce(0) { $0 + abs($1) }
      case .linf: y.reduce(0) { max($0, abs($1)) }
      }
    }
    var (lower, upper) = (0.0, 1e9)
    if length(point(0)) <= radius { return point(0) }
    for _ in 0..<200 {
      let middle = (lower + upper) / 2
      if length(point(middle)) > radius { lower = middle } else { upper = middle }
    }
    return point(upper)
  }

  @Test(arguments: PerturbationNorm.allCases, [false, true])
  func agreesWithHalving(_ norm: PerturbationNorm, boxed: Bool) {
    var random = RandomStream(seed: 21)
    for d in [1, 2, 5, 16, 31, 200] {
      for spread in [0.1, 1, 10, 1e4] {
        for _ in 0..<10 {
          let x: [Double] = (0..<d).map { _ in max(0, min(1, random.uniform() * 3 - 1)) }
          let set = SetCase(norm, x: x, radius: 0.2 + random.uniform(), box: boxed ? 0...1 : nil)
          // Sizes over several orders of magnitude: many bounds are reached one after the other.
          let z: [Double] = (0..<d).map { _ in (random.normal() as Double) * spread * .pow(10, -3 * random.uniform()) }
          let (y, expected) = (set.projected(z), reference(set, z))
          // The multiplier of the reference has the rounding of numbers as large as z, 1e-16 of them.
          for (a, b) in zip(y, expected) { #expect(abs(a - b) <= 1e-13 * max(1, spread), "\(set) \(z)") }
        }
      }
    }
  }

  /// Points from outside end on the sphere, up to some units in the last place: at most 32 of the length.
  private func checkOnSphere<T: Scalar>(_ type: T.Type, radii: [Double]) {
    var random = RandomStream(seed: 22)
    for norm in [PerturbationNorm.l2, .l1] {
      for radius in radii {
        for d in [2, 3, 10, 784, 5000] {
          for spread in [2, 100, 1e9] {
            let z: [T] = random.normals(d, scale: T(spread) * T(radius))
            // The box leaves room for half of the movements, as that of pictures does.
            let x: [T] = (0..<d).map { $0 % 2 == 0 ? 0 : T(radius) }
            for box in [nil, 0...T(radius)] as [ClosedRange<T>?] {
              let set = SetCase(norm, x: x, radius: T(radius), box: box)
              let y = set.projected(z)
              if set.contains(z) { continue }
              var corner = z
              for i in 0..<d where box != nil { corner[i] = min(max(z[i], -x[i]), T(radius) - x[i]) }
              if set.contains(corner) { continue }
              let scaled = y.map { Double($0) / Double(T(radius)) }
              let length = norm == .l2 ? dot(scaled, scaled).squareRoot() : scaled.reduce(0) { $0 + abs($1) }
              // The sum taken here rounds too, by less than 5000 units of Double and 1e-6 of one of Float.
              let slack = T.self == Double.self ? Double(d) : 0
              #expect(length >= 1 - (32 + slack) * Double(T.ulpOfOne), "\(norm) \(radius) \(d) \(spread) \(box as Any)")
              #expect(set.contains(y))
            }
          }
        }
      }
    }
  }

  @Test func doublesEndOnTheSphere() { checkOnSphere(Double.self, radii: [1e-280, 1e-12, 0.3, 7, 1e6, 1e250]) }
  @Test func floatsEndOnTheSphere() { checkOnSphere(Float.self, radii: [1e-25, 1e-12, 0.3, 7, 1e6, 1e20]) }

  /// Two points do not get farther from one another.
  @Test(arguments: PerturbationNorm.allCases)
  func isNonexpansive(_ norm: PerturbationNorm) {
    var random = RandomStream(seed: 23)
    for _ in 0..<300 {
      let d = 1 + random.integer(below: 20)
      let x: [Double] = random.uniforms(d)
      let set = SetCase(norm, x: x, radius: random.uniform(), box: random.uniform() < 0.5 ? 0...1 : nil)
      let (a, b): ([Double], [Double]) = (random.normals(d), random.normals(d))
      let before = zip(a, b).map { $0 - $1 }
      let after = zip(set.projected(a), set.projected(b)).map { $0 - $1 }
      #expect(dot(after, after).squareRoot() <= dot(before, before).squareRoot() + 1e-14)
    }
  }

  @Test func closedForms() {
    let corner = SetCase<Double>(.l2, x: [0, 0], radius: 1, box: 0...10)
    let up = corner.projected([-3, 5])
    #expect(up[0] == 0 && up[1] <= 1 && up[1] > 1 - 2e-15)
    #expect(corner.projected([-3, -5]) == [0, 0])
    // 3-4-5, up to the last places; and along an axis exactly.
    let ball = SetCase<Double>(.l2, x: [0, 0], radius: 5)
    let y = ball.projected([30, 40])
    #expect(abs(y[0] - 3) < 4e-15 && abs(y[1] - 4) < 4e-15)
    #expect(SetCase<Double>(.l2, x: [0, 0], radius: 0.1).projected([0.1, 0]) == [0.1, 0])
    // |delta|_1 <= 1: the threshold of (2, 1.5, -0.25) is 1.25.
    let cross = SetCase<Double>(.l1, x: [0, 0, 0], radius: 1).projected([2, 1.5, -0.25])
    #expect(abs(cross[0] - 0.75) < 1e-15 && abs(cross[1] - 0.25) < 1e-15 && cross[2] == 0)
    #expect(SetCase<Double>(.linf, x: [0, 0.5], radius: 0.25, box: 0...0.625).projected([-1, 1]) == [0, 0.125])
  }

  @Test(arguments: PerturbationNorm.allCases, [false, true])
  func allocatesNothing(_ norm: PerturbationNorm, boxed: Bool) {
    let d = 100
    let set = PerturbationSet<Float>(norm: norm, dimension: d, box: boxed ? 0...1 : nil)
    var random = RandomStream(seed: 24)
    var x: [Float] = random.uniforms(d)
    var (delta, c, a, y): ([Float], [Float], [Float], [Float]) = (random.normals(d), random.normals(d), x, x)
    var scratch = [Float](repeating: 0, count: set.scratchCount)
    var statuses = [CoordinateStatus](repeating: .free, count: d)
    x.withUnsafeMutableBufferPointer { x in
      delta.withUnsafeMutableBufferPointer { delta in
        c.withUnsafeMutableBufferPointer { c in
          a.withUnsafeMutableBufferPointer { a in
            y.withUnsafeMutableBufferPointer { y in
              scratch.withUnsafeMutableBufferPointer { s in
                statuses.withUnsafeMutableBufferPointer { statuses in
                  let (x, delta, c, a) = (x.baseAddress!, delta.baseAddress!, c.baseAddress!, a.baseAddress!)
                  let (y, s) = (y.baseAddress!, s.baseAddress!)
                  func use() {
                    set.project(delta, around: x, radius: 0.5, scratch: s)
                    _ = set.support(c, around: x, radius: 0.5, maximizer: y, scratch: s)
                    set.attackedInput(x, delta, into: a)
                    set.randomPoint(around: x, radius: 0.5, random: &random, into: y, scratch: s)
                    _ = set.freeCoordinates(at: delta, around: x, radius: 0.5, into: statuses.baseAddress!)
                  }
                  use()
                  let before = allocation_count()
                  for _ in 0..<10 { use() }
                  #expect(allocation_count() == before)
                }
              }
            }
          }
        }
      }
    }
  }
}
