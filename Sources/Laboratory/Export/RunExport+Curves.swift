import Datasets

extension RunExport {
  /// The recorded iterations of the runs, in their order.
  public struct Curves: Sendable {
    let table: RunTable
    let lines: [[JSONValue]]
    /// The measurements, in alphabetical order; without `iteration`.
    public let names: [String]

    /// The longest of the curves.
    var length: Int { lines.map(\.count).max() ?? 0 }
  }

  /// Reads `metrics.jsonl` of every run.
  public func curves(in store: RunStore) -> Curves {
    let lines = runs.map { MetricsLog.read(RunFolder(path: "\(store.path)/\($0.experiment)/\($0.path)").metricsPath) }
    let names = Set(lines.flatMap { $0.flatMap { $0.objectValue.map { Array($0.keys) } ?? [] } }).subtracting([
      "iteration"
    ])
    return Curves(table: table, lines: lines, names: names.sorted())
  }
}

extension RunExport.Curves {
  /// A line for each recorded iteration: the settings that vary, the seed, the iteration and the measurements.
  public func csv() -> String {
    let taken = Set(table.axes + ["seed", "iteration"])
    let titles = table.axes + ["seed", "iteration"] + names.map { taken.contains($0) ? "metrics." + $0 : $0 }
    var text = titles.map(csvCell).joined(separator: ",") + "\n"
    for (row, lines) in zip(table.rows, lines) {
      let start = (table.axes.map { row.point[$0]?.cell ?? "" } + ["\(row.seed)"]).map(csvCell).joined(separator: ",")
      for line in lines {
        text +=
          start + "," + (["iteration"] + names).map { csvCell(line[$0]?.cell ?? "") }.joined(separator: ",") + "\n"
      }
    }
    return text
  }

  /// An object for each recorded iteration.
  public func jsonl() -> String {
    var text = ""
    for (row, lines) in zip(table.rows, lines) {
      for line in lines {
        let object: JSONValue = [
          "settings": .object(row.point), "seed": JSONValue(seed: row.seed), "iteration": line["iteration"] ?? .null,
          "metrics": .object((line.objectValue ?? [:]).filter { $0.key != "iteration" }),
        ]
        text += object.text + "\n"
      }
    }
    return text
  }

  /// A matrix for each measurement, runs x recorded iterations, padded with NaN: `metrics/loss`, and `metrics/iteration`
  /// for the numbers of the iterations.
  public func arrays() -> [(name: String, array: NPYArray)] {
    let length = length
    return (["iteration"] + names).map { name in
      var values = [Double](repeating: .nan, count: lines.count * length)
      for (i, line) in lines.enumerated() {
        for (j, point) in line.enumerated() { values[i * length + j] = point[name]?.numericValue ?? .nan }
      }
      return ("metrics/" + RunExport.arrayName(name), NPYArray(values, shape: [lines.count, length]))
    }
  }
}
