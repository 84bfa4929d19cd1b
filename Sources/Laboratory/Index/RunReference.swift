/// How a run, a configuration or an experiment is named: `widths/8f3a09c1d2e4/seed-0007`, or in short `widths/8f3a/7`.
///
///     NAME                      an experiment
///     NAME/HASH                 a configuration of it; the first digits are enough
///     NAME/HASH/SEED            a run; the seed as a number or as its folder is named
///
/// The store's own folder may stand before it, as a shell completes it: `runs/widths/8f3a09c1d2e4/seed-0007/`.
public struct RunReference: Sendable, Hashable, CustomStringConvertible {
  public let experiment: String
  /// The first digits of the hash; empty for all configurations.
  public let hash: String
  public let seed: UInt64?

  /// - Parameter seed: the seed, where the text does not say it.
  /// - Throws: ``RunStoreError`` with what is accepted: a name with `..` or from the root leads out of the store.
  public init(_ text: String, seed other: UInt64? = nil, store: RunStore) throws {
    var rest = text[...]
    var root = store.path
    while root.count > 1, root.hasSuffix("/") { root.removeLast() }
    if rest.hasPrefix(root + "/") { rest = rest.dropFirst(root.count + 1) }
    if rest.hasSuffix("/") { rest.removeLast() }
    let parts = rest.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let seed = parts.count < 3 ? nil : UInt64(parts[2].hasPrefix("seed-") ? String(parts[2].dropFirst(5)) : parts[2])
    let isHexadecimal =
      parts.count < 2
      || !parts[1].isEmpty && parts[1].utf8.count <= 12
        && parts[1].utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
    guard let name = parts.first, RunStore.isName(name), parts.count <= 3, isHexadecimal, parts.count < 3 || seed != nil
    else {
      throw RunStoreError(
        "\"\(text)\": NAME, NAME/HASH or NAME/HASH/SEED is accepted, such as widths/8f3a09c1d2e4/seed-0007 or widths/8f3a/7"
      )
    }
    experiment = name
    hash = parts.count > 1 ? parts[1] : ""
    self.seed = seed ?? other
  }

  public var description: String {
    let name = hash.isEmpty ? experiment : "\(experiment)/\(hash)"
    return seed.map { "\(name)\(hash.isEmpty ? ", seed " : "/")\($0)" } ?? name
  }

  /// Whether a run is among those that are meant.
  public func includes(experiment: String, path: String) -> Bool { experiment == self.experiment && includes(path) }
  public func includes(_ run: RecordedRun) -> Bool { includes(experiment: run.experiment, path: run.path) }

  /// Whether a path within the experiment's folder is meant.
  func includes(_ path: String) -> Bool {
    path.hasPrefix(hash) && (seed == nil || path.hasSuffix("/" + RunFolder.name(ofSeed: seed!)))
  }
}

extension RunStore {
  /// Makes sure that there is an experiment.
  ///
  /// - Throws: ``RunStoreError`` with names like it.
  public func check(experiment: String) throws {
    let names = experiments()
    guard !names.contains(experiment) else { return }
    let near = nearNames(to: experiment, among: names)
    let known =
      names.isEmpty
      ? "there are none"
      : near.isEmpty
        ? "there are \(names.prefix(12).joined(separator: ", "))\(names.count > 12 ? ", ..." : "")"
        : "did you mean \(near.joined(separator: ", "))?"
    throw RunStoreError("\(experiment): no experiment of that name in \(path); \(known)")
  }

  /// The paths of the runs that are meant, damaged ones included, within the experiment's folder.
  ///
  /// - Throws: ``RunStoreError`` where there is none.
  public func paths(_ reference: RunReference) throws -> [String] {
    try check(experiment: reference.experiment)
    let paths = scan(reference.experiment).map(\.path).filter(reference.includes)
    if paths.isEmpty, !reference.hash.isEmpty || reference.seed != nil {
      throw RunStoreError("\(reference): no such run in \(path)")
    }
    return paths
  }

  /// How many runs an experiment has, damaged ones included.
  public func runCount(of experiment: String) -> Int { scan(experiment).count }

  /// The one run that is meant.
  ///
  /// - Throws: ``RunStoreError`` where there are none or several; it names them.
  public func path(ofOne reference: RunReference) throws -> String {
    let paths = try paths(reference)
    guard let only = paths.first else { throw RunStoreError("\(reference): has no runs") }
    guard paths.count == 1 else {
      let some = paths.prefix(5).map { "\n  \(reference.experiment)/\($0)" }.joined()
      throw RunStoreError(
        "\(reference): \(paths.count) runs; name one of them:\(some)\(paths.count > 5 ? "\n  ..." : "")")
    }
    return only
  }
}
