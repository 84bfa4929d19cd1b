import LinearAlgebra

extension SearchWorkspace {
  /// An upper bound in the node, from value, gradient and curvature at one point: of row `row`'s functional, or of the
  /// loss itself for nil.
  ///
  /// With H at least the largest eigenvalue of the Hessian in the node, and c in the node,
  ///
  ///     f(delta) <= f(c) + g.d + H/2 |d|^2,   d = delta - c
  ///
  /// whose maximum over the set is known: over an l2 ball and H >= 0 it is eps |g - H c| + H/2 (eps^2 + |c|^2) - g.c;
  /// over intervals coordinate by coordinate at an end; over an l1 ball at a vertex; for H <= 0 the plane bounds it
  /// on every set. The bound at a local maximum equals its value where the Hessian is small enough:
  /// H eps <= |g| in l2 [derived].
  ///
  /// A share `tilt` of the gradient may go into the Hessian. Let u = g / |g|, s = -u.d, k = support(g) - g.c, and
  /// s + k/|g| <= p in the node. s + k/|g| >= 0 everywhere in the set, hence
  ///
  ///     g.d = -|g| s <= k - (|g| / p) (s + k/|g|)^2 <= k + 2 k^2 / (|g| p) - (|g| / p) (u.d)^2,
  ///
  /// which takes (2 tilt |g| / p) u u^T off the Hessian: losses that bend upward along their gradient, as squares do,
  /// are bounded by their curvature across it once p is small [derived].
  ///
  /// The centre is the largest value found, or else the relaxation's maximiser; where neither lies in the node there is
  /// no bound.
  func curvatureBound(_ row: Int?, tilt: Double = 0) -> Double {
    guard curve.activation.isSmooth, let value = center(row) else { return .infinity }
    var (matrix, spread) = middle(row)
    var terms = abs(value)
    var extra = 0.0
    for j in 0..<hidden {
      let v = row.map { abs(weight($0, j)) } ?? lossWeight(j)
      terms += v * (0.3 + max(abs(atLower[j]), abs(atUpper[j]))) + 2 * v * functionals.size[j]
    }
    if tilt > 0 {
      // g = W^T a; first a alone, in `descent`.
      var (along, reach, square) = (0.0, 0.0, 0.0)
      for j in 0..<hidden {
        let a = neuronSlope(row, j)
        descent[j] = a
        reach += abs(a) * (upper[j] - lower[j])
      }
      for i in 0..<dimension {
        along += gradient[i] * point[i]
        square += gradient[i] * gradient[i]
      }
      let length = square.squareRoot()
      guard length > 0 else { return .infinity }
      let rest = max(ballAtHand().support(gradient.pointer, trial.pointer) - along, 0) + functionals.unit * terms
      let width = (reach + rest + functionals.unit * terms) / length
      guard width > 0 else { return .infinity }
      extra = tilt * (rest + 2 * rest * rest / (length * width))
      let share = 2 * tilt / (length * width)
      for i in 0..<hidden { for j in 0..<hidden { matrix[i, j] -= share * descent[i] * descent[j] } }
      for i in 0..<dimension { gradient[i] *= 1 - tilt }
    }
    let curvature = curvature.largestEigenvalue(matrix, spread: spread)
    guard curvature.isFinite else { return .infinity }
    let excess = quadraticExcess(curvature) + extra
    return value + excess + functionals.unit * (terms + abs(excess))
  }

  /// The matrix M for which the Hessian is at most W^T M W in the node, and how far in the Frobenius norm it may be
  /// off.
  ///
  /// A functional's Hessian is W^T diag(v_j sigma''(z_j)) W. That of a loss l(t) of functionals t = A sigma(W x) is
  ///
  ///     W^T [diag((A^T l')_j sigma''(z_j)) + diag(sigma') A^T l'' A diag(sigma')] W
  ///
  /// with every factor in an interval: the first part at its largest, the second at the middle with a radius.
  func middle(_ row: Int?) -> (matrix: Matrix<Double>, spread: Double) {
    let m = hidden
    var matrix = Matrix<Double>(rows: m, columns: m)
    if let row {
      for j in 0..<m {
        let v = weight(row, j)
        guard v != 0 else { continue }
        let range = curve.curvatureRange(lower[j], upper[j])
        matrix[j, j] = v > 0 ? v * range.largest : v * range.least
      }
      return (matrix, 0)
    }
    let q = objective.offsets.count
    // l' between `low` and `high`, and half of their distance.
    var (low, high) = (ranges.map(\.lower), ranges.map(\.upper))
    if objective.kind == .partition {
      var (least, largest) = (1.0, 1.0)
      let top = max(0, high.max()!)
      (least, largest) = (Double.exp(-top), Double.exp(-top))
      let (down, up) = (low.map { Double.exp($0 - top) }, high.map { Double.exp($0 - top) })
      for r in 0..<q { (least, largest) = (least + down[r], largest + up[r]) }
      for r in 0..<q {
        low[r] = down[r] / max(largest - up[r] + down[r], 1e-300)
        high[r] = up[r] / max(least - down[r] + up[r], 1e-300)
      }
    }
    let (mean, half) = (zip(low, high).map { ($0 + $1) / 2 }, zip(low, high).map { ($1 - $0) / 2 })
    func second(_ r: Int, _ s: Int) -> (Double, Double) {
      guard objective.kind == .partition else { return (r == s ? 1 : 0, 0) }
      let product = mean[r] * mean[s]
      let radius = half[r] * mean[s] + mean[r] * half[s] + half[r] * half[s]
      return r == s ? (mean[r] - product, half[r] + radius) : (-product, radius)
    }
    var spread = 0.0
    let slopes = (0..<m).map { curve.slopeRange(lower[$0], upper[$0]) }
    for i in 0..<m {
      let (si, ei) = ((slopes[i].least + slopes[i].largest) / 2, (slopes[i].largest - slopes[i].least) / 2)
      for j in 0..<m {
        let (sj, ej) = ((slopes[j].least + slopes[j].largest) / 2, (slopes[j].largest - slopes[j].least) / 2)
        var (value, radius) = (0.0, 0.0)
        for r in 0..<q {
          for s in 0..<q {
            let (a, e) = second(r, s)
            let factor = objective.rows[r, i] * objective.rows[s, j]
            value += factor * a
            radius += abs(factor) * e
          }
        }
        matrix[i, j] = value * si * sj
        let off = (abs(si) + ei) * (abs(sj) + ej) * (abs(value) + radius) - abs(value * si * sj)
        spread += off * off
      }
      var (down, up) = (0.0, 0.0)
      for r in 0..<q {
        let v = objective.rows[r, i]
        (down, up) = (down + min(v * low[r], v * high[r]), up + max(v * low[r], v * high[r]))
      }
      let range = curve.curvatureRange(lower[i], upper[i])
      matrix[i, i] += max(down * range.least, down * range.largest, up * range.least, up * range.largest)
    }
    return (matrix, spread.squareRoot() * (1 + 1e-12))
  }

