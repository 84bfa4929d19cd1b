import Foundation
import Shallows

/// The forms of the recovery that are held against each other.
enum RecoveryForm: String, Codable, Sendable {
  /// The paper's: plain coordinates, split samples, one draw of X Y^-1.
  case literal
  /// Whitened coordinates, joint diagonalisation of the whole null space, no split.
  case practical
  /// The practical form, then least squares over W and A.
  case refined
  /// The practical form in plain coordinates.
  case unwhitened

  var name: String {
    switch self {
    case .literal: "literal"
    case .practical: "practical"
    case .refined: "practical + refinement"
    case .unwhitened: "practical, not whitened"
    }
  }

  func settings(neurons k: Int, seed: UInt64) -> SpectralSettings {
    var settings = self == .literal ? SpectralSettings.literal : SpectralSettings()
    settings.neurons = .count(k)
    settings.seed = seed
    if self == .unwhitened { settings.whitens = false }
    return settings
  }

  /// - Throws: what ``SpectralRecovery/recover(_:)`` throws.
  func recover(_ k: Int, from samples: MatrixSamples, seed: UInt64) throws -> ReLUNetwork {
    let network = try SpectralRecovery(settings(neurons: k, seed: seed)).recover(samples).network
    return self == .refined ? try refine(network, on: samples) : network
  }

  /// - Throws: what ``Refinement/refine(_:on:driver:)`` throws.
  func refine(_ network: ReLUNetwork, on samples: MatrixSamples) throws -> ReLUNetwork {
    try Refinement().refine(network, on: samples, driver: Driver(iterations: 100)).value.network.normalized()
  }
}
