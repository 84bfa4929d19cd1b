import LinearAlgebra
import RealModule

extension SearchWorkspace {
  /// Sets `weights` to the functional that bounds the loss in the node at hand, and returns its offset.
  func setFunctional(_ row: Int) -> Double {
    let m = hidden
    guard objective.isTogether else {
      for j in 0..<m { weights[j] = objective.rows[row, j] }
      return objective.offsets[row]
    }
    var (offset, terms) = (0.0, 0.0)
    for j in 0..<m { weights[j] = 0 }
    for r in 0..<objective.offsets.count {
      let (down, up) = range(r)
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

  /// Adds the distances of the chords from their functions, at the relaxation's maximiser, to the gaps of the neurons
  /// that they come from.
  func addChordGaps() {
    let m = hidden
    for r in 0..<chords.count {
      var (t, whole) = (objective.offsets[r], 0.0)
      for j in 0..<m {
        let v = objective.rows[r, j]
        t += v * curve.value(min(max(z[j], lower[j]), upper[j]))
        whole += abs(v) * swing(j)
      }
      let value =
        objective.kind == .partition ? Double.exp(t - objective.shift) : t * t / 2
      let line = chords[r].slope * (objective.kind == .partition ? t : t - objective.offsets[r]) + chords[r].offset
      guard whole > 0, line > value else { continue }
      for j in 0..<m { gaps[j] += (line - value) * abs(objective.rows[r, j]) * swing(j) / whole }
    }
  }

  private func swing(_ j: Int) -> Double { abs(atUpper[j] - atLower[j]) + 0.01 * (upper[j] - lower[j]) }

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
