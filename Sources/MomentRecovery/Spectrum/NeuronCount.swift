import Datasets
import LinearAlgebra
import Randomness

/// The number of neurons, read off the singular values of the whitened cross moment of x and y.
///
/// Cov(x, y) = beta C W^T A^T has rank k whatever the distribution of x, noise or not. Its r + 1-st singular value
/// s_{r+1} is held against what sampling errors alone would make of it: the norm of the error matrix outside of the r
/// leading singular directions. Errors are imitated by a wild bootstrap: the residuals x~ r~^T, r = y - P, are summed
/// over 64 groups of samples, and the groups get random signs. k is the least r at which
///
///     s_{r+1} <= mean + 3 standard deviations of |U_perp^T E V_perp|
///
/// ```swift
/// let choice = try NeuronCount(of: samples, moments: FirstMoments(of: samples), random: RandomStream(seed: 1))
/// print(choice.neurons, choice.singularValues, choice.noiseLevels)
/// ```
///
/// x and y are whitened, so units and invertible maps of y do not matter. The same bits for any number of threads.
/// The numbers mean little where n is not several times d + l.
///
/// Source: the statistic of Kleibergen and Paap, J. Econometrics 133 (2006), with resampled errors [derived].
public struct NeuronCount: Codable, Equatable, Sendable {
  /// k, the singular values that stand out of the noise; 0 if none does.
  public let neurons: Int
  /// All singular values (canonical correlations, 0...1), descending.
  public let singularValues: [Double]
  /// Item r: what sampling errors make of singular value r (counted from 0) if only r neurons exist, or an upper bound
  /// of it where the value stands out anyhow. Up to the first value below its level: k + 1 items, or k if all stand
  /// out.
  public let noiseLevels: [Double]

  /// s_k / s_{k+1}; `nil` where k is 0 or all values stand out.
  public var gap: Double? {
    guard neurons > 0, neurons < singularValues.count, singularValues[neurons] > 0 else { return nil }
    return singularValues[neurons - 1] / singularValues[neurons]
  }

  /// Singular value number r (1, 2, ...) over what chance makes of it; above 1 it stands out. `nil` beyond the rank of
  /// the samples. Those after the first that does not stand out are held against its level.
  public func prominence(of r: Int) -> Double? {
    guard r > 0, r <= singularValues.count, let last = noiseLevels.last else { return nil }
    let level = r <= noiseLevels.count ? noiseLevels[r - 1] : last
    return level > 0 ? singularValues[r - 1] / level : singularValues[r - 1] > 0 ? .infinity : 0
  }

  static let groups = 64
  static let draws = 60

  /// Reads `source` once.
  ///
  /// - Throws: what reading throws; ``LinearAlgebraError``.
  /// - Complexity: 4 n d l operations, and 60 singular values of d x l for each rank that is tried.
  public init(of source: some SampleSource, moments: FirstMoments, random: RandomStream) throws {
    let whitening = try Whitening(moments, centred: true)
    let errors = try Self.groupedErrors(source, moments, whitening)
    let svd = whitening.svd
    let most = svd.singularValues.count
    let (d, l) = (whitening.inputRoot.rows, whitening.outputRank)
    // Complete bases, so that the complements of the leading directions are at hand.
    let left = try Self.completed(svd.u), right = try Self.completed(svd.vTransposed.transposed())
    let rotated = Buffer<Double>(count: Self.groups * d * l)
    for g in 0..<Self.groups {
      let e = Matrix(rows: d, columns: l, elements: Array(errors.elements[g * d * l..<(g + 1) * d * l]))
      let r = Matrix.product(left, .yes, e * right)
      for i in 0..<d * l { rotated[g * d * l + i] = r.elements[i] }
    }
    // The level falls with the rank: what exceeds the one of rank 0 need not be tested again.
    let highest = most > 0 ? Self.level(rotated, d, l, 0, random.split(0)) : 0
    var rank = min(svd.singularValues.count { $0 > highest }, whitening.rank)
    var levels = [Double](repeating: highest, count: rank)
    while rank < min(most, whitening.rank) {
      let level = Self.level(rotated, d, l, rank, random.split(rank))
      levels.append(level)
      if svd.singularValues[rank] <= level { break }
      rank += 1
    }
    (neurons, singularValues, noiseLevels) = (rank, svd.singularValues, levels)
  }

