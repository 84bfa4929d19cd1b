import Networks

extension NetworkBounds {
  /// The largest radius, to a share of `tolerance`, at which the bound says that no perturbation changes the class.
  ///
  /// Bisection on the bound of the margin, which grows with the radius. The value returned is itself certified: the
  /// bound is below zero there. 0 for an input that is taken for another class already; infinite where the bound stays
  /// below zero for every radius that was tried (an output that does not depend on the input, or a box certified
  /// whole).
  ///
  /// - Precondition: targets are classes; 0 < tolerance < 1.
  /// - Complexity: about log2(1 / tolerance) + 5 bounds, starting at the input's own radius.
  public func certifiedRadius(of index: Int, tolerance: Double = 1e-3) -> Double {
    precondition(problem.hasClasses, "a certified radius of targets that are no classes")
    return largestRadius(index, tolerance) { self.bound(index, .margin).best < 0 }
  }

  /// The largest radius, to a share of `tolerance`, at which the bound keeps the loss at or below `limit`; 0 where it
  /// is above without any perturbation.
  ///
  /// For regression with one output, `limit` = deviation^2 / 2 keeps |f - y| within a deviation.
  /// - Precondition: 0 < tolerance < 1.
  public func certifiedRadius(of index: Int, lossAtMost limit: Double, tolerance: Double = 1e-3) -> Double {
    largestRadius(index, tolerance) { self.bound(index, self.problem.loss).best <= limit }
  }

  private func largestRadius(_ index: Int, _ tolerance: Double, _ bounded: () -> Bool) -> Double {
    precondition(tolerance > 0 && tolerance < 1, "a tolerance of \(tolerance)")
    load(index, 0)
    guard bounded() else { return 0 }
    func holds(at radius: Double) -> Bool {
      functionals.setRadius(radius)
      return bounded()
    }
    var (low, high) = (0.0, problem.radii[index] > 0 ? problem.radii[index] : 1)
    // Outward until it fails, inward until it holds; a factor of 2^200 either way is the end.
    if holds(at: high) {
      repeat {
        low = high
        high *= 2
        if low > 0x1p200 { return .infinity }
      } while holds(at: high)
    } else {
      low = high
      repeat {
        high = low
        low /= 2
        if low < 0x1p-200 { return 0 }
      } while !holds(at: low)
    }
    while high - low > tolerance * low {
      let middle = (low + high) / 2
      if holds(at: middle) { low = middle } else { high = middle }
    }
    return low
  }
}
