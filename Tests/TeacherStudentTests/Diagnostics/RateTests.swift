import LinearAlgebra
import Networks
import Randomness
import RealModule
import TeacherStudent
import Testing

@Suite struct RateTests {
  private let times = (0...150).map { Double.pow(10, Double($0) / 30) }

  private func exponent(_ tail: TailExponent) -> (Double, ClosedRange<Double>)? {
    if case .power(let p, let interval) = tail.kind { return (p, interval) }
    return nil
  }

  @Test func pureAndShiftedPowers() throws {
    for p in [0.5, 1, 3] {
      let pure = try #require(exponent(TailExponent(times: times, losses: times.map { Double.pow($0, -p) }, floor: 0)))
      #expect(abs(pure.0 - p) < 1e-9)
      // (t + 2000)^-p approaches t^-p only over the last decade of 1e5: the fit is off, and the interval says so.
      let shifted = try #require(
        exponent(TailExponent(times: times, losses: times.map { Double.pow($0 + 2000, -p) }, floor: 0)))
      #expect(shifted.0 < p - 0.01 && shifted.0 > 0.9 * p)
      #expect(shifted.1.contains(p) && shifted.1.upperBound < 1.05 * p, "p = \(p): \(shifted)")
    }
  }

  @Test func exponentialsAreTold() {
    let even = (0...200).map(Double.init)
    for t in [times.filter { $0 < 200 }, even] {
      let tail = TailExponent(times: t, losses: t.map { Double.exp(-0.25 * $0) })
      guard case .exponential(let rate) = tail.kind else {
        Issue.record("\(tail)")
        continue
      }
      #expect(abs(rate - 0.25) < 1e-12)
    }
    // After a plateau, only the fall counts.
    let late = even.map { Double.exp($0 < 100 ? 0 : -0.5 * ($0 - 100)) }
    guard case .exponential(let rate) = TailExponent(times: even, losses: late).kind else {
      Issue.record("not exponential after a plateau")
      return
    }
    #expect(abs(rate - 0.5) < 1e-12)
  }

  @Test func roundingZerosAndNaNAreSurvived() throws {
    var losses = times.map { 10 * Double.pow($0, -3) }
    losses[100] = .nan
    for i in losses.indices where losses[i] < 1e-13 { losses[i] = [0, -3e-16, 2e-15, .nan][i % 4] }
    let found = try #require(exponent(TailExponent(times: times, losses: losses, floor: 1e-13)))
    #expect(abs(found.0 - 3) < 1e-9)
    for hopeless in [[], [Double](repeating: .nan, count: 151), [Double](repeating: 0, count: 151)] {
      let tail = TailExponent(times: Array(times.prefix(hopeless.count)), losses: hopeless)
      guard case .undetermined = tail.kind else {
        Issue.record("\(tail)")
        continue
      }
    }
  }

  @Test func plateausAndNoiseAreUndetermined() {
    guard case .undetermined(let reason) = TailExponent(times: times, losses: times.map { 0.02 + 1 / $0 }).kind else {
      Issue.record("a plateau was fitted")
      return
    }
    #expect(reason.contains("no longer falls"))
    var random = RandomStream(seed: 4)
    let noisy = times.map { Double.exp(-Double.log($0) / 2 + 2 * random.normal()) }
    guard case .undetermined = TailExponent(times: times, losses: noisy).kind else {
      Issue.record("noise was fitted")
      return
    }
  }

  @Test func descentOfTwoStudentsOfOneTeacher() throws {
    let teacher = Teacher(unit: .abs, weights: Matrix([[1, 0, 0]]))
    let (_, curve) = descend(teacher, from: nearStudent(teacher, 2, noise: 0.3), step: 0.1, iterations: 20_000)
    let (p, interval) = try #require(exponent(TailExponent(curve: curve)))
    #expect(abs(p - 3) < 0.1 && interval.contains(3), "\(p) in \(interval)")
    let ratios = LojasiewiczRatios(curve)
    #expect(abs(try #require(ratios.gradientExponent) - 2.0 / 3) < 0.01)
    let (_, exact) = descend(teacher, from: nearStudent(teacher, 1, noise: 0.3), step: 0.1, iterations: 400)
    guard case .exponential = TailExponent(curve: exact).kind else {
      Issue.record("one student: \(TailExponent(curve: exact))")
      return
    }
    #expect(abs(try #require(LojasiewiczRatios(exact).gradientExponent) - 0.5) < 0.01)
  }

  @Test func ratiosAreMinimaOverUsablePoints() throws {
    func point(_ t: Int, _ loss: Double, _ g: Double) -> CurvePoint {
      CurvePoint(iteration: t, loss: loss, gradientNorm: g)
    }
    let curve = [
      point(0, 1, 4), point(1, 0.25, 0.6), point(2, 0.01, 0.05), point(3, 0, 0), point(4, -1e-16, 1e-9),
      point(5, .nan, 1), point(6, 1e-27, 0),
    ]
    let ratios = LojasiewiczRatios(curve)
    #expect(ratios.points == 3)
    let linear = try #require(ratios.linear)
    #expect(linear.ratio == 0.6 / 0.25 && linear.iteration == 1 && linear.loss == 0.25)
    let pl = try #require(ratios.squareRoot)
    #expect(pl.iteration == 2 && abs(pl.ratio - 0.5) < 1e-15)
    #expect(abs(try #require(ratios.twoThirds).ratio - 0.05 / Double.pow(0.01, 2.0 / 3)) < 1e-14)
    #expect(ratios.gradientExponent == nil)
    #expect(LojasiewiczRatios([]).linear == nil)
  }
}
