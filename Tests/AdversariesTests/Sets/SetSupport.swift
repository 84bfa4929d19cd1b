import LinearAlgebra
import Randomness
import Testing

@testable import Adversaries

/// One input, its set and a point, as arrays; methods of the set that return arrays.
struct SetCase<T: Scalar> {
  var set: PerturbationSet<T>
  var x: [T]
  var radius: T

  init(_ norm: PerturbationNorm, x: [T], radius: T, box: ClosedRange<T>? = nil) {
    set = PerturbationSet(norm: norm, dimension: x.count, box: box)
    (self.x, self.radius) = (x, radius)
  }

  func projected(_ delta: [T]) -> [T] {
    var (delta, scratch) = (delta, [T](repeating: .nan, count: set.scratchCount))
    set.project(&delta, around: x, radius: radius, scratch: &scratch)
    return delta
  }

  func support(_ c: [T]) -> (value: T, point: [T]) {
    var (point, scratch) = ([T](repeating: .nan, count: x.count), [T](repeating: .nan, count: set.scratchCount))
    let value = set.support(c, around: x, radius: radius, maximizer: &point, scratch: &scratch)
    return (value, point)
  }

  func attacked(_ delta: [T]) -> [T] {
    var a = x
    set.attackedInput(x, delta, into: &a)
    return a
  }

  /// Whether delta lies in the set, judged without rounding.
  func contains(_ delta: [T]) -> Bool {
    guard delta.allSatisfy({ $0.isFinite }) else { return false }
    for (xi, v) in zip(x, delta) {
      guard let box = set.box else { break }
      var (above, below) = (ExactSum(), ExactSum())
      for t in [Double(xi), Double(v), -Double(box.lowerBound)] { above.add(t) }
      for t in [Double(xi), Double(v), -Double(box.upperBound)] { below.add(t) }
      if above.sign < 0 || below.sign > 0 { return false }
    }
    if radius == 0 { return delta.allSatisfy { $0 == 0 } }
    if set.norm == .linf { return delta.allSatisfy { abs($0) <= radius } }
    // Powers of two bring eps near 1 without rounding, in two steps where one would leave the range.
    let exponent = -Int(radius.exponent)
    let (half, rest) = (power(exponent / 2), power(exponent - exponent / 2))
    var sum = ExactSum()
    for v in delta where v != 0 {
      let size = abs(Double(v)) * half * rest
      if set.norm == .l1 { sum.add(size) } else { sum.addSquare(size) }
    }
    let r = Double(radius) * half * rest
    if set.norm == .l1 { sum.add(-r) } else { sum.addSquare(r, sign: -1) }
    return sum.sign <= 0
  }

  private func power(_ exponent: Int) -> Double { Double(sign: .plus, exponent: exponent, significand: 1) }
}

func dot<T: Scalar>(_ a: [T], _ b: [T]) -> Double { zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
