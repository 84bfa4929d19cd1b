import Datasets
import LinearAlgebra

/// The second pass over the samples: the matrix T of the pure-neuron detector, T vec(u u^T) = f(u).
///
/// f(u) = 0 for u != 0 exactly if u . y~ is a multiple of a single neuron's output (plus noise), for symmetric x and
/// under the paper's conditions on A, W and x. In the covariance form [derived]
///
///     T[ij, ab] = Cov(q_ab, x~_i x~_j),   q_ab = lambda/2 (P~_a y~_b + P~_b y~_a) - y~_a y~_b,
///     lambda = 2 (1 + s^2) / (1 + s)^2
///
/// with s the slope of sigma for z < 0 (lambda = 2 for the ReLU) and the ``Coordinates`` x~ (d), y~ (k), P~ = B^T x~.
/// Rows and columns are the entries i <= j and a <= b of ``SymmetricVector``, with its factors sqrt 2 on both sides.
/// Noise that is independent of x drops out of the covariance.
///
/// ```swift
/// let moments = try FirstMoments(of: samples)
/// let (coordinates, _) = try Whitening(moments).coordinates(neurons: 10)
/// let detector = try DetectorMatrix(of: samples, coordinates: coordinates)
/// let spectrum = try SVD(detector.matrix)     // k small singular values: the span of z_i z_i^T
/// ```
///
/// The same bits for any number of threads and any kind of source that gives the same samples. A sample that counts
/// twice is one that the source gives twice.
///
/// Source: Ge, Kuditipudi, Li, Wang, ICLR 2019, section 3 (the detector and its linear form); the leaky factor lambda
/// and the covariance form are derived.
public struct DetectorMatrix: Codable, Equatable, Sendable {
  /// n, the samples that were read.
  public let count: Int
  /// s.
  public let slope: Double
  /// T, d (d + 1) / 2 x k (k + 1) / 2.
  public let matrix: Matrix<Double>
  /// E vec(x~ x~^T).
  public let inputMean: [Double]
  /// E q.
  public let productMean: [Double]

  /// Reads `source` once. The samples are shared out over the threads by tiles of fixed size (``SampleTiling``).
  ///
  /// - Precondition: `coordinates` has the sizes of `source`; -1 < `slope` <= 1.
  /// - Throws: ``MomentError`` if there are no samples or one of them has an infinite or undefined number; what
  ///   reading throws.
  /// - Complexity: n d^2 k^2 / 2 operations; memory for T, for at most as many copies of it as fill 256 MiB, and for
  ///   at most 8192 samples with their q.
  public init(of source: some SampleSource, coordinates: Coordinates, slope: Double = 0) throws {
    try self.init(of: source, coordinates: coordinates, slope: slope, tile: SampleTiling.samples)
  }

  init(of source: some SampleSource, coordinates: Coordinates, slope: Double, tile: Int) throws {
    precondition(slope > -1 && slope <= 1, "a slope of \(slope)")
    precondition(
      coordinates.inputs == source.inputs && coordinates.outputs == source.outputs,
      "coordinates for \(coordinates.inputs) inputs and \(coordinates.outputs) outputs, samples with "
        + "\(source.inputs) and \(source.outputs)")
    let n = source.count
    guard n > 0 else { throw MomentError.noSamples }
    let pass = DetectorPass(coordinates, slope: slope, samples: n, tile: tile)
    var matrix = Matrix<Double>(rows: pass.inputPairs, columns: pass.outputPairs)
    (inputMean, productMean) = try matrix.withMutableView { sum in
      try source.forEachBlock(of: pass.tiling.block) { pass.add($0, to: sum) }
      return pass.finish(sum)
    }
    guard matrix.elements.allSatisfy(\.isFinite) else { throw try MomentError.notFinite(in: source) }
    count = n
    self.slope = slope
    self.matrix = matrix
  }

  /// f(u), d (d + 1) / 2 numbers: 0 if u . y~ is a pure neuron, up to the sampling error of order 1 / sqrt n.
  /// - Precondition: `u` has k numbers.
  public func value(at u: [Double]) -> [Double] {
    let square = SymmetricVector.ofSquare(u)
    precondition(square.count == matrix.columns, "\(u.count) numbers for \(matrix.columns) pairs of neurons")
    var result = [Double](repeating: 0, count: matrix.rows)
    matrix.withView { t in
      square.withUnsafeBufferPointer { square in
        result.withUnsafeMutableBufferPointer { result in
          guard let from = square.baseAddress, let to = result.baseAddress else { return }
          t.apply(to: from, into: to)
        }
      }
    }
    return result
  }
}
