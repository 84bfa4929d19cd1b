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
    for i in 0..<d { direction[i] = 0 }
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
      guard slope != 0 else { continue }
      let w = functionals.weights.pointer + j * d
      for i in 0..<d { direction[i] += slope * w[i] }
    }
    var ball = functionals.ball(radius: functionals.radius)
    if splitsInputs {
      ball = CoordinateBall(
        norm: problem.norm, dimension: d, radius: functionals.radius, lower: UnsafePointer(coordinateLower.pointer),
        upper: UnsafePointer(coordinateUpper.pointer))
    }
    return sum + ball.support(direction.pointer, delta.pointer) + functionals.unit * terms
  }

  /// The pre-activations at `delta`, in `z`.
  private func preActivations() {
    for j in 0..<hidden {
      let w = functionals.weights.pointer + j * dimension
      var sum = functionals.center[j]
      for i in 0..<dimension { sum += w[i] * delta[i] }
      z[j] = sum
    }
  }

  /// D at `slopes`, kept as a cut; as the best where it is the least so far.
  private func tryDual(_ least: inout Double) -> Double {
    let value = dual(weights.pointer, slopes.pointer)
    preActivations()
    cuts.add(value: value, slopes: slopes.pointer, at: delta.pointer) { z[$0] - points[$0] }
    guard value < least else { return value }
    least = value
    bestSlopes.pointer.update(from: slopes.pointer, count: hidden)
    bestDelta.pointer.update(from: delta.pointer, count: dimension)
    for j in 0..<hidden { heights[j] = weights[j] * curve.value(points[j]) - slopes[j] * points[j] }
    return value
  }

  /// How far each neuron's line with the best slopes lies above it at the maximiser.
  private func measureGaps() {
    delta.pointer.update(from: bestDelta.pointer, count: dimension)
    preActivations()
    for j in 0..<hidden {
      let at = min(max(z[j], lower[j]), upper[j])
      gaps[j] = heights[j] + bestSlopes[j] * at - weights[j] * curve.value(at)
    }
  }

  /// Makes D small, to `aim` or below; the least value found, with its slopes in `bestSlopes`, its maximiser in
  /// `bestDelta`, z there in `z` and each neuron's gap there in `gaps`.
  ///
  /// The parent's slopes first, then, twice, lines that touch the envelopes at the maximiser just found; where those
  /// points lie in the node the envelopes' sum there is a lower bound of D, and the search ends if it exceeds the aim.
  /// Where the minimum stays above the aim, the maximiser becomes a mixture of those seen; see ``DualCuts``. Then Shor's r-algorithm, subgradient descent in a space that is stretched along differences of subgradients
  /// (Shor 1985, Minimization Methods for Non-Differentiable Functions, section 3.2).
  func minimizeDual(aim: Double, steps: Int = 100) -> Double {
    var least = Double.infinity
    cuts.clear()
    for round in 0..<3 {
      _ = tryDual(&least)
      if least <= aim { break }
      guard round < 2 else { break }
      var (envelopes, inside) = (0.0, true)
      for j in 0..<hidden {
        let v = weights[j]
        if z[j] < lower[j] || z[j] > upper[j] { inside = false }
        guard v != 0 else {
          slopes[j] = 0
          continue
        }
        let touch = curve.supportingLine(
          side: v > 0 ? 1 : -1, at: min(max(z[j], lower[j]), upper[j]), lower[j], upper[j], atLower[j], atUpper[j])
        slopes[j] = abs(v) * touch.slope
        envelopes += abs(v) * (touch.offset + touch.slope * z[j])
      }
      if inside, envelopes > aim + 0.05 * (least - aim) {
        _ = tryDual(&least)
        break
      }
      if round == 1, least > aim {
        _ = tryDual(&least)
        if least > aim { stretchedDescent(aim: aim, steps: steps, &least) }
        if least > aim {
          cuts.mixture(
            best: least, slopes: bestSlopes.pointer, scale: least - aim, into: bestDelta.pointer
          ) { 1 / (upper[$0] - lower[$0] + 1e-12) }
        }
        break
      }
    }
    measureGaps()
    return least
  }

  private func stretchedDescent(aim: Double, steps: Int, _ least: inout Double) {
    let m = hidden
    // The space's matrix B, m x m, the subgradients g and g', directions.
    let (b, old, new) = (space.pointer, oldSubgradient.pointer, newSubgradient.pointer)
    let (p, way) = (stretched.pointer, descent.pointer)
    for i in 0..<m * m { b[i] = 0 }
    for j in 0..<m {
      b[j * m + j] = 1 / (upper[j] - lower[j] + 0.03 * (functionals.upper[j] - functionals.lower[j]) + 1e-12)
    }
    func subgradient(_ g: UnsafeMutablePointer<Double>) { for j in 0..<m { g[j] = z[j] - points[j] } }
    /// p = B^T g, scaled to length 1; its length.
    func stretch(_ g: UnsafePointer<Double>) -> Double {
      var square = 0.0
      for j in 0..<m {
        var sum = 0.0
        for i in 0..<m { sum += b[i * m + j] * g[i] }
        p[j] = sum
        square += sum * sum
      }
      let length = square.squareRoot()
      if length > 0 { for j in 0..<m { p[j] /= length } }
      return length
    }
    slopes.pointer.update(from: bestSlopes.pointer, count: m)
    var value = tryDual(&least)
    subgradient(old)
    var step = 0.0
    var count = 0
    while count < steps {
      let length = stretch(old)
      guard length > 0, length.isFinite else { break }
      if step == 0 { step = (value - aim) / length }
      if step * length < 1e-5 * (least - aim) { break }
      for i in 0..<m {
        var sum = 0.0
        for j in 0..<m { sum += b[i * m + j] * p[j] }
        way[i] = sum
      }
      var trials = 0
      var along = 0.0
      repeat {
        for i in 0..<m { slopes[i] -= step * way[i] }
        value = tryDual(&least)
        if least <= aim { return }
        subgradient(new)
        along = 0
        for i in 0..<m { along += new[i] * way[i] }
        count += 1
        trials += 1
        if trials > 1 { step *= 1.3 }
      } while along > 0 && count < steps && trials < 12
      if trials == 1 { step *= 0.8 }
      for i in 0..<m { old[i] = new[i] - old[i] }
      if stretch(old) > 0 {
        for i in 0..<m {
          var sum = 0.0
          for j in 0..<m { sum += b[i * m + j] * p[j] }
          for j in 0..<m { b[i * m + j] -= 0.6 * sum * p[j] }
        }
      }
      old.update(from: new, count: m)
    }
  }
}
