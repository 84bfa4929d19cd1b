import CKernels
import Foundation

/// The bias and the acceleration by which BCa ("bias-corrected and accelerated") moves the levels of a bootstrap
/// interval.
///
/// With Phi the normal distribution function, theta the sample's statistic, theta*_b those of the B resamples and
/// theta_i those of the sample without its value i, d_i = mean(theta_j) - theta_i:
///
///     bias          z0 = Phi^-1( (#{theta*_b < theta} + #{theta*_b <= theta}) / 2B )
///     acceleration  a  = sum d_i^3 / (6 (sum d_i^2)^(3/2))
///     level         Phi(z0 + (z0 + z) / (1 - a (z0 + z))),   z = Phi^-1(plain level).
///
/// Equal resamples count half, so that statistics with few values are not taken for biased. The share in z0 is
/// kept between 1/2B and 1 - 1/2B, which B resamples cannot tell from 0 and 1; a is 0 if all theta_i are equal.
///
/// Source: Efron, "Better bootstrap confidence intervals" (JASA 1987), (2.3), (6.6) with the jackknife's influence.
struct BiasCorrection {
  let bias: Double
  let acceleration: Double

  /// Nil if the sample without one of its values has a statistic that is not finite: then no skewness can be told.
  init?(sample: OrderedSample, distribution: [Double], _ statistic: ([Int], Int) -> Double) {
    let n = sample.values.count
    var counts = [Int](repeating: 1, count: n)
    let estimate = statistic(counts, n)
    var without: [Double] = []
    for i in 0..<n {
      // Equal values leave equal samples behind.
      if i > 0 && sample.values[i] == sample.values[i - 1] {
        without.append(without[i - 1])
        continue
      }
      counts[i] = 0
      without.append(statistic(counts, n - 1))
      counts[i] = 1
    }
    guard without.allSatisfy(\.isFinite) else { return nil }
    let mean = without.reduce(0, +) / Double(n)
    // Scaled by the largest, since the squares of small deviations would vanish and those of large ones overflow.
    let largest = without.reduce(0) { max($0, abs(mean - $1)) }
    if largest > 0, without.contains(where: { $0 != without[0] }) {
      var (squares, cubes) = (0.0, 0.0)
      for value in without {
        let d = (mean - value) / largest
        squares += d * d
        cubes += d * d * d
      }
      acceleration = cubes / (6 * squares * squares.squareRoot())
    } else {
      acceleration = 0
    }

    let resamples = Double(distribution.count)
    let below = distribution.reduce(0.0) { $0 + ($1 < estimate ? 1 : $1 == estimate ? 0.5 : 0) }
    let share = min(max(below, 0.5), resamples - 0.5) / resamples
    bias = shallows_normal_quantile(share - 0.5)
  }

  /// The corrected levels for limits at (1 - confidence) / 2 and (1 + confidence) / 2.
  func levels(_ confidence: Double) -> (lower: Double, upper: Double) {
    func level(_ z: Double) -> Double {
      let moved = bias + z
      let denominator = 1 - acceleration * moved
      // At its pole the level has reached 0 or 1, and stays there beyond.
      guard denominator > 0 else { return moved > 0 ? 1 : 0 }
      return min(max(erfc(-(bias + moved / denominator) * 0.5.squareRoot()) / 2, 0), 1)
    }
    let z = shallows_normal_quantile(confidence / 2)
    return (level(-z), level(z))
  }
}
