import LinearAlgebra

extension SearchWorkspace {
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
  /// Then Shor's r-algorithm, subgradient descent in a space that is stretched along differences of subgradients
  /// (Shor 1985, Minimization Methods for Non-Differentiable Functions, section 3.2). Where the minimum stays above the
  /// aim, the maximiser becomes a mixture of those seen; see ``DualCuts``.
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
