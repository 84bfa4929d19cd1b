import LinearAlgebra

extension FunctionalBounds {
  /// Upper bounds of `count` functionals, row r of `v` (m weights a row), over the current set.
  ///
  /// `intervals` by interval arithmetic, `relaxations` by lines. The lines touch the envelopes at the middle of the
  /// intervals first; each refinement moves those points to the mean of the pre-activations at the maximisers so far,
  /// steps of Frank and Wolfe's method on the sum of the envelopes, whose gap the bound contains. The least bound of
  /// all rounds counts.
  /// - Complexity: 2 (2 rounds - 1) q m d operations in matrix products and 2 q m lines a round; no allocation.
  func bounds(
    of v: UnsafePointer<Double>, count q: Int, refinements: Int, intervals: UnsafeMutablePointer<Double>,
    relaxations: UnsafeMutablePointer<Double>
  ) {
    precondition(q <= capacity, "\(q) functionals, room for \(capacity)")
    let (m, d) = (hidden, dimension)
    let w = MatrixView(weights.pointer, rows: m, columns: d)
    let (slopes, points) = (slopes.view(rows: q, columns: m), points.view(rows: q, columns: m))
    let (directions, maximizers) = (directions.view(rows: q, columns: d), maximizers.view(rows: q, columns: d))
    let ball = ball(radius: radius)
    for r in 0..<q {
      intervals[r] = intervalBound(v + r * m)
      relaxations[r] = .infinity
    }
    middleLines()
    for round in 0...max(refinements, 0) {
      for r in 0..<q {
        relax(v + r * m, first: round == 0, points.row(r), into: slopes.row(r))
      }
      directions.multiply(slopes.readOnly, .no, w)
      for r in 0..<q {
        let offset = offset(v + r * m, slopes.row(r))
        relaxations[r] = min(relaxations[r], offset + ball.support(directions.row(r), maximizers.row(r)))
      }
      guard round < refinements else { break }
      // The mean of the pre-activations at the maximisers, with weights that favour the later ones as 2, 3, 4, ...
      let weight = 2 / Double(round + 2)
      if round == 0 { points.fill(0) }
      points.multiply(maximizers.readOnly, .no, w, .yes, alpha: weight, beta: 1 - weight)
      if weight < 1 {
        for r in 0..<q { for j in 0..<m { points[r, j] += weight * center[j] } }
      } else {
        for r in 0..<q { for j in 0..<m { points[r, j] += center[j] } }
      }
    }
  }

  /// D(0): sum_j max over the interval of v_j sigma.
  func intervalBound(_ v: UnsafePointer<Double>) -> Double {
    var (sum, terms) = (0.0, 0.0)
    for j in 0..<hidden where v[j] != 0 {
      let found = curve.conjugate(
        side: v[j] > 0 ? 1 : -1, slope: 0, lower[j], upper[j], atLower[j], atUpper[j])
      let term = abs(v[j]) * found.value
      sum += term
      terms += abs(term)
    }
    return sum + unit * terms
  }

  /// The lines of every neuron at the middle of its interval: slope above, slope below.
  private func middleLines() {
    for j in 0..<hidden {
      let t = lower[j] + (upper[j] - lower[j]) / 2
      lines[2 * j] = curve.supportingLine(side: 1, at: t, lower[j], upper[j], atLower[j], atUpper[j]).slope
      lines[2 * j + 1] = -curve.supportingLine(side: -1, at: t, lower[j], upper[j], atLower[j], atUpper[j]).slope
    }
  }

  private func relax(
    _ v: UnsafePointer<Double>, first: Bool, _ points: UnsafePointer<Double>, into slopes: UnsafeMutablePointer<Double>
  ) {
    for j in 0..<hidden {
      if first {
        slopes[j] = v[j] * lines[2 * j + (v[j] > 0 ? 0 : 1)]
      } else if v[j] == 0 {
        slopes[j] = 0
      } else {
        let t = min(max(points[j], lower[j]), upper[j])
        slopes[j] = abs(v[j]) * curve.supportingLine(
          side: v[j] > 0 ? 1 : -1, at: t, lower[j], upper[j], atLower[j], atUpper[j]).slope
      }
    }
  }

  /// D(alpha) without the support: offsets, alpha.z0, and the slack for all roundings.
  private func offset(_ v: UnsafePointer<Double>, _ slopes: UnsafePointer<Double>) -> Double {
    var (sum, terms) = (0.0, 0.0)
    for j in 0..<hidden {
      let (weight, slope) = (abs(v[j]), slopes[j])
      var offset = max(-slope * lower[j], -slope * upper[j])
      if weight > 0 {
        offset = weight * curve.conjugate(
          side: v[j] > 0 ? 1 : -1, slope: slope / weight, lower[j], upper[j], atLower[j], atUpper[j]).value
      }
      sum += offset + slope * center[j]
      terms += abs(offset) + abs(slope) * size[j] + weight * height(j)
    }
    return sum + unit * terms
  }

  /// A bound of |sigma| over the interval of neuron j: SiLU and GELU dip to -0.28 and -0.17 between their zeros.
  @inline(__always) func height(_ j: Int) -> Double { 0.3 + max(abs(atLower[j]), abs(atUpper[j])) }
}
