import LinearAlgebra
import Networks

/// What the search for one input's maximum works with: the loss, the best perturbation so far, and room for one node.
final class SearchWorkspace {
  let problem: AttackProblem
  let functionals: FunctionalBounds
  let curve: ActivationCurve
  let set: PerturbationSet<Double>
  let hidden, dimension, outputs: Int
  /// Whether parts are cut by inputs rather than by pre-activations: fewer nodes where inputs are few, more where
  /// there are as many as neurons [measured].
  let splitsInputs: Bool
  var objective: SearchObjective
  private(set) var target: [Double] = []
  private(set) var best = -Double.infinity
  private(set) var maximizer: [Double] = []
  /// For each functional that is searched apart, the largest value found and where: centres for bounds by curvature.
  var peaks: [(value: Double, at: [Double])] = []

  /// The node at hand: intervals of pre-activations, sigma at their ends, intervals of coordinates.
  let lower, upper, atLower, atUpper, coordinateLower, coordinateUpper: Buffer<Double>
  /// Slopes, the best of them, where each neuron's own maximum is, the functional, its gaps.
  let slopes, bestSlopes, points, weights, gaps: Buffer<Double>
  /// W^T alpha, its maximiser, the best maximiser.
  let direction, delta, bestDelta: Buffer<Double>
  /// For the ascent and the evaluation of the network: pre-activations, sigma, sigma', outputs, points and gradients.
  let z, activations, derivatives, outputValues, outputSlopes: Buffer<Double>
  let point, trial, gradient, scratch: Buffer<Double>
  /// For bounds of single functionals.
  let rangeWeights, rangeSlopes, zeroSlopes: Buffer<Double>
  /// For the descent on the dual.
  let space, oldSubgradient, newSubgradient, stretched, descent: Buffer<Double>
  /// The chords of the node at hand, one for each functional that is searched together with others.
  var chords: [Chord] = []
  /// Between which numbers their functionals lie there.
  var ranges: [(lower: Double, upper: Double)] = []
  var chordGaps: [Double] = []
  var chordPoints: [Double] = []
  /// The row that stands for the functional in `weights`.
  static let chordRow = -1
  let cuts: DualCuts
  /// The conjugates of the neurons at the best slopes.
  let heights: Buffer<Double>
  let curvature: CurvatureBound

  init(_ problem: AttackProblem, _ functionals: FunctionalBounds) {
    self.problem = problem
    self.functionals = functionals
    curve = functionals.curve
    let (m, d, k) = (functionals.hidden, functionals.dimension, functionals.outputs)
    (hidden, dimension, outputs) = (m, d, k)
    set = PerturbationSet(norm: problem.norm, dimension: d, box: problem.box)
    if case .polygonal = functionals.curve.bend { splitsInputs = false } else { splitsInputs = d <= 2 || 2 * d <= m }
    objective = SearchObjective(
      problem.loss, outputWeights: problem.network.outputWeights, target: Array(problem.targets.row(0)))
    lower = Buffer(count: m)
    upper = Buffer(count: m)
    atLower = Buffer(count: m)
    atUpper = Buffer(count: m)
    coordinateLower = Buffer(count: d)
    coordinateUpper = Buffer(count: d)
    slopes = Buffer(count: m)
    bestSlopes = Buffer(count: m)
    points = Buffer(count: m)
    weights = Buffer(count: m)
    gaps = Buffer(count: m)
    direction = Buffer(count: d)
    delta = Buffer(count: d)
    bestDelta = Buffer(count: d)
    z = Buffer(count: m)
    activations = Buffer(count: m)
    derivatives = Buffer(count: m)
    outputValues = Buffer(count: k)
    outputSlopes = Buffer(count: k)
    point = Buffer(count: d)
    trial = Buffer(count: d)
    gradient = Buffer(count: d)
    scratch = Buffer(count: set.scratchCount)
    rangeWeights = Buffer(count: m)
    rangeSlopes = Buffer(count: m)
    zeroSlopes = Buffer(count: m)
    space = Buffer(count: m * m)
    oldSubgradient = Buffer(count: m)
    newSubgradient = Buffer(count: m)
    stretched = Buffer(count: m)
    descent = Buffer(count: m)
    cuts = DualCuts(hidden: m, dimension: d)
    heights = Buffer(count: m)
    curvature = CurvatureBound(functionals)
  }

