import Foundation
import Shallows

extension Experiment {
  /// The claims about adversaries of two-layer networks: Deng, He, Huang, Su, ICML 2020, and what is derived from them.
  static let adversaries = [attackScaleLaw, attackWidth, attackSteps, attackInputScale, attackTraining]

  static let deng = "Deng et al., ICML 2020"
}

/// A share in percent, to one digit after the point.
func percentage(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }
