import Dynamics

extension SweepPlan {
  /// A digest of all runs: ranks that read the same sweep agree on it.
  public var digest: String {
    var digest = Fingerprint(name)
    for run in runs { digest.combine(run.path) }
    return "\(runs.count) runs, \(digest.hexadecimal)"
  }

  /// The numbers of the runs that are not complete.
  public func open(in store: RunStore) throws -> [Int] {
    try runs.indices.filter { try store.state(of: runs[$0], in: name) != .completed }
  }
}