  /// d f / d z_j at the centre, whose sigma' and outputs' slopes are at hand.
  private func neuronSlope(_ row: Int?, _ j: Int) -> Double {
    if let row { return weight(row, j) * derivatives[j] }
    var weight = 0.0
    for c in 0..<outputs { weight += outputSlopes[c] * functionals.outputWeights[c * hidden + j] }
    return weight * derivatives[j]
  }

  /// The sum of |d loss / d f_c| |V_cj|, for the rounding of a loss.
  private func lossWeight(_ j: Int) -> Double {
    var weight = 0.0
    for c in 0..<outputs { weight += (1 + abs(outputSlopes[c])) * abs(functionals.outputWeights[c * hidden + j]) }
    return weight
  }

  /// Sets `point` to a centre in the node and `gradient` to the gradient there; the value, or nil without a centre.
  private func center(_ row: Int?) -> Double? {
    // Of the chords' functional the point at hand.
    if row == Self.chordRow { return isInside() ? valueAndGradient(row) : nil }
    for i in 0..<dimension { point[i] = row.map { peaks[$0].at[i] } ?? maximizer[i] }
    if isInside() { return valueAndGradient(row) }
    point.pointer.update(from: bestDelta.pointer, count: dimension)
    project(point.pointer)
    return isInside() ? valueAndGradient(row) : nil
  }

  /// Whether `point` lies in the node.
  func isInside() -> Bool {
    evaluate(point.pointer, slopes: false)
    for j in 0..<hidden where z[j] < lower[j] || z[j] > upper[j] { return false }
    guard splitsInputs else { return true }
    for i in 0..<dimension where point[i] < coordinateLower[i] || point[i] > coordinateUpper[i] { return false }
    return true
  }

  /// The set, cut to the node's coordinates.
  func ballAtHand() -> CoordinateBall {
    guard splitsInputs else { return functionals.ball(radius: functionals.radius) }
    return CoordinateBall(
      norm: problem.norm, dimension: dimension, radius: functionals.radius,
      lower: UnsafePointer(coordinateLower.pointer), upper: UnsafePointer(coordinateUpper.pointer))
  }

  /// max over the set of g.(delta - c) + H/2 |delta - c|^2, or more.
  private func quadraticExcess(_ curvature: Double) -> Double {
    let (d, radius) = (dimension, functionals.radius)
    var along = 0.0
    for i in 0..<d { along += gradient[i] * point[i] }
    if curvature <= 0 { return ballAtHand().support(gradient.pointer, trial.pointer) - along }
    switch problem.norm {
    case .linf:
      var sum = 0.0
      for i in 0..<d {
        let (down, up) =
          splitsInputs || problem.box == nil
          ? (splitsInputs ? coordinateLower[i] : -radius, splitsInputs ? coordinateUpper[i] : radius)
          : (max(-radius, functionals.boxLower[i]), min(radius, functionals.boxUpper[i]))
        let (a, b) = (down - point[i], up - point[i])
        sum += max(a * (gradient[i] + curvature / 2 * a), b * (gradient[i] + curvature / 2 * b))
      }
      return sum
    case .l2:
      // The ball alone holds the set, with a box too.
      var (tilted, square) = (0.0, 0.0)
      for i in 0..<d {
        let t = gradient[i] - curvature * point[i]
        tilted += t * t
        square += point[i] * point[i]
      }
      return radius * tilted.squareRoot() + curvature / 2 * (radius * radius + square) - along
    case .l1:
      var (largest, square) = (-Double.infinity, 0.0)
      for i in 0..<d {
        largest = max(largest, abs(gradient[i] - curvature * point[i]))
        square += point[i] * point[i]
      }
      return radius * largest + curvature / 2 * (radius * radius + square) - along
    }
  }
}
