/// Which runs are meant: by experiment, state, seed, and conditions on settings and results.
public struct RunFilter: Sendable, Hashable {
  /// Empty for all.
  public var experiments: [String] = []
  public var states: Set<RunStatus.State> = []
  public var seeds: Set<UInt64> = []
  /// All of them must hold.
  public var conditions: [RunCondition] = []
  /// The beginning of the hash of the configuration.
  public var hash = ""

  public init() {}

  /// Whether anything but the experiments is asked for.
  public var isNarrow: Bool { !states.isEmpty || !seeds.isEmpty || !conditions.isEmpty || !hash.isEmpty }
}
