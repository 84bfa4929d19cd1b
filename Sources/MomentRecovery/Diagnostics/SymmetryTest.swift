import LinearAlgebra
import Randomness

/// Whether the inputs look symmetric, x and -x equally likely: the one thing that recovery asks of them.
///
/// The mean is tested on all samples by n m^T C^-1 m, which is about chi-squared with d degrees of freedom if E x = 0.
/// Odd functions of x are tested on a part of the samples by random signs, which is exact for symmetric inputs of any
/// distribution: x_j itself, x_j |x|^2 cut off at 9 d, sin 2 x_j, and sin(u.x), sin(2 u.x) in random directions u,
/// all after standardisation. Only a symmetric distribution has E sin(t.x) = 0 for all t.
///
/// ```swift
/// let test = SymmetryTest(of: samples.x, moments: moments, random: RandomStream(seed: 1))
/// if test.isRejected { print("not symmetric, most of all input", test.worstInput) }
/// ```
public struct SymmetryTest: Codable, Equatable, Sendable {
  /// Samples whose odd functions were tested.
  public let samples: Int
  /// n m^T C^-1 m as a standard normal deviate (Wilson and Hilferty): large if E x is not 0.
  public let meanDeviate: Double
  /// The chance, were the inputs symmetric, that the odd functions' means are as large as found, all taken together.
  public let sumProbability: Double
  /// The same for the single largest of them.
  public let largestProbability: Double
  /// The input that is most lopsided by itself, counted from 0.
  public let worstInput: Int

  /// The smaller probability times two, since the test has two ways to fail.
  public var probability: Double { min(1, 2 * min(sumProbability, largestProbability)) }

  /// Whether symmetry is out of the question: a mean 4 deviations from 0, or a probability of at most 1 % (2/400 is
  /// the least that 399 random signs can give).
  public var isRejected: Bool { meanDeviate > 4 || probability <= 0.01 }

  static let flips = 399
  /// Directions and single inputs beyond this number are left to the others.
  private static let most = 64

  /// - Parameters:
  ///   - x: some of the inputs, samples in rows.
  ///   - moments: of all samples.
  /// - Throws: `LinearAlgebraError` when the spectrum of C cannot be found.
  /// - Complexity: 2 n d^2 + 2 n f (flips + 1) operations for f <= 320 features.
  public init(of x: Matrix<Double>, moments: FirstMoments, random: RandomStream) throws {
    let (n, d) = (x.rows, x.columns)
    samples = n
    let spectrum = try SymmetricEigen(moments.inputs)
    let floor = (spectrum.values.last ?? 0) * 1e-12
    let root = spectrum.inverseRoot()
    let mean = root * moments.inputMean
    let rank = max(1, spectrum.values.count { $0 > floor })
    meanDeviate = Self.deviate(Double(moments.count) * mean.reduce(0) { $0 + $1 * $1 }, degrees: Double(rank))

    let single = min(d, Self.most)
    let scales = (0..<d).map { moments.inputs[$0, $0] > 0 ? 1 / moments.inputs[$0, $0].squareRoot() : 0 }
    var stream = random.split(0)
    var directions = Matrix<Double>(rows: min(d, Self.most), columns: d)
    for i in 0..<directions.rows {
      let u: [Double] = stream.sphere(d)
      let mapped = root * u
      for j in 0..<d { directions[i, j] = mapped[j] }
    }
    let features = 3 * single + 2 * directions.rows
    let projected = Buffer<Double>(count: SignedSums.block * directions.rows)
    var squares = [Double](repeating: 0, count: features)
    let signed = x.withView { x in
      directions.withView { directions in
        SignedSums(samples: n, features: features, flips: Self.flips, random: random.split(1)) { range, phi in
          let block = x.rows(range)
          let along = projected.view(rows: range.count, columns: directions.rows)
          along.multiply(block, .no, directions, .yes)
          for i in 0..<range.count {
            let (row, target) = (block.row(i), phi.row(i))
            var length = 0.0
            for j in 0..<d { length += row[j] * row[j] * scales[j] * scales[j] }
            let weight = min(length / Double(d), 9)
            for j in 0..<single {
              let value = row[j] * scales[j]
              target[j] = value
              target[single + j] = value * weight
              target[2 * single + j] = Double.sin(2 * value)
            }
            for j in 0..<directions.rows {
              target[3 * single + j] = Double.sin(along[i, j])
              target[3 * single + directions.rows + j] = Double.sin(2 * along[i, j])
            }
            for j in 0..<features { squares[j] += target[j] * target[j] }
          }
        }
      }
    }
    // Each sum in units of its standard deviation under random signs.
    let units = squares.map { $0 > 0 ? 1 / $0.squareRoot() : 0 }
    func statistic(_ b: Int, _ join: (Double, Double) -> Double) -> Double {
      var total = 0.0
      for j in 0..<features {
        let z = signed.sums[j, b] * units[j]
        total = join(total, z * z)
      }
      return total
    }
    sumProbability = SignedSums.probability((0...Self.flips).map { statistic($0, +) })
    largestProbability = SignedSums.probability((0...Self.flips).map { statistic($0, max) })
    worstInput = (0..<single).max { a, b in
      let (za, zb) = (Self.lopsidedness(a, single, signed, units), Self.lopsidedness(b, single, signed, units))
      return za < zb
    } ?? 0
  }

  private static func lopsidedness(_ j: Int, _ single: Int, _ signed: SignedSums, _ units: [Double]) -> Double {
    (0..<3).reduce(0) { max($0, abs(signed.sums[$1 * single + j, 0] * units[$1 * single + j])) }
  }

  /// A chi-squared number as a normal deviate.
  static func deviate(_ chiSquared: Double, degrees: Double) -> Double {
    let spread = 2 / (9 * degrees)
    return (Double.pow(chiSquared / degrees, 1 / 3.0) - (1 - spread)) / spread.squareRoot()
  }
}
