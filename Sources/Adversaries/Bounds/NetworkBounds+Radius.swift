import Networks

extension NetworkBounds {
  /// The largest radius, to a share of `tolerance`, at which the bound says that no perturbation changes the class.
  ///
  /// The root of the bound of the margin, which grows with the radius, by secants between two sides. The value returned is itself certified: the
  /// bound is below zero there. 0 for an input that is taken for another class already; infinite where the bound stays
  /// below zero for every radius that was tried (an output that does not depend on the input, or a box certified
  /// whole).
  ///
  /// - Precondition: targets are classes; 0 < tolerance < 1.
  /// - Complexity: some six bounds, beginning with the input's own radius.
  public func certifiedRadius(of index: Int, tolerance: Double = 1e-3) -> Double {
    precondition(problem.hasClasses, "a certified radius of targets that are no classes")
    return largestRadius(index, tolerance) { self.bound(index, .margin).best }
  }

  /// The largest radius, to a share of `tolerance`, at which the bound keeps the loss at or below `limit`; 0 where it
  /// is above without any perturbation.
  ///
  /// For regression with one output, `limit` = deviation^2 / 2 keeps |f - y| within a deviation.
  /// - Precondition: 0 < tolerance < 1.
  public func certifiedRadius(of index: Int, lossAtMost limit: Double, tolerance: Double = 1e-3) -> Double {
    largestRadius(index, tolerance) {
      let excess = self.bound(index, self.problem.loss).best - limit
      return excess > 0 ? excess : min(excess, -.leastNonzeroMagnitude)
    }
  }

  /// The largest radius, to a share of `tolerance`, at which `excess` is below zero.
  private func largestRadius(_ index: Int, _ tolerance: Double, _ excess: () -> Double) -> Double {
    precondition(tolerance > 0 && tolerance < 1, "a tolerance of \(tolerance)")
    load(index, 0)
    var low = (radius: 0.0, excess: excess())
    guard low.excess < 0 else { return 0 }
    var high: (radius: Double, excess: Double)?
    var radius = problem.radii[index] > 0 ? problem.radii[index] : 1
    var wasBelow = false
    while true {
      functionals.setRadius(radius)
      let value = excess()
      wasBelow = value < 0
      if wasBelow { low = (radius, value) } else { high = (radius, value) }
      guard let high else {
        // Outward, to a limit that only bounds which do not grow any more can reach.
        if radius > 0x1p200 { return .infinity }
        radius *= 2
        continue
      }
      if high.radius - low.radius <= tolerance * low.radius { return low.radius }
      if high.radius < 0x1p-200 { return 0 }
      // The secant's root, moved a little towards the side that was not met last, so that both sides close in.
      let width = high.radius - low.radius
      var share = low.excess / (low.excess - high.excess)
      if !share.isFinite { share = 0.5 }
      let root = low.radius + share * width
      radius = root + (wasBelow ? 0.4 : -0.4) * tolerance * root
      let margin = (low.radius == 0 ? 0.02 : 0.05) * width
      radius = min(max(radius, low.radius + margin), high.radius - margin)
    }
  }
}
