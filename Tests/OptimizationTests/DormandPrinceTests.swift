import Foundation
import Optimization
import Testing

/// The Dormand-Prince pair: its coefficients, its order, its steps and its endings.
@Suite struct DormandPrinceTests {
  static func oscillator(_ t: Double, _ y: UnsafePointer<Double>, _ dy: UnsafeMutablePointer<Double>) {
    dy[0] = y[1]
    dy[1] = -y[0]
  }

  /// The largest error of (cos t, -sin t) at the end.
  private func oscillatorError(_ trajectory: DormandPrince.Trajectory) -> Double {
    let (t, row) = (trajectory.finalTime, trajectory.states.rows - 1)
    return max(abs(trajectory.states[row, 0] - cos(t)), abs(trajectory.states[row, 1] + sin(t)))
  }

  /// Row sums are the nodes; sum b c^q = 1/(q + 1) up to q = 4 for order 5, q = 3 for order 4.
  @Test func coefficientsMeetTheConditionsOfTheirOrders() {
    let tableau = DormandPrince.tableau
    for s in 0..<7 {
      #expect(tableau.a[s].count == s)
      // The entries reach 12 in size: a few units in their last place.
      #expect(abs(tableau.a[s].reduce(0, +) - tableau.c[s]) < 1e-14, "row \(s)")
      #expect(abs(tableau.e[s] - (tableau.b5[s] - tableau.b4[s])) < 1e-16, "weight \(s)")
    }
    for q in 0...4 {
      func moment(_ b: [Double]) -> Double { zip(b, tableau.c).reduce(0) { $0 + $1.0 * pow($1.1, Double(q)) } }
      #expect(abs(moment(tableau.b5) - 1 / Double(q + 1)) < 1e-15, "b5, c^\(q)")
      let gap = abs(moment(tableau.b4) - 1 / Double(q + 1))
      if q <= 3 { #expect(gap < 1e-15, "b4, c^\(q)") } else { #expect(gap > 1e-4, "b4 is of order 4 alone") }
    }
  }

  /// Tolerances that every step meets leave the steps to the times asked for: halving them divides the error by 2^5.
  @Test func convergesWithOrderFive() {
    let method = DormandPrince(relativeTolerance: 1e6, absoluteTolerance: 1e6, initialStep: 10)
    let errors = [40, 80, 160].map { steps -> Double in
      let trajectory = method.solve([1, 0], at: (1...steps).map { 4 * Double($0) / Double(steps) }, Self.oscillator)
      #expect(trajectory.accepted == steps && trajectory.rejected == 0)
      return oscillatorError(trajectory)
    }
    for (coarse, fine) in zip(errors, errors.dropFirst()) {
      // The next term of the error is smaller by h, at most a tenth here.
      #expect(abs(log2(coarse / fine) - 5) < 0.15, "\(coarse) over \(fine)")
    }
  }

  @Test func meetsKnownSolutions() {
    let tight = DormandPrince(relativeTolerance: 1e-12, absoluteTolerance: 1e-14)
    let decay = tight.solve([1, 2], at: [1, 3]) { _, y, dy in
      dy[0] = -y[0]
      dy[1] = y[1] / 2
    }
    #expect(abs(decay.states[0, 0] - exp(-1)) < 1e-12 && abs(decay.states[1, 0] - exp(-3)) < 1e-12)
    #expect(abs(decay.states[1, 1] / (2 * exp(1.5)) - 1) < 1e-11)
    // A quadrature of t^4: exact, but for rounding.
    let power = DormandPrince().solve(from: 1, [0], at: [3]) { t, _, dy in dy[0] = t * t * t * t }
    #expect(abs(power.states[0, 0] - 242 / 5) < 1e-12)
    // Van der Pol's oscillator, mu = 1, from (2, 0); y(10) by Taylor series of 20 digits (mpmath).
    let pol = tight.solve([2, 0], at: [10]) { _, y, dy in
      dy[0] = y[1]
      dy[1] = (1 - y[0] * y[0]) * y[1] - y[0]
    }
    #expect(abs(pol.states[0, 0] + 2.00834078257973273) < 1e-10)
    #expect(abs(pol.states[0, 1] - 0.03290706586332406) < 1e-10)
  }

  /// The error at the end follows the tolerance, with a constant that grows like the length of the interval.
  @Test func errorFollowsTheTolerance() {
    let tolerances = [1e-4, 1e-6, 1e-8, 1e-10]
    let errors = tolerances.map {
      oscillatorError(
        DormandPrince(relativeTolerance: $0, absoluteTolerance: $0).solve([1, 0], at: [20], Self.oscillator))
    }
    for (tolerance, error) in zip(tolerances, errors) {
      #expect(error < 20 * tolerance && error > tolerance / 20, "\(error) at \(tolerance)")
    }
    for (loose, tight) in zip(errors, errors.dropFirst()) {
      // A factor of 100 in the tolerance, within a factor of three.
      #expect(loose / tight > 30 && loose / tight < 300, "\(loose) over \(tight)")
    }
  }

  @Test func landsOnTheTimesAskedForAndRepeatsItsBits() {
    let times = [0.1, 1.0 / 3, 0.5, 0.5, 7.7, 1e4 / 3]
    func run() -> DormandPrince.Trajectory { DormandPrince().solve([1, 0], at: times, Self.oscillator) }
    let first = run()
    #expect(first.ending == .reached && first.times == times && first.finalTime == times.last)
    #expect(first.states.row(2) == first.states.row(3))
    #expect(first.states == run().states)
    #expect(first.evaluations == 2 + 6 * (first.accepted + first.rejected), "f at the start, one for the first step")
    var integration = DormandPrince.Integration(DormandPrince(), from: 0, [1, 0])
    for time in times {
      #expect(integration.advance(to: time, Self.oscillator) == .reached && integration.time == time)
      #expect(integration.derivative[0] == integration.state[1], "the last stage is f at the end of the step")
    }
  }

  /// Where the solution has died out, the step stays at the end of the interval of stability, h lambda = -3.3065.
  @Test func stiffDecayKeepsToTheIntervalOfStability() {
    let z = -3.306567892634946
    var growth = 0.0
    for b in [1.0 / 600, 1.0 / 120, 1.0 / 24, 1.0 / 6, 1.0 / 2, 1, 1] { growth = growth * z + b }
    #expect(abs(growth - 1) < 1e-13)
    let stiff = DormandPrince().solve([1], at: [10]) { t, y, dy in dy[0] = -1000 * (y[0] - cos(t)) - sin(t) }
    #expect(abs(stiff.states[0, 0] - cos(10)) < 1e-6)
    let fewest = 10 * 1000 / 3.3066
    // The controller tries beyond the limit now and then, and stays a little below it on average.
    let tried = Double(stiff.accepted + stiff.rejected)
    #expect(Double(stiff.accepted) > 0.95 * fewest && tried < 1.5 * fewest, "\(stiff.accepted), \(stiff.rejected)")
  }

  @Test func failuresAreValues() {
    // y = 1/(1 - t) ends at t = 1.
    let blowUp = DormandPrince().solve([1], at: [0.5, 2]) { _, y, dy in dy[0] = y[0] * y[0] }
    #expect(blowUp.ending == .stepUnderflow || blowUp.ending == .nonFinite)
    #expect(blowUp.times == [0.5] && abs(blowUp.states[0, 0] - 2) < 1e-5 && abs(blowUp.finalTime - 1) < 1e-5)
    let undefined = DormandPrince().solve([1], at: [2]) { t, y, dy in dy[0] = t > 1.5 ? .nan : y[0] }
    #expect(undefined.ending == .nonFinite && undefined.times.isEmpty && abs(undefined.finalTime - 1.5) < 1e-12)
    let never = DormandPrince().solve([1], at: [2]) { _, _, dy in dy[0] = .infinity }
    #expect(never.ending == .nonFinite && never.finalTime == 0)
    let limited = DormandPrince(stepLimit: 10).solve([1, 0], at: [1000], Self.oscillator)
    #expect(limited.ending == .stepLimit && limited.accepted + limited.rejected == 10)
  }
}
