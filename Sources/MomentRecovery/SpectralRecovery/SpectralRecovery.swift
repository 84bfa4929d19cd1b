import Datasets
import LinearAlgebra
import Randomness

/// Recovers the network y = A sigma(W x) + noise from its samples, x symmetric, by moments and spectra.
///
/// 1. First moments, the number of neurons, coordinates x~ and y~ (``FirstMoments``, ``NeuronCount``, ``Whitening``).
/// 2. The matrix T of the pure-neuron detector in a second pass (``DetectorMatrix``) and its null space.
/// 3. The directions z_i by joint diagonalisation of the null space, then polished.
/// 4. Signs from mean(z_i . y~) > 0; w_i = C^{-1} E[x (z_i . y~)] / beta, A = L_y^+ Z^{-1}; |w_i| = 1.
///
/// ```swift
/// let result = try SpectralRecovery(SpectralSettings(neurons: .count(10))).recover(samples)
/// print(result.network.hidden, result.gap ?? .infinity)
/// ```
///
/// A result is returned for data of any kind: whether the network is to be believed follows from the numbers beside it.
/// The settings' seed decides everything; the same bits for any number of threads.
///
/// Source: Ge, Kuditipudi, Li, Wang, ICLR 2019, algorithms 1 to 4; coordinates, joint diagonalisation and polish are
/// derived. ``SpectralSettings/literal`` is the paper's form.
public struct SpectralRecovery: Sendable {
  public let settings: SpectralSettings

  public init(_ settings: SpectralSettings = SpectralSettings()) { self.settings = settings }

  private var random: RandomStream { RandomStream(seed: settings.seed) }

  /// - Throws: ``SpectralError`` where the sizes or the first moments leave nothing to recover, ``MomentError`` for
  ///   samples that are not finite; what reading throws.
  /// - Complexity: two passes, three when k is to be found, of n d^2 k^2 / 2 operations in all; O(k^6) for the null
  ///   space.
  public func recover(_ samples: some SampleSource) throws -> SpectralResult { try run(samples, near: nil) }

  /// Recovers from other samples a network that is known to be near `network`, for instance from a bootstrap sample.
  ///
  /// k is that of `network`, whose z_i are the only start of the diagonalisation.
  /// - Throws: as ``recover(_:)``.
  public func recover(_ samples: some SampleSource, near network: ReLUNetwork) throws -> SpectralResult {
    precondition(
      network.inputs == samples.inputs && network.outputs == samples.outputs,
      "a network \(network.inputs) -> \(network.outputs) for samples \(samples.inputs) -> \(samples.outputs)")
    return try run(samples, near: network)
  }

  private func run(_ samples: some SampleSource, near network: ReLUNetwork?) throws -> SpectralResult {
    guard settings.slope > -1 && settings.slope < 1 else { throw SpectralError.slope(settings.slope) }
    guard settings.splits else { return try run(first: samples, second: nil, near: network) }
    let halves = samples.halves(random: random.split(0))
    return try run(first: halves.first, second: halves.second, near: network)
  }

  /// - Parameters:
  ///   - samples: those from which the z_i come.
  ///   - second: those from which W comes then, if others.
  private func run(
    first samples: some SampleSource, second: SelectedSamples?, near network: ReLUNetwork?
  ) throws -> SpectralResult {
    let (d, l) = (samples.inputs, samples.outputs)
    if case .count(let asked) = settings.neurons, asked < 1 || asked > min(d, l) {
      throw SpectralError.neurons(asked: asked, most: min(d, l))
    }
    guard min(samples.count, second?.count ?? samples.count) > d + l else {
      throw SpectralError.tooFewSamples(count: samples.count, needed: d + l + 1)
    }
    let moments = try FirstMoments(of: samples)
    let whitening = try Whitening(moments)
    guard whitening.rank > 0 else { throw SpectralError.noLinearPart }

    var choice: NeuronCount?
    let asked: Int
    switch (network, settings.neurons) {
    case (let network?, _): asked = network.neurons
    case (nil, .count(let count)): asked = count
    case (nil, .automatic):
      let found = try NeuronCount(of: samples, moments: moments, random: random.split(1))
      guard found.neurons > 0 else { throw SpectralError.noLinearPart }
      (choice, asked) = (found, found.neurons)
    }
    let k = min(asked, whitening.rank)
    // Fewer leave T a null space of more than k dimensions, whatever the network.
    let count = samples.count + (second?.count ?? 0)
    guard count > SymmetricVector.count(order: k) else {
      throw SpectralError.tooFewSamples(count: count, needed: SymmetricVector.count(order: k) + 1)
    }
    let (coordinates, back) =
      settings.whitens ? whitening.coordinates(neurons: k) : try whitening.plain(moments, neurons: k)

    let detector = try DetectorMatrix(of: samples, coordinates: coordinates, slope: settings.slope)
    let nullSpace = try NullSpace(of: detector.matrix, dimension: k, random: random.split(2))
    var found = try diagonalize(nullSpace, start: network.flatMap { Self.directions(of: $0, in: coordinates) })
    var polished: Int?
    if settings.polishes {
      let polish = try NeuronPolish(detector.matrix, from: found.directions)
      (found.directions, polished) = (polish.directions, polish.moved)
    }

    let last = try second.map { try FirstMoments(of: $0) } ?? moments
    let roots = try second == nil ? whitening : Whitening(last)
    let signs = Self.signs(found.directions, coordinates, last)
    let directions = Matrix(rows: k, columns: k) { found.directions[$0, $1] * signs.signs[$0] }
    let detectors = directions * coordinates.outputMap
    let recovered = try Self.network(
      directions, back: back, cross: Matrix.product(last.cross, .no, detectors, .yes), roots, slope: settings.slope)
    let largest = max(nullSpace.largest, Double.leastNormalMagnitude)
    return SpectralResult(
      network: recovered, directions: directions, detectors: detectors, coordinates: coordinates, moments: last,
      choice: choice, neuronsAsked: asked, crossSingularValues: whitening.svd.singularValues, nullSpace: nullSpace,
      joint: found.joint, draws: found.draws, complexDraws: found.complexDraws,
      detectorValues: (0..<k).map { i in
        let value = detector.value(at: Array(directions.row(i)))
        return Double.norm2(value.count, value) / largest
      },
      polished: polished, signMargins: signs.margins, inputCondition: Self.finite(whitening.inputCondition),
      outputCondition: Self.finite(try SVD(recovered.output).conditionNumber),
      hiddenCondition: Self.finite(try SVD(recovered.hidden).conditionNumber),
      directionsCondition: Self.finite(try SVD(directions).conditionNumber))
  }

