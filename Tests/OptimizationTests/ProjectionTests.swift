import LinearAlgebra
import Optimization
import Randomness
import Testing

@Suite struct ProjectionTests {
  static let sets: [any Projection<Double>] = [
    Ball(range: 1..<5, center: [1, 2, 3, 4], radius: 0.5),
    RowBalls(range: 0..<6, rows: 3, center: [0, 0, 1, 1, -1, 2], radius: 0.7),
    Box(range: 2..<6, lower: [-0.5, 0, 1, -.infinity], upper: [0.5, 0, .infinity, 0.25]),
    Box.signed(range: 0..<4, reference: [1, -1, 2, -3], smallest: 0.5, largest: 1.5),
    Product([Ball(range: 0..<3, center: [0, 0, 0], radius: 1), Box(range: 3..<6, lower: [0, 0, 0], upper: [1, 1, 1])]),
    Unconstrained(),
  ]

  private func projected(_ set: any Projection<Double>, _ x: [Double]) -> [Double] {
    var y = x
    y.withUnsafeMutableBufferPointer { set.project($0.baseAddress!) }
    return y
  }

  private func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }

  /// P(x) is the nearest point of a convex set exactly when <x - P(x), y - P(x)> <= 0 for every y of the set.
  @Test(arguments: sets.indices) func isTheNearestPoint(index: Int) {
    let set = Self.sets[index]
    var stream = RandomStream(seed: 7)
    for _ in 0..<200 {
      let x = (0..<6).map { _ in 3 * stream.normal() }
      let p = projected(set, x)
      let y = projected(set, (0..<6).map { _ in 3 * stream.normal() })
      let angle = dot(zip(x, p).map(-), zip(y, p).map(-))
      #expect(angle <= 1e-13 * (1 + dot(x, x)))  // rounding of 6 products of numbers of size |x|
      #expect(zip(projected(set, p), p).allSatisfy { abs($0 - $1) <= 1e-15 * (1 + abs($1)) })
    }
  }

  @Test func sphereIsReached() {
    let p = projected(Sphere(range: 0..<6, rows: 2), [3, 0, 4, 0, 0, 0])
    #expect(zip(p, [0.6, 0, 0.8, 0, 0, 0]).allSatisfy { abs($0 - $1) < 1e-15 })
  }

  @Test func multipliersBalanceTheGradient() {
    // min |x - t|^2/2 over the unit ball, t outside: x = t/|t|, g = x - t = -(|t| - 1) x, multiplier |t| - 1.
    let ball = Ball(range: 0..<2, center: [0, 0], radius: 1)
    let x = [0.6, 0.8]
    let gradient = x.map { -2 * $0 }
    let active = ball.activeConstraints(at: x, gradient: gradient, tolerance: 1e-9)
    #expect(active.count == 1 && abs(active[0].multiplier - 2) < 1e-14)
    var free = gradient
    ball.releaseFreePart(of: &free, at: x, tolerance: 1e-9)
    #expect(free.allSatisfy { abs($0) < 1e-15 })
    // A gradient that pulls inward is left whole.
    var inward = x
    ball.releaseFreePart(of: &inward, at: x, tolerance: 1e-9)
    #expect(inward == x)

    let box = Box(range: 0..<3, lower: [0, 0, 0], upper: [1, 1, 1])
    let names = box.activeConstraints(at: [0, 1, 0.5], gradient: [2, 3, 4], tolerance: 1e-9)
    #expect(names == [.init(name: "lower bound 0", multiplier: 2), .init(name: "upper bound 1", multiplier: -3)])
  }
}
