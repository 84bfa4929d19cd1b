/// How wide a network must be to have enough equations' worth of freedom for its data.
///
/// A fit of n samples with k outputs is n k equations in the m d hidden weights. At a mirrored start neuron j + m/2
/// contributes the negative of neuron j's columns to the Jacobian, so its rank is at most m d / 2, and full rank n k
/// needs
///
///     m >= 2 n k / d        [paper for k = 1: Zhang et al., NeurIPS 2021; k > 1 derived]
///
/// Each neuron's columns s_ij v_cj x_i lie, for any s, within diag(s) times the column space of X; at the data's rank
/// that is rank(X) dimensions, not d. On real data with constant or dependent columns the bound that counts is
///
///     m >= 2 n k / rank(X)  [derived].
public struct WidthBound: Codable, Sendable, Equatable {
  public let samples: Int
  public let outputs: Int
  /// d, the constant column included when the net has a bias.
  public let inputs: Int
  /// The rank of X, the constant column included.
  public let rank: Int

  public init(samples: Int, outputs: Int, inputs: Int, rank: Int) {
    self.samples = samples
    self.outputs = outputs
    self.inputs = inputs
    self.rank = rank
  }

  /// 2 n k / d.
  public var twoNOverD: Double { 2 * Double(samples * outputs) / Double(inputs) }
  /// 2 n k / rank(X).
  public var twoNOverRank: Double { 2 * Double(samples * outputs) / Double(rank) }
  /// The smallest even m >= 2 n k / rank(X), at least 2.
  public var automaticWidth: Int { max(2, 2 * Int((twoNOverRank / 2).rounded(.up))) }
}
