extension ActivationCurve {
  /// max over lower <= z <= upper of side sigma(z) - slope z with side = +-1, and where it is attained.
  ///
  /// Never below the maximum but for rounding, whatever the search for the point gave: on a stretch where
  /// phi = side sigma - slope z is concave, phi(z) <= phi(p) + phi'(p) (z - p), and this tangent at the point found is
  /// what counts. Elsewhere the ends decide. `atLower` and `atUpper` are sigma at the ends.
  ///
  /// For lines above sigma: slope z + maximum >= side sigma(z) on the interval.
  @inline(__always) func conjugate(
    side: Double, slope: Double, _ lower: Double, _ upper: Double, _ atLower: Double, _ atUpper: Double
  ) -> (value: Double, at: Double) {
    var best = (value: side * atLower - slope * lower, at: lower)
    let last = side * atUpper - slope * upper
    if last > best.value { best = (last, upper) }
    switch bend {
    case .linear: break
    case .polygonal: if lower < 0, upper > 0, best.value < 0 { best = (0, 0) }
    case .convex: if side < 0 { stretch(side, slope, lower, upper, &best) }
    case .sShaped:
      if side > 0 {
        stretch(side, slope, max(lower, 0), upper, &best)
      } else {
        stretch(side, slope, lower, min(upper, 0), &best)
      }
    case .convexBetween(let c):
      if side < 0 {
        stretch(side, slope, max(lower, -c), min(upper, c), &best)
      } else {
        stretch(side, slope, lower, min(upper, -c), &best)
        stretch(side, slope, max(lower, c), upper, &best)
      }
    }
    return best
  }

  @inline(__always) private func stretch(
    _ side: Double, _ slope: Double, _ lower: Double, _ upper: Double, _ best: inout (value: Double, at: Double)
  ) {
    guard lower < upper else { return }
    let z = point(ofSlope: side * slope, lower, upper)
    let (h, s) = valueAndSlope(z)
    let rise = side * s - slope
    let value = side * h - slope * z + max(rise * (upper - z), rise * (lower - z))
    if value > best.value { best = (value, z) }
  }

  /// The line that touches the concave envelope of side sigma on [lower, upper] at `point`, from above.
  ///
  /// Minimises h(a) = max_z (side sigma(z) - a z) + a point over slopes a. h is the maximum of the straight lines
  /// a -> side sigma(z) + a (point - z); each trial is where the last one with z left of the point and the last one
  /// right of it cross: the slope of the chord between those two places. Six trials are common, and any slope gives a
  /// valid line. The tangent at the point comes first: it is the answer wherever sigma is concave enough.
  @inline(__always) func supportingLine(
    side: Double, at point: Double, _ lower: Double, _ upper: Double, _ atLower: Double, _ atUpper: Double
  ) -> (slope: Double, offset: Double) {
    var (left, right) = ((z: lower, h: side * atLower), (z: upper, h: side * atUpper))
    let here = valueAndSlope(point)
    let width = upper - lower
    if case .convex = bend, side > 0, width > 0 {
      let slope = (right.h - left.h) / width
      return (slope, conjugate(side: side, slope: slope, lower, upper, atLower, atUpper).value)
    }
    let tangent = side * here.slope
    var found = conjugate(side: side, slope: tangent, lower, upper, atLower, atUpper)
    var best = (slope: tangent, offset: found.value)
    guard width > 0 else { return best }
    var height = found.value + tangent * point
    let scale = 1e-13 * (abs(here.value) + abs(tangent) * width)
    if height <= side * here.value + scale { return best }
    var trial = tangent
    func move() {
      let h = found.value + trial * found.at
      if found.at < point { left = (found.at, h) } else { right = (found.at, h) }
    }
    if found.at != point { move() }
    for _ in 0..<24 {
      guard right.z > left.z else { break }
      trial = (right.h - left.h) / (right.z - left.z)
      found = conjugate(side: side, slope: trial, lower, upper, atLower, atUpper)
      let reached = found.value + trial * point
      if reached < height {
        height = reached
        best = (trial, found.value)
      }
      if reached <= left.h + trial * (point - left.z) + scale || found.at == point { break }
      move()
    }
    return best
  }
}
