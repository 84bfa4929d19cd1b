import LinearAlgebra
import Randomness

/// Sums of features over samples, as they are and under random signs.
///
///     s_0 = sum_i phi_i,   s_b = sum_i e_ib phi_i,   e_ib = +1 or -1 with probability 1/2 each
///
/// If -phi_i is as likely as phi_i, all s_b have one distribution, whatever it is: the rank of a statistic of s_0 among
/// those of s_1, s_2, ... is then uniform, exactly and for any number of samples. Where only E phi_i = 0, that holds
/// for large samples.
struct SignedSums {
  /// One column for each b = 0, 1, ..., flips; one row for each feature.
  let sums: Matrix<Double>

  /// Samples taken at once; the signs of each block come from a stream of its own.
  static let block = 1024

  /// - Parameter fill: writes the features of a range of samples, samples in rows.
  /// - Complexity: 2 n f (flips + 1) operations; memory for a block of features and of signs.
  init(
    samples n: Int, features f: Int, flips: Int, random: RandomStream,
    fill: (Range<Int>, MutableMatrixView<Double>) -> Void
  ) {
    var sums = Matrix<Double>(rows: f, columns: flips + 1)
    let features = Buffer<Double>(count: Self.block * f), signs = Buffer<Double>(count: Self.block * (flips + 1))
    sums.withMutableView { sums in
      for block in 0..<Parallel.pieces(of: n, size: Self.block) {
        let range = Parallel.piece(block, of: n, size: Self.block)
        let phi = features.view(rows: range.count, columns: f)
        let e = signs.view(rows: range.count, columns: flips + 1)
        fill(range, phi)
        Self.draw(e, random.split(block))
        sums.multiplyInParallel(phi.readOnly, .yes, e.readOnly, beta: 1)
      }
    }
    self.sums = sums
  }

  /// A column of ones, then columns of random signs.
  private static func draw(_ e: MutableMatrixView<Double>, _ random: RandomStream) {
    var stream = random
    for i in 0..<e.rows {
      let row = e.row(i)
      row[0] = 1
      var word: UInt64 = 0
      for b in 1..<max(e.columns, 1) {
        if (b - 1) % 64 == 0 { word = stream.next() }
        row[b] = word & 1 == 0 ? -1 : 1
        word >>= 1
      }
    }
  }

  /// The share of the statistics at least as large as the first one, which counts itself: the probability of the test.
  static func probability(_ statistics: [Double]) -> Double {
    Double(statistics.count { $0 >= statistics[0] }) / Double(statistics.count)
  }
}