  /// Mean and three standard deviations of the norm of the lower right part of randomly signed sums.
  private static func level(
    _ errors: borrowing Buffer<Double>, _ d: Int, _ l: Int, _ rank: Int, _ random: RandomStream
  ) -> Double {
    let norms = Buffer<Double>(count: draws)
    let (found, all) = (norms.pointer, errors.pointer)
    Parallel.forEach(draws) { b in
      var stream = random.split(b)
      let signs = stream.next()
      let sum = Buffer<Double>(count: d * l)
      for g in 0..<groups { Double.axpy(d * l, signs >> UInt64(g) & 1 == 0 ? 1 : -1, all + g * d * l, sum.pointer) }
      let part = Matrix(rows: d - rank, columns: l - rank) { sum[($0 + rank) * l + $1 + rank] }
      found[b] = (try? SVD.values(part))?.first ?? .nan
    }
    var (sum, squares) = (0.0, 0.0)
    for b in 0..<draws {
      sum += norms[b]
      squares += norms[b] * norms[b]
    }
    let mean = sum / Double(draws)
    return mean + 3 * max(squares / Double(draws) - mean * mean, 0).squareRoot()
  }

  /// An orthonormal basis of the whole space whose first columns are those of `q`.
  private static func completed(_ q: Matrix<Double>) throws -> Matrix<Double> {
    let n = q.rows, m = q.columns
    guard m < n else { return q }
    let projector = Matrix.product(q, .no, q, .yes)
    let e = try SymmetricEigen(Matrix(rows: n, columns: n) { ($0 == $1 ? 1 : 0) - projector[$0, $1] })
    return Matrix(rows: n, columns: n) { $1 < m ? q[$0, $1] : e.vectors[$0, $1] }
  }

  /// For each group L_x sum_i (x_i - E x) (y_i - E y - B^T (x_i - E x))^T R / n, one below the other (64 d x l').
  ///
  /// Tile t belongs to group t mod 64.
  private static func groupedErrors(
    _ source: some SampleSource, _ moments: FirstMoments, _ whitening: Whitening
  ) throws -> Matrix<Double> {
    let (d, l) = (moments.inputMean.count, moments.outputMean.count)
    let n = source.count, rank = whitening.outputRank
    let tile = max(1, min(256, n / (4 * groups)))
    let centred = Matrix(rows: d, columns: l) {
      moments.cross[$0, $1] - moments.inputMean[$0] * moments.outputMean[$1]
    }
    let slopes = Matrix.product(whitening.inputRoot, .no, Matrix.product(whitening.inputRoot, .no, centred))
    let inputs = Buffer<Double>(count: groups * tile * d), residuals = Buffer<Double>(count: groups * tile * l)
    let sums = Buffer<Double>(count: groups * d * l)
    let (allInputs, allResiduals, allSums) = (inputs.pointer, residuals.pointer, sums.pointer)
    try source.forEachBlock(of: groups * tile) { block in
      Parallel.forEach(Parallel.pieces(of: block.count, size: tile)) { group in
        let rows = Parallel.piece(group, of: block.count, size: tile)
        let x = MutableMatrixView(allInputs + group * tile * d, rows: rows.count, columns: d)
        let r = MutableMatrixView(allResiduals + group * tile * l, rows: rows.count, columns: l)
        for (i, sample) in rows.enumerated() {
          for j in 0..<d { x[i, j] = block.x[sample, j] - moments.inputMean[j] }
          for j in 0..<l { r[i, j] = block.y[sample, j] - moments.outputMean[j] }
        }
        slopes.withView { r.multiply(x.readOnly, .no, $0, alpha: -1, beta: 1) }
        MutableMatrixView(allSums + group * d * l, rows: d, columns: l).multiply(
          x.readOnly, .yes, r.readOnly, beta: 1)
      }
    }
    var result: [Double] = []
    result.reserveCapacity(groups * d * rank)
    for g in 0..<groups {
      let sum = Matrix(rows: d, columns: l) { allSums[(g * d + $0) * l + $1] / Double(n) }
      result += Matrix.product(whitening.inputRoot, .no, sum * whitening.outputRoot).elements
    }
    return Matrix(rows: groups * d, columns: rank, elements: result)
  }
}
