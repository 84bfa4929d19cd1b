extension RunTable {
  /// Recorded runs, in their order, by the settings in which they differ; by experiment, verb, schema and state too where
  /// these differ. Runs that are not complete have no figures.
  public init(_ runs: [RecordedRun]) {
    var flat: [RunConfiguration: [String: JSONValue]] = [:]
    for run in runs where flat[run.configuration] == nil { flat[run.configuration] = run.settings.scalars }
    let varying = SettingsComparison(flat.values).varying
    let names = Set(varying)
    let general: [(name: String, value: (RecordedRun) -> JSONValue)] = [
      ("experiment", { .string($0.experiment) }), ("verb", { .string($0.verb) }),
      ("schema", { .integer(Int64($0.schema)) }), ("state", { .string($0.status.state.rawValue) }),
    ]
    let differing = general.filter { column in
      !names.contains(column.name) && runs.contains { column.value($0) != column.value(runs[0]) }
    }
    let rows = runs.map { run in
      var point = flat[run.configuration]!.filter { names.contains($0.key) }
      for column in differing { point[column.name] = column.value(run) }
      return Row(point: point, seed: run.seed, figures: Self.figures(of: run.result))
    }
    self.init(axes: differing.map(\.name) + varying, rows: rows)
  }

  /// The names of the figures in files, where those of the axes are taken: `result.width`.
  var figureTitles: [String] {
    let taken = Set(axes + ["seed"])
    return figures.map { taken.contains($0) ? "result." + $0 : $0 }
  }
}
