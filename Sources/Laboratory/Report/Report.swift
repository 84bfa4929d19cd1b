import Foundation

/// One page about recorded runs: what was run, what came out over the seeds, curves, guarantees, failures, settings,
/// machines, and the commands that made it all.
///
/// ```swift
/// let report = try Report(["widths", "cliff/8f3a09c1d2e4"], in: RunStore("runs"))
/// try report.write(to: "report.html")
/// ```
///
/// The page is one file of HTML without scripts, which asks no network for anything: figures are SVG within it, their
/// data links within it. Equal runs give equal bytes, but for what the clock and the machine said; with
/// ``showsTimes`` off not even those differ, unless commit or machine do.
///
/// Statistics and curves are of the completed runs. Where a run ended before the others of its configuration, its last
/// values are kept to the end of the longest: the median over seeds then counts every seed at every iteration. Curves of
/// runs that are not complete are shown only where a configuration has no complete one.
public struct Report: Sendable {
  /// The heading of the page.
  public var title: String
  /// When the page was made, as it is to say; `nil` for no word of it.
  public var date: String? = Timestamp.now()
  /// Whether dates and durations are shown.
  public var showsTimes = true

  let experiments: [ReportedExperiment]
  /// Runs that could not be read: the error of each.
  public let damaged: [String]

  /// Reads the runs.
  ///
  /// - Parameter names: `NAME`, `NAME/HASH` (or the beginning of a hash) or `NAME/HASH/seed-0007`, each also with the
  ///   store's folder before it.
  /// - Throws: ``RunStoreError`` for a name that no run has, with those that there are.
  public init(_ names: [String], in store: RunStore) throws {
    var damaged: [String] = []
    let selections = try RunSelection.all(names, in: store)
    experiments = try selections.map { try ReportedExperiment($0, in: store, damaged: &damaged) }
    self.damaged = damaged
    title =
      experiments.count == 1
      ? "Report on \(experiments[0].name)" : "Report on \(experiments.map(\.name).joined(separator: ", "))"
  }

  /// How many runs the page tells of.
  public var runCount: Int { experiments.reduce(0) { $0 + $1.runs.count } }
  /// How many experiments they belong to.
  public var experimentCount: Int { experiments.count }
}

/// Which runs of one experiment are meant.
struct RunSelection: Sendable {
  let experiment: String
  /// The folders chosen, `8f3a09c1d2e4/seed-0007`; `nil` for the experiment as a whole.
  var paths: Set<String>?

  /// - Returns: one selection for each experiment, in the order in which they are first named.
  static func all(_ names: [String], in store: RunStore) throws -> [RunSelection] {
    guard FileManager.default.fileExists(atPath: store.path) else {
      throw RunStoreError("\(store.path): there is no such folder; --runs DIR names the folder of the runs")
    }
    var selections: [RunSelection] = []
    for name in names {
      let (experiment, paths) = try resolve(name, in: store)
      if let i = selections.firstIndex(where: { $0.experiment == experiment }) {
        if let known = selections[i].paths, let paths {
          selections[i].paths = known.union(paths)
        } else {
          selections[i].paths = nil
        }
      } else {
        selections.append(RunSelection(experiment: experiment, paths: paths))
      }
    }
    return selections
  }

  private static func resolve(_ name: String, in store: RunStore) throws -> (String, Set<String>?) {
    func folder(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }
    var text = name
    // A path into the store, as a shell completes it.
    if text.contains("/"), folder(text).hasPrefix(folder(store.path) + "/") {
      text = String(folder(text).dropFirst(folder(store.path).count + 1))
    }
    let reference = try RunReference(text, store: store)
    try store.check(experiment: reference.experiment)
    if reference.hash.isEmpty { return (reference.experiment, nil) }
    let paths = try store.paths(reference)
    let hashes = Set(paths.map { String($0.prefix { $0 != "/" }) })
    guard hashes.count == 1 else {
      throw RunStoreError("\(name): several configurations begin so: \(listed(hashes.sorted()))")
    }
    return (reference.experiment, Set(paths))
  }

  private static func listed(_ names: [String]) -> String {
    names.prefix(8).joined(separator: ", ") + (names.count > 8 ? " and \(names.count - 8) more" : "")
  }
}
