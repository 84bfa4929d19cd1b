import Foundation
import Shallows

extension Experiment {
  /// The claims about recovering (A, W) from moments: Ge, Kuditipudi, Li, Wang, ICLR 2019, and a NumPy prototype's.
  static let momentRecovery = [geTable, geFigure2, geFigure3, geFigure4, recoverVerdicts, geDescent]

  static let ge = "Ge et al., ICLR 2019"
}

/// The order statistics that enclose the median of the distribution with probability 95 % or more; the extremes where
/// there are too few values for that.
///
/// The r-th smallest of n values lies above the median with probability P(Bin(n, 1/2) < r): of ten values the second
/// and the ninth enclose it with 97.9 %.
func medianInterval(_ values: [Double]) -> ClosedRange<Double> {
  let sorted = values.sorted(), n = values.count
  var (term, below, rank) = (pow(0.5, Double(n)), 0.0, 0)
  // below = P(Bin < rank + 1) once `term` = P(Bin = rank) is added.
  while rank < n / 2, below + term <= 0.025 {
    below += term
    term *= Double(n - rank) / Double(rank + 1)
    rank += 1
  }
  let r = max(rank, 1)
  return sorted[r - 1]...sorted[n - r]
}

extension ExperimentRow {
  /// The median and the interval about it, as text.
  var medianText: String {
    let interval = medianInterval(values)
    return "\(threeDigits(median)) (\(threeDigits(interval.lowerBound)) to \(threeDigits(interval.upperBound)))"
  }
}

/// A number to three digits.
func threeDigits(_ x: Double) -> String { String(format: "%.3g", x) }
