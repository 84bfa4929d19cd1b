import Dynamics

extension ImitationResult {
  /// What became of a student.
  public enum Fate: String, Sendable, Codable, CaseIterable {
    /// At rest with a loss below ``ImitationResult/spuriousLoss``, or below the goal that was set.
    case global
    /// At rest with a loss that no global minimum has.
    case spurious
    /// Stopped by a limit.
    case unfinished
    /// It diverged, or found no way down.
    case failed
  }

  public func fate(of outcome: StudentOutcome) -> Fate {
    switch outcome.termination {
    case .converged(.valueReached): .global
    case .converged: outcome.loss >= spuriousLoss ? .spurious : .global
    case .stopped: .unfinished
    case .failed: .failed
    }
  }

  /// The students of one fate, in the order of their seeds.
  public func outcomes(_ fate: Fate) -> [StudentOutcome] { outcomes.filter { self.fate(of: $0) == fate } }

  /// Students that came to rest at a loss too high for a global minimum.
  public var spurious: [StudentOutcome] { outcomes(.spurious) }

  public var spuriousShare: Double { Double(spurious.count) / Double(max(outcomes.count, 1)) }
}
