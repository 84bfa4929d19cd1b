import LinearAlgebra
import RealModule

extension SearchWorkspace {
  /// Sets `weights` to the functional that bounds the loss in the node at hand, where each functional lies in its part
  /// of `parts`, and returns its offset; nil where there is no such point.
  ///
  /// Outside their intervals chords lie below their functions, so that a bound over more perturbations than those of
  /// the part is no worse there than the loss itself.
  func setFunctional(_ row: Int, within parts: [(lower: Double, upper: Double)]) -> Double? {
    let m = hidden
    guard objective.isTogether else {
      for j in 0..<m { weights[j] = objective.rows[row, j] }
      return objective.offsets[row]
    }
    var (offset, terms) = (0.0, 0.0)
    for j in 0..<m { weights[j] = 0 }
    for r in 0..<objective.offsets.count {
      let whole = range(r)
      let (down, up) = (max(whole.lower, parts[r].lower), min(whole.upper, parts[r].upper))
      guard down <= up else { return nil }
      ranges[r] = (down, up)
      let chord =
        objective.kind == .partition
        ? Chord.exponential(from: down, to: up, scale: objective.shift)
        : Chord.halfSquare(from: down, to: up, shift: -objective.offsets[r])
      chords[r] = chord
      offset += chord.offset
      terms += abs(chord.offset)
      for j in 0..<m {
        let weight = chord.slope * objective.rows[r, j]
        weights[j] += weight
        terms += abs(weight) * (0.3 + max(abs(atLower[j]), abs(atUpper[j])))
      }
    }
    return offset + functionals.unit * terms
  }

  /// How far the chords are from their functions at the relaxation's maximiser, and where.
  func measureChordGaps() {
    for r in chords.indices {
      var t = objective.offsets[r]
      for j in 0..<hidden { t += objective.rows[r, j] * curve.value(min(max(z[j], lower[j]), upper[j])) }
      t = min(max(t, ranges[r].lower), ranges[r].upper)
      let isPartition = objective.kind == .partition
      let value = isPartition ? Double.exp(t - objective.shift) : t * t / 2
      let line = chords[r].slope * (isPartition ? t : t - objective.offsets[r]) + chords[r].offset
      (chordGaps[r], chordPoints[r]) = (max(line - value, 0), t)
    }
  }

  /// Between which numbers row r's functional and offset lie in the node at hand: intervals, and the lines at their
  /// middles.
  func range(_ r: Int) -> (lower: Double, upper: Double) {
    func above(_ sign: Double) -> Double {
      for j in 0..<hidden { rangeWeights[j] = sign * objective.rows[r, j] }
      let interval = dual(rangeWeights.pointer, zeroSlopes.pointer)
      for j in 0..<hidden {
        let v = rangeWeights[j]
        rangeSlopes[j] = v == 0 ? 0 : abs(v) * line(v > 0 ? 1 : -1, j, lower[j] + (upper[j] - lower[j]) / 2)
      }
      return min(interval, dual(rangeWeights.pointer, rangeSlopes.pointer))
    }
    let offset = objective.offsets[r]
    let slack = functionals.unit * abs(offset)
    let up = above(1) + offset + slack
    return (min(up, offset - above(-1) - slack), up)
  }

  private func line(_ side: Double, _ j: Int, _ t: Double) -> Double {
    curve.supportingLine(
      side: side, at: min(max(t, lower[j]), upper[j]), lower[j], upper[j], atLower[j], atUpper[j]
    ).slope
  }

  /// D(alpha) for the node at hand; each neuron's own maximiser in `points`, the set's in `delta`.
  func dual(_ v: UnsafePointer<Double>, _ alpha: UnsafePointer<Double>) -> Double {
    let (m, d) = (hidden, dimension)
    var (sum, terms) = (0.0, 0.0)
    for j in 0..<m {
      let (weight, slope) = (abs(v[j]), alpha[j])
      var offset: Double
      if weight > 0 {
        let found = curve.conjugate(
          side: v[j] > 0 ? 1 : -1, slope: slope / weight, lower[j], upper[j], atLower[j], atUpper[j])
        (offset, points[j]) = (weight * found.value, found.at)
      } else {
        points[j] = slope > 0 ? lower[j] : upper[j]
        offset = -slope * points[j]
      }
      sum += offset + slope * functionals.center[j]
      terms += abs(offset) + abs(slope) * functionals.size[j] + weight * (0.3 + max(abs(atLower[j]), abs(atUpper[j])))
    }
    functionals.combination(alpha, into: direction.pointer)
    var ball = functionals.ball(radius: functionals.radius)
    if splitsInputs {
      ball = CoordinateBall(
        norm: problem.norm, dimension: d, radius: functionals.radius, lower: UnsafePointer(coordinateLower.pointer),
        upper: UnsafePointer(coordinateUpper.pointer))
    }
    return sum + ball.support(direction.pointer, delta.pointer) + functionals.unit * terms
  }

  /// The pre-activations at `delta`, in `z`.
  func preActivations() { functionals.preActivations(delta.pointer, into: z.pointer) }
}
