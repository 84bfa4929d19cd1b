import LinearAlgebra

extension SearchWorkspace {
  /// The whole set, once for every functional that is searched apart.
  func roots() -> [SearchNode] {
    let (m, d, radius) = (hidden, dimension, functionals.radius)
    var numbers = [Double](repeating: 0, count: 3 * m + 2 * d)
    for j in 0..<m { (numbers[j], numbers[m + j]) = (functionals.lower[j], functionals.upper[j]) }
    for i in 0..<d {
      let (low, high) = problem.box == nil ? (-radius, radius) : (functionals.boxLower[i], functionals.boxUpper[i])
      (numbers[3 * m + i], numbers[3 * m + d + i]) = (max(low, -radius), min(high, radius))
    }
    if objective.isTogether {
      objective.shift = 0
      if objective.kind == .partition {
        load(numbers)
        for r in 0..<objective.offsets.count { objective.shift = max(objective.shift, range(r).upper) }
      }
      let whole = objective.offsets.map { _ in (lower: -Double.infinity, upper: Double.infinity) }
      return [SearchNode(bound: .infinity, row: 0, numbers: numbers, ranges: whole)]
    }
    return (0..<objective.offsets.count).map { SearchNode(bound: .infinity, row: $0, numbers: numbers) }
  }

  /// The node with its bound, its slopes and where to split it.
  func bounded(_ parent: SearchNode, tolerance: Double) -> SearchNode {
    var node = parent
    load(node.numbers)
    guard !splitsInputs || tighten(&node) else {
      node.bound = -.infinity
      return node
    }
    let (m, d) = (hidden, dimension)
    let threshold = { self.best + tolerance }
    guard let offset = setFunctional(node.row, within: node.ranges) else {
      node.bound = -.infinity
      return node
    }
    for r in node.ranges.indices { node.ranges[r] = ranges[r] }
    // A little below the threshold, so that rounding and the slack for it do not leave a bound just above.
    let aim = objective.level(best + 0.9 * tolerance) - offset
    for j in 0..<m { slopes[j] = node.numbers[2 * m + j] }
    let value = minimizeDual(aim: aim)
    measureChordGaps()
    shareOutRest(value - aim - chordGaps.reduce(0, +))
    node.bound = min(node.bound, lossAbove(value + offset))

    // The relaxation's own maximiser, moved into the set: often near a better perturbation.
    if node.bound > -.infinity, value > -.infinity {
      point.pointer.update(from: bestDelta.pointer, count: d)
      project(point.pointer)
      let before = best
      record(point.pointer)
      if best > before + 1e-3 * tolerance { ascend(row: objective.isTogether ? nil : node.row) }
    }
    if objective.isTogether, node.bound > threshold(), curve.activation.isSmooth {
      // The chords' functional has the curvature of the network alone; from its own local maximum.
      point.pointer.update(from: bestDelta.pointer, count: d)
      project(point.pointer)
      if isInside() {
        ascend(row: Self.chordRow, steps: 40)
        node.bound = min(node.bound, lossAbove(curvatureBound(Self.chordRow) + offset))
      }
    }
    for tilt in [0, 0.5] where node.bound > threshold() {
      let above = curvatureBound(objective.isTogether ? nil : node.row, tilt: tilt)
      node.bound = min(node.bound, objective.isTogether ? above : lossAbove(above))
    }
    guard node.bound > threshold() else { return node }
    for j in 0..<m { node.numbers[2 * m + j] = bestSlopes[j] }
    chooseSplit(&node)
    return node
  }

  /// What the gaps do not explain of the bound's excess over the aim comes from slopes and multipliers that are not
  /// best yet; narrower intervals help there too, in proportion to what each slope makes of its interval.
  private func shareOutRest(_ excess: Double) {
    var (explained, whole) = (0.0, 0.0)
    for j in 0..<hidden {
      gaps[j] = max(gaps[j], 0)
      explained += gaps[j]
      whole += (abs(weights[j]) + abs(bestSlopes[j])) * (upper[j] - lower[j])
    }
    let rest = excess - explained
    guard rest > 0, whole > 0, rest.isFinite else { return }
    for j in 0..<hidden { gaps[j] += rest * (abs(weights[j]) + abs(bestSlopes[j])) * (upper[j] - lower[j]) / whole }
  }

  func load(_ numbers: [Double]) {
    let (m, d) = (hidden, dimension)
    for j in 0..<m {
      (lower[j], upper[j]) = (numbers[j], numbers[m + j])
      (atLower[j], atUpper[j]) = (curve.value(lower[j]), curve.value(upper[j]))
    }
    for i in 0..<d { (coordinateLower[i], coordinateUpper[i]) = (numbers[3 * m + i], numbers[3 * m + d + i]) }
  }