  private static func finite(_ x: Double) -> Double? { x.isFinite ? x : nil }
}

extension SpectralRecovery {
  private struct Diagonal {
    var directions: Matrix<Double>
    var joint: JointDiagonalization?
    var draws = 0, complexDraws = 0
  }

  private func diagonalize(_ space: NullSpace, start: Matrix<Double>?) throws -> Diagonal {
    guard space.dimension > 1 else { return Diagonal(directions: .identity(1)) }
    let stream = random.split(3)
    if case .pencil(let draws) = settings.diagonalization, start == nil {
      let pencil = try Pencil(
        span: JointDiagonalization.matrices(space.basis), limit: max(1, draws), candidates: 1, random: stream)
      return Diagonal(directions: pencil.directions, draws: pencil.draws, complexDraws: pencil.complexDraws)
    }
    var starts = 1
    if case .joint(let limit) = settings.diagonalization { starts = max(1, limit) }
    let joint = try JointDiagonalization(of: space.basis, starts: starts, random: stream, from: start)
    return Diagonal(
      directions: joint.directions, joint: joint, draws: joint.draws, complexDraws: joint.complexDraws)
  }

  /// The unit rows of (L_y A)^{-1}; `nil` where that is singular.
  private static func directions(of network: ReLUNetwork, in coordinates: Coordinates) -> Matrix<Double>? {
    let mixed = coordinates.outputMap * network.output
    guard mixed.rows == mixed.columns, let inverse = try? LU(mixed).inverse() else { return nil }
    let norms = (0..<inverse.rows).map { Double.norm2(inverse.columns, Array(inverse.row($0))) }
    guard norms.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    return Matrix(rows: inverse.rows, columns: inverse.columns) { inverse[$0, $1] / norms[$0] }
  }

  /// The signs of mean(z_i . y~), and the means' sizes in standard errors.
  private static func signs(
    _ z: Matrix<Double>, _ coordinates: Coordinates, _ moments: FirstMoments
  ) -> (signs: [Double], margins: [Double]) {
    let detectors = z * coordinates.outputMap
    let means = detectors * moments.outputMean
    let squares = Matrix.product(detectors, .no, moments.outputs)
    var signs: [Double] = [], margins: [Double] = []
    for (i, mean) in means.enumerated() {
      let square = (0..<squares.columns).reduce(0.0) { $0 + squares[i, $1] * detectors[i, $1] }
      // At least rounding errors, for outputs that do not vary.
      let variance = max(square - mean * mean, Double.ulpOfOne * square)
      signs.append(mean < 0 ? -1 : 1)
      margins.append(variance > 0 ? mean.magnitude / (variance / Double(moments.count)).squareRoot() : 0)
    }
    return (signs, margins)
  }

  /// W and A from Z; rows of W of length 1.
  ///
  /// - Parameter cross: E[x (z_i . y~)], d x k.
  private static func network(
    _ z: Matrix<Double>, back: Matrix<Double>, cross: Matrix<Double>, _ roots: Whitening, slope: Double
  ) throws -> ReLUNetwork {
    let solved = Matrix.product(roots.inputRoot, .no, Matrix.product(roots.inputRoot, .no, cross))
    let beta = (1 + slope) / 2
    // Directions that fell together have no inverse; the shortest solution keeps A finite, its condition tells.
    let inverse = try (try? LU(z).inverse()) ?? SVD(z).pseudoInverse()
    return ReLUNetwork(
      hidden: Matrix(rows: z.rows, columns: cross.rows) { solved[$1, $0] / beta }, output: back * inverse,
      slope: slope
    ).normalized()
  }
}