  /// Takes the input that `functionals` holds, and finds local maxima from zero, both branches of every functional and
  /// the starts given.
  func begin(target: [Double], starts: [[Double]], ascends: Bool = true) {
    self.target = target
    objective = SearchObjective(
      problem.loss, outputWeights: problem.network.outputWeights, target: target)
    best = -.infinity
    maximizer = [Double](repeating: 0, count: dimension)
    chords = objective.isTogether ? objective.offsets.map { _ in Chord(slope: 0, offset: 0) } : []
    ranges = chords.map { _ in (0, 0) }
    chordGaps = chords.map { _ in 0 }
    chordPoints = chordGaps
    peaks = objective.offsets.map { _ in (-.infinity, maximizer) }
    for start in [maximizer] + starts {
      precondition(start.count == dimension, "a start of \(start.count) elements for \(dimension) inputs")
      point.pointer.update(from: start, count: dimension)
      project(point.pointer)
      record(point.pointer)
    }
    guard ascends else { return }
    if objective.isTogether {
      for start in [[Double](repeating: 0, count: dimension)] + starts {
        point.pointer.update(from: start, count: dimension)
        project(point.pointer)
        ascend(row: nil)
      }
    } else {
      for r in 0..<objective.offsets.count {
        for start in [[Double](repeating: 0, count: dimension)] + starts {
          point.pointer.update(from: start, count: dimension)
          project(point.pointer)
          ascend(row: r)
        }
      }
    }
  }

  func project(_ delta: UnsafeMutablePointer<Double>) {
    set.project(delta, around: functionals.input.pointer, radius: functionals.radius, scratch: scratch.pointer)
  }

  /// The loss at a perturbation, kept where it is the largest so far; likewise the values of the functionals.
  @discardableResult func record(_ delta: UnsafePointer<Double>) -> Double {
    evaluate(delta, slopes: false)
    for c in 0..<outputs {
      outputValues[c] = (0..<hidden).reduce(0) { $0 + functionals.outputWeights[c * hidden + $1] * activations[$1] }
    }
    let value = target.withUnsafeBufferPointer {
      problem.loss.value(UnsafePointer(outputValues.pointer), $0.baseAddress!, outputs: outputs)
    }
    if value > best {
      best = value
      for i in 0..<dimension { maximizer[i] = delta[i] }
    }
    guard !objective.isTogether else { return value }
    for r in 0..<peaks.count {
      let value = functional(r)
      if value > peaks[r].value {
        peaks[r].value = value
        for i in 0..<dimension { peaks[r].at[i] = delta[i] }
      }
    }
    return value
  }

  /// z, sigma and on demand sigma' at a perturbation.
  func evaluate(_ delta: UnsafePointer<Double>, slopes: Bool) {
    functionals.preActivations(delta, into: z.pointer)
    for j in 0..<hidden {
      let (value, slope) = curve.valueAndSlope(z[j])
      activations[j] = value
      if slopes { derivatives[j] = slope }
    }
  }

  /// The functional of row r, with its offset, from the activations at hand.
  func functional(_ r: Int) -> Double {
    var sum = r < 0 ? 0 : objective.offsets[r]
    for j in 0..<hidden { sum += weight(r, j) * activations[j] }
    return sum
  }

  /// The weight of neuron j in a functional.
  @inline(__always) func weight(_ row: Int, _ j: Int) -> Double { row < 0 ? weights[j] : objective.rows[row, j] }
}
