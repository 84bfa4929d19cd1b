import CKernels
import LinearAlgebra
import RealModule
import Testing

/// The fused activations against their definitions and against finite differences.
@Suite struct VectorMathActivationTests {
  typealias Values<E> = (h: [E], s: [E], t: [E])

  static let smooth: [(ShallowsActivation, @Sendable (Double) -> Double)] = [
    (SHTanh, { Double.tanh($0) }),
    (SHSigmoid, { 1 / (1 + Double.exp(-$0)) }),
    (SHSoftplus, { max($0, 0) + Double.log(onePlus: Double.exp(-abs($0))) }),
    (SHSiLU, { $0 / (1 + Double.exp(-$0)) }),
    (SHGELU, { 0.5 * $0 * Double.erfc(-$0 / 2.squareRoot()) }),
    (SHErf, { Double.erf($0) }),
  ]
  static let kinked = [SHReLU, SHLeakyReLU, SHAbs, SHIdentity]
  static let grid: [Double] = (0...1603).map { -8 + Double($0) * 0.01 - 0.015 }

  private func evaluate<E: Scalar>(
    _ kind: ShallowsActivation, _ z: [E], first: Bool = true, second: Bool = true
  ) -> Values<E> {
    let untouched = [E](repeating: -7, count: z.count)
    var values: Values<E> = (untouched, untouched, untouched)
    values.s.withUnsafeMutableBufferPointer { s in
      values.t.withUnsafeMutableBufferPointer { t in
        let s = first ? s.baseAddress : nil, t = second ? t.baseAddress : nil
        E.activation(Int32(kind.rawValue), z, &values.h, s, t, z.count)
      }
    }
    return values
  }

  /// 4 ulp of max(1, |h|): 2 of ours, and libm's in composed definitions.
  @Test(arguments: 0..<6) func definitions(index: Int) {
    let (kind, sigma) = Self.smooth[index]
    let h = evaluate(kind, Self.grid).h
    let single = evaluate(kind, Self.grid.map(Float.init)).h
    for (i, z) in Self.grid.enumerated() {
      let want = sigma(z), coarse = sigma(Double(Float(z)))
      #expect((h[i] - want).magnitude <= 4 * max(1, want.magnitude).ulp, "\(kind) at \(z)")
      let unit = Double(Float(max(1, coarse.magnitude)).ulp)
      #expect((Double(single[i]) - coarse).magnitude <= 4 * unit, "\(kind) at \(z)")
    }
  }

  /// Central differences of the next lower derivative, step 1e-3 with one Richardson extrapolation: the error is
  /// c step^4 with c below 20 for these functions, and rounding adds 1e-13.
  @Test(arguments: 0..<6) func derivatives(index: Int) {
    let kind = Self.smooth[index].0, step = 1e-3
    let at = { (shift: Double) in self.evaluate(kind, Self.grid.map { $0 + shift }) }
    let center = at(0), a = at(step), b = at(-step), c = at(2 * step), d = at(-2 * step)
    let single = evaluate(kind, Self.grid.map(Float.init))
    for i in Self.grid.indices {
      let difference = { (k: KeyPath<Values<Double>, [Double]>) in
        (8 * (a[keyPath: k][i] - b[keyPath: k][i]) - (c[keyPath: k][i] - d[keyPath: k][i])) / (12 * step)
      }
      #expect((difference(\.h) - center.s[i]).magnitude < 2e-11, "first derivative of \(kind) at \(Self.grid[i])")
      #expect((difference(\.s) - center.t[i]).magnitude < 2e-11, "second derivative of \(kind) at \(Self.grid[i])")
      // The argument's own rounding moves the derivative by up to 8 * 2^-24 * max|sigma'''|.
      #expect((Double(single.s[i]) - center.s[i]).magnitude < 2e-6, "\(kind) at \(Self.grid[i]) in single precision")
      #expect((Double(single.t[i]) - center.t[i]).magnitude < 4e-6, "\(kind) at \(Self.grid[i]) in single precision")
    }
  }

  @Test func kinks() {
    let z: [Double] = [-2, -0.0, 0, 3]
    let relu = evaluate(SHReLU, z), leaky = evaluate(SHLeakyReLU, z), absolute = evaluate(SHAbs, z)
    #expect(relu.h == [0, 0, 0, 3] && relu.s == [0, 0, 0, 1])
    #expect(leaky.h == [-0.02, 0, 0, 3] && leaky.s == [0.01, 0, 0, 1])
    #expect(absolute.h == [2, 0, 0, 3] && absolute.s == [-1, 0, 0, 1])
    #expect(evaluate(SHIdentity, z).h == z && evaluate(SHIdentity, z).s == [1, 1, 1, 1])
    for kind in Self.kinked { #expect(evaluate(kind, z).t == [0, 0, 0, 0]) }
  }

  /// The values do not depend on which derivatives are asked for.
  @Test func sameBitsWithAndWithoutDerivatives() {
    for kind in Self.smooth.map(\.0) + Self.kinked {
      let all = evaluate(kind, Self.grid)
      #expect(evaluate(kind, Self.grid, first: false, second: false).h == all.h)
      let first = evaluate(kind, Self.grid, second: false)
      #expect(first.h == all.h && first.s == all.s)
      let second = evaluate(kind, Self.grid, first: false)
      #expect(second.h == all.h && second.t == all.t && second.s.allSatisfy { $0 == -7 })
    }
    #expect(evaluate(SHTanh, Self.grid).h == VectorMath.tanh(Self.grid))
    #expect(evaluate(SHSigmoid, Self.grid).h == VectorMath.sigmoid(Self.grid))
    #expect(evaluate(SHErf, Self.grid).h == VectorMath.erf(Self.grid))
  }

  /// Limits at the ends, and NaN in every output for NaN.
  @Test func extremes() {
    let infinity = Double.infinity
    let limits: [(ShallowsActivation, [Double])] = [
      (SHTanh, [-1, 1]), (SHSigmoid, [0, 1]), (SHSoftplus, [0, infinity]), (SHSiLU, [0, infinity]),
      (SHGELU, [0, infinity]), (SHErf, [-1, 1]), (SHReLU, [0, infinity]), (SHLeakyReLU, [-infinity, infinity]),
      (SHAbs, [infinity, infinity]), (SHIdentity, [-infinity, infinity]),
    ]
    for (kind, limit) in limits {
      for far in [infinity, 1e300, 1e4] {
        let values = evaluate(kind, [-far, far])
        for i in 0..<2 {
          let unbounded = kind == SHLeakyReLU && i == 0 ? -0.01 * far : limit[i] < 0 ? -far : far
          let want = limit[i].isInfinite ? unbounded : limit[i]
          #expect(values.h[i] == want || (values.h[i] - want).magnitude < 1e-280, "\(kind) at \(i == 0 ? -far : far)")
          #expect(values.s[i].isFinite && values.t[i].magnitude < 1e-280, "\(kind) at \(i == 0 ? -far : far)")
        }
      }
      let none = evaluate(kind, [Double.nan]), single = evaluate(kind, [Float.nan])
      #expect(none.h[0].isNaN && none.s[0].isNaN && none.t[0].isNaN, "\(kind)")
      #expect(single.h[0].isNaN && single.s[0].isNaN && single.t[0].isNaN, "\(kind)")
    }
  }
}