  /// Moves the loss of a bounded functional up by its own rounding.
  func lossAbove(_ t: Double) -> Double {
    guard t > -.infinity else { return -.infinity }
    let value = objective.loss(t)
    // A sum of exponentials that cannot be positive is one over no points.
    guard !value.isNaN else { return -.infinity }
    return value + functionals.unit * (abs(value) + abs(objective.shift))
  }

  /// Intervals of the pre-activations from those of the coordinates; false where the part is empty.
  private func tighten(_ node: inout SearchNode) -> Bool {
    let (m, d, radius) = (hidden, dimension, functionals.radius)
    for i in 0..<d { point[i] = min(max(0, coordinateLower[i]), coordinateUpper[i]) }
    guard problem.norm.length(point.pointer, count: d) <= radius * (1 + 1e-12) else { return false }
    for j in 0..<m {
      let w = functionals.weights.pointer + j * d
      var (middle, half) = (functionals.center[j], 0.0)
      for i in 0..<d {
        middle += w[i] * (coordinateLower[i] + coordinateUpper[i]) / 2
        half += abs(w[i]) * (coordinateUpper[i] - coordinateLower[i]) / 2
      }
      half += functionals.unit * functionals.size[j]
      lower[j] = max(lower[j], middle - half)
      upper[j] = min(upper[j], middle + half)
      guard lower[j] <= upper[j] else { return false }
      (node.numbers[j], node.numbers[m + j]) = (lower[j], upper[j])
      (atLower[j], atUpper[j]) = (curve.value(lower[j]), curve.value(upper[j]))
    }
    return true
  }

  /// The two halves of a node; `nil` where the intervals cannot be cut any more.
  func split(_ node: SearchNode) -> (SearchNode, SearchNode)? {
    var (left, right) = (node, node)
    if node.splitsRange {
      guard node.point > node.ranges[node.branch].lower, node.point < node.ranges[node.branch].upper else { return nil }
      left.ranges[node.branch].upper = node.point
      right.ranges[node.branch].lower = node.point
      return (left, right)
    }
    let (low, high) =
      splitsInputs
      ? (3 * hidden + node.branch, 3 * hidden + dimension + node.branch) : (node.branch, hidden + node.branch)
    guard node.point > node.numbers[low], node.point < node.numbers[high] else { return nil }
    left.numbers[high] = node.point
    right.numbers[low] = node.point
    return (left, right)
  }

  /// Cuts the neuron whose relaxation is furthest from it at the relaxation's maximiser, or the coordinate that has the
  /// largest part in those distances; at a kink where there is one, else near the maximiser but never close to an end.
  private func chooseSplit(_ node: inout SearchNode) {
    let (m, d) = (hidden, dimension)
    func inner(_ x: Double, _ low: Double, _ high: Double) -> Double {
      min(max(x, low + 0.25 * (high - low)), high - 0.25 * (high - low))
    }
    node.splitsRange = false
    node.branch = 0
    // A functional's interval, where the chords are further from their functions than the lines from the neurons.
    let lines = (0..<m).reduce(0) { $0 + gaps[$1] }
    if let r = chordGaps.indices.max(by: { chordGaps[$0] < chordGaps[$1] }), chordGaps.reduce(0, +) > lines {
      node.splitsRange = true
      node.branch = r
      node.point = inner(chordPoints[r], ranges[r].lower, ranges[r].upper)
      return
    }
    if splitsInputs {
      for i in 0..<d { gradient[i] = 0 }
      for j in 0..<m {
        let w = functionals.weights.pointer + j * d
        var whole = 0.0
        for i in 0..<d { whole += abs(w[i]) * (coordinateUpper[i] - coordinateLower[i]) }
        guard whole > 0 else { continue }
        for i in 0..<d { gradient[i] += gaps[j] * abs(w[i]) * (coordinateUpper[i] - coordinateLower[i]) / whole }
      }
      for i in 0..<d where gradient[i] > gradient[node.branch < d ? node.branch : 0] { node.branch = i }
      node.point = inner(bestDelta[node.branch], coordinateLower[node.branch], coordinateUpper[node.branch])
    } else {
      node.branch = 0
      for j in 0..<m where gaps[j] > gaps[node.branch] { node.branch = j }
      let (l, u) = (lower[node.branch], upper[node.branch])
      if case .polygonal = curve.bend, l < 0, u > 0 { node.point = 0 } else { node.point = inner(z[node.branch], l, u) }
    }
  }
}
