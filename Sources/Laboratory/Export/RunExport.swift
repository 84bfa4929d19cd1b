import Datasets

/// Runs for other programs: tables of their figures and of their curves.
///
/// The bytes depend on the runs alone. Order the runs as the index does to get the same file every time.
public struct RunExport: Sendable {
  public enum Format: String, Sendable, CaseIterable {
    /// A line for each run: the settings that vary, the seed, every figure.
    case csv
    /// An object for each run, whole: settings, status, command, result.
    case jsonl
    /// An array for each setting that varies, the seed and every figure.
    case npz
  }

  public let runs: [RecordedRun]
  let table: RunTable

  public init(_ runs: [RecordedRun]) {
    self.runs = runs
    table = RunTable(runs)
  }

  public func csv() -> String { table.csv() }

  public func jsonl() throws -> String {
    try runs.map { run in
      let object: JSONValue = [
        "experiment": .string(run.experiment), "path": .string(run.path), "verb": .string(run.verb),
        "schema": .integer(Int64(run.schema)), "seed": JSONValue(seed: run.seed), "settings": run.settings,
        "status": try JSONValue(encoding: run.status), "command": .array(run.command.map { .string($0) }),
        "result": run.result,
      ]
      return object.text + "\n"
    }.joined()
  }

  /// The arrays of an `.npz` file: for NumPy's `load`, each as long as there are runs.
  ///
  /// Numbers are `float64`, NaN where a run has none, or `int64` where all are whole; truth values that all runs have are
  /// `bool`; all else is text, empty where a run has none. Seeds above 2^53 make the seeds text.
  public func arrays() -> [(name: String, array: NPYArray)] {
    let seeds = table.rows.map(\.seed)
    var arrays: [(name: String, array: NPYArray)] = [
      ("seed", NPYArray(exactly: seeds) ?? NPYArray(seeds.map(String.init)))
    ]
    for axis in table.axes { arrays.append((Self.arrayName(axis), Self.array(table.rows.map { $0.point[axis] }))) }
    for (figure, title) in zip(table.figures, table.figureTitles) {
      arrays.append((Self.arrayName(title), Self.array(table.rows.map { $0.figures[figure] })))
    }
    return arrays
  }

  /// A name that NumPy and archives accept: signs that have a meaning in paths become dashes.
  static func arrayName(_ name: String) -> String {
    String(
      name.unicodeScalars.map { scalar in
        "/\\:".unicodeScalars.contains(scalar) || scalar.properties.generalCategory == .control
          ? "-" : Character(scalar)
      })
  }

  private static func array(_ values: [JSONValue?]) -> NPYArray {
    if values.allSatisfy({ $0 == nil || $0!.numericValue != nil }) {
      let integers = values.compactMap { $0?.integerValue }
      if integers.count == values.count, let array = NPYArray(exactly: integers) { return array }
      return NPYArray(values.map { $0?.numericValue ?? .nan })
    }
    let flags = values.compactMap { value -> Bool? in if case .boolean(let flag)? = value { flag } else { nil } }
    if flags.count == values.count { return NPYArray(flags: flags) }
    // NumPy ends a text at its first zero character.
    return NPYArray(values.map { ($0?.cell ?? "").replacing("\0", with: "") })
  }
}
