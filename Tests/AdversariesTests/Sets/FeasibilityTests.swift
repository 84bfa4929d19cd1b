import Adversaries
import LinearAlgebra
import Randomness
import Testing

/// Every point that leaves a set lies in it in exact arithmetic, at every scale and for both precisions.
@Suite struct FeasibilityTests {
  private func cases<T: Scalar>(_ type: T.Type, radii: [Double], seed: UInt64, _ check: (SetCase<T>, [T]) -> Void) {
    var random = RandomStream(seed: seed)
    for norm in PerturbationNorm.allCases {
      for radius in radii {
        for boxed in [false, true] {
          for d in [1, 2, 3, 17, 100] {
            for spread in [0.01, 0.3, 1, 5, 1000] {
              let width = [1, radius, 10 * radius, 1e6][random.integer(below: 4)]
              // A third of the inputs lies on each face of the box.
              let x: [T] = (0..<d).map { _ in
                let u = random.uniform() * 3 - 1
                return T(width) * T(max(0, min(1, u)))
              }
              let box: ClosedRange<T>? = boxed ? 0...T(width) : nil
              let size = min(spread * radius, Double(T.greatestFiniteMagnitude) / 1e4)
              let delta: [T] = random.normals(d, scale: T(size))
              check(SetCase(norm, x: x, radius: T(radius), box: box), delta)
            }
          }
        }
      }
    }
  }

  private func check<T: Scalar>(_ type: T.Type, radii: [Double]) {
    cases(type, radii: radii, seed: 11) { set, delta in
      let label = "\(T.self) \(set.set) radius \(set.radius) x \(set.x) delta \(delta)"
      let y = set.projected(delta)
      #expect(set.contains(y), "\(label)")
      #expect(set.projected(y) == y, "\(label)")
      let a = set.attacked(y)
      for i in a.indices {
        if let box = set.set.box { #expect(box.contains(a[i])) }
        var moved = ExactSum()
        moved.add(Double(a[i]))
        moved.add(-Double(set.x[i]))
        #expect(moved.sign == 0 || moved.sign == (y[i] < 0 ? -1 : 1))
        // |a - x| <= |y|: s (a - x) - |y| <= 0, with s the sign of y.
        let s: Double = y[i] < 0 ? -1 : 1
        var excess = ExactSum()
        for t in [s * Double(a[i]), -s * Double(set.x[i]), -abs(Double(y[i]))] { excess.add(t) }
        #expect(excess.sign <= 0)
      }
      #expect(set.contains(set.support(delta).point), "\(label)")
    }
  }

  @Test func doubles() { check(Double.self, radii: [1e-300, 1e-12, 1e-3, 0.1, 1, 3.7, 1e6, 1e200]) }
  @Test func floats() { check(Float.self, radii: [1e-30, 1e-12, 1e-3, 0.1, 1, 3.7, 1e6, 1e30]) }
  @Test func subnormalRadii() {
    check(Double.self, radii: [0x1p-1074, 0x1.7p-1060, 0x1.3p-1030])
    check(Float.self, radii: [0x1p-149, 0x1.7p-140, 0x1.3p-130])
  }

  @Test(arguments: PerturbationNorm.allCases)
  func noRadiusNoPerturbation(_ norm: PerturbationNorm) {
    let set = SetCase<Double>(norm, x: [0, 0.5, 1], radius: 0, box: 0...1)
    #expect(set.projected([1, -2, 3]) == [0, 0, 0])
    #expect(set.support([1, -2, 3]).value == 0)
    #expect(set.support([1, -2, 3]).point == [0, 0, 0])
  }

  @Test(arguments: PerturbationNorm.allCases)
  func boxOfOnePoint(_ norm: PerturbationNorm) {
    let set = SetCase<Double>(norm, x: [0.1, 0.1], radius: 2, box: 0.1...0.1)
    #expect(set.projected([1, -2]) == [0, 0])
    #expect(set.support([1, -2]).point == [0, 0])
    #expect(set.attacked([0, 0]) == [0.1, 0.1])
  }
}
