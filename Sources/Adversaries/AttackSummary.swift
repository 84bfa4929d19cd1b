/// Figures of many outcomes together.
public struct AttackSummary: Codable, Sendable, Equatable {
  public let count: Int
  public let meanCleanLoss: Double
  public let meanLoss: Double
  /// Shares of inputs whose class is right: as they are, attacked, and under every perturbation of the set.
  public let cleanAccuracy: Double?
  public let attackedAccuracy: Double?
  public let certifiedAccuracy: Double?
  /// Mean of the upper bounds of the loss.
  public let meanBound: Double?
  /// Share of inputs whose ascent met the tolerance, or had no gradient to follow.
  public let convergedShare: Double
  /// Share of inputs at strict local maxima; `nil` where second order was not checked.
  public let maximumShare: Double?
  public let largestKappa: Double?
  /// Share of inputs where the attack is proven to have found the global maximum.
  public let globalShare: Double?

  /// - Precondition: at least one outcome.
  public init(_ outcomes: [AttackOutcome]) {
    precondition(!outcomes.isEmpty, "figures of no outcomes are undefined")
    let n = Double(outcomes.count)
    func share(_ holds: (AttackOutcome) -> Bool?) -> Double? {
      let known = outcomes.compactMap(holds)
      return known.isEmpty ? nil : Double(known.count { $0 }) / Double(known.count)
    }
    func mean(_ value: (AttackOutcome) -> Double?) -> Double? {
      let known = outcomes.compactMap(value)
      return known.count < outcomes.count ? nil : known.reduce(0, +) / n
    }
    count = outcomes.count
    meanCleanLoss = mean { $0.cleanLoss }!
    meanLoss = mean { $0.loss }!
    cleanAccuracy = share(\.isCorrect)
    attackedAccuracy = share(\.isRobust)
    certifiedAccuracy = outcomes.contains { $0.marginBound != nil } ? share(\.isCertified) : nil
    meanBound = mean { $0.bound }
    convergedShare = share { $0.ending == .converged || $0.ending == .flat }!
    maximumShare =
      outcomes.contains { $0.order != nil } ? Double(outcomes.count { $0.order == .maximum }) / n : nil
    largestKappa = outcomes.filter { $0.order == .maximum }.compactMap(\.kappa).max()
    globalShare = share(\.isGlobal)
  }
}
