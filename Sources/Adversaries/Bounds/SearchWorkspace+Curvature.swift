import LinearAlgebra

extension SearchWorkspace {
  /// An upper bound of row `row`'s functional in the node at hand, from its value, gradient and curvature at one point.
  ///
  /// With H at least the largest eigenvalue of its Hessian in the node, and c in the node,
  ///
  ///     f(delta) <= f(c) + g.(delta - c) + H/2 |delta - c|^2
  ///
  /// whose maximum over the set is known: over an l2 ball and H >= 0 it is eps |g - H c| + H/2 (eps^2 + |c|^2) - g.c;
  /// over intervals coordinate by coordinate at an end; over an l1 ball at a vertex; for H <= 0 the plane bounds it
  /// on every set. The bound at a local maximum equals its value where the Hessian is small enough:
  /// H eps <= |g| in l2 [derived]. The centre is the functional's largest value found, or else the relaxation's
  /// maximiser; where neither lies in the node there is no bound.
  func curvatureBound(_ row: Int) -> Double {
    guard curve.activation.isSmooth, let value = center(row) else { return .infinity }
    let curvature = curvature(row)
    guard curvature.isFinite else { return .infinity }
    var terms = abs(value)
    for j in 0..<hidden {
      let v = abs(objective.rows[row, j])
      terms += v * (0.3 + max(abs(atLower[j]), abs(atUpper[j]))) + 2 * v * functionals.size[j]
    }
    let excess = quadraticExcess(curvature)
    return value + excess + functionals.unit * (terms + abs(excess))
  }

  /// The largest eigenvalue of the functional's Hessian in the node, from above.
  func curvature(_ row: Int) -> Double {
    var coefficients = [Double](repeating: 0, count: hidden)
    for j in 0..<hidden {
      let v = objective.rows[row, j]
      guard v != 0 else { continue }
      let range = curve.curvatureRange(lower[j], upper[j])
      coefficients[j] = v > 0 ? v * range.largest : v * range.least
    }
    return curvature.largestEigenvalue(coefficients)
  }

  /// Sets `point` to a centre in the node and `gradient` to the gradient there; the value, or nil without a centre.
  private func center(_ row: Int) -> Double? {
    for i in 0..<dimension { point[i] = peaks[row].at[i] }
    if isInside() { return valueAndGradient(row) }
    point.pointer.update(from: bestDelta.pointer, count: dimension)
    project(point.pointer)
    return isInside() ? valueAndGradient(row) : nil
  }

  /// Whether `point` lies in the node.
  private func isInside() -> Bool {
    evaluate(point.pointer, slopes: false)
    for j in 0..<hidden where z[j] < lower[j] || z[j] > upper[j] { return false }
    guard splitsInputs else { return true }
    for i in 0..<dimension where point[i] < coordinateLower[i] || point[i] > coordinateUpper[i] { return false }
    return true
  }

  /// max over the set of g.(delta - c) + H/2 |delta - c|^2; infinite where it is not known.
  private func quadraticExcess(_ curvature: Double) -> Double {
    let (d, radius) = (dimension, functionals.radius)
    var along = 0.0
    for i in 0..<d { along += gradient[i] * point[i] }
    if curvature <= 0 {
      var ball = functionals.ball(radius: radius)
      if splitsInputs {
        ball = CoordinateBall(
          norm: problem.norm, dimension: d, radius: radius, lower: UnsafePointer(coordinateLower.pointer),
          upper: UnsafePointer(coordinateUpper.pointer))
      }
      return ball.support(gradient.pointer, trial.pointer) - along
    }
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
