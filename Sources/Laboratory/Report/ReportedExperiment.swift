import Foundation

/// Runs of one experiment, by configuration, with what varies among them.
struct ReportedExperiment: Sendable {
  /// One configuration and its seeds.
  struct Configuration: Sendable {
    let hash: String
    let verb: String
    let settings: JSONValue
    /// The values of the axes.
    let point: [String: JSONValue]
    /// By seed.
    let runs: [RecordedRun]

    var completed: [RecordedRun] { runs.filter { $0.status.state == .completed } }
  }

  let name: String
  let folder: String
  let verbs: [String]
  /// What varies, in the order of columns.
  let axes: [String]
  let headline: [String]
  let configurations: [Configuration]
  /// Runs of the sweep that have not begun.
  let planned: Int
  /// Runs in the folder that the sweep, as it was last begun, has not.
  let leftOut: Int
  /// The distinct environments with the paths of their runs, the most used first.
  let environments: [(environment: JSONValue, paths: [String])]

  var runs: [RecordedRun] { configurations.flatMap(\.runs) }

  /// - Parameter damaged: grows by the errors of runs that cannot be read.
  init(_ selection: RunSelection, in store: RunStore, damaged: inout [String]) throws {
    name = selection.experiment
    folder = store.folder(of: name)
    let record = try SweepPlan.record(of: name, in: store)
    var groups: [String: [RecordedRun]] = [:]
    var order: [String] = record?.hashes ?? []
    var leftOut = 0
    var environments: [JSONValue: [String]] = [:]
    let seeds = record.map { Set($0.seeds.map(RunFolder.name(ofSeed:))) } ?? []
    for place in store.scan(name) {
      if let paths = selection.paths, !paths.contains(place.path) { continue }
      let hash = String(place.path.prefix { $0 != "/" })
      let seed = place.path.dropFirst(hash.count + 1)
      if selection.paths == nil, let record, record.configurations[hash] == nil || !seeds.contains(String(seed)) {
        leftOut += 1
        continue
      }
      let folder = RunFolder(path: "\(store.path)/\(name)/\(place.path)")
      do {
        guard var run = try RecordedRun(folder: folder, experiment: name, path: place.path) else { continue }
        if run.status.state == .running { run.status.state = store.liveState(path: place.path, in: name) }
        if let environment = try? folder.environment() { environments[environment, default: []].append(place.path) }
        if groups[hash] == nil, record?.configurations[hash] == nil { order.append(hash) }
        groups[hash, default: []].append(run)
      } catch let error as RunStoreError {
        damaged.append(error.description)
      }
    }
    self.leftOut = leftOut
    self.environments = environments.map { (environment: $0.key, paths: $0.value) }.sorted {
      ($1.paths.count, $0.environment.text) < ($0.paths.count, $1.environment.text)
    }
    order.removeAll { groups[$0] == nil }
    headline = record?.headline ?? []
    verbs = Set(groups.values.flatMap { $0.map(\.verb) }).sorted()

    let known = selection.paths == nil ? record.map { Set($0.seeds) } ?? [] : []
    let begun = groups.values.reduce(0) { $0 + $1.count { known.contains($0.seed) } }
    planned = selection.paths == nil ? max(0, (record?.hashes.count ?? 0) * known.count - begun) : 0

    var points: [String: [String: JSONValue]] = [:]
    if let record, order.allSatisfy({ record.configurations[$0] != nil }) {
      for hash in order { points[hash] = record.configurations[hash]!.point }
      axes = record.axes.filter { axis in Set(order.map { points[$0]?[axis] }).count > 1 }
    } else {
      // Runs without a sweep's word on what varies: their settings tell.
      for hash in order {
        let run = groups[hash]![0]
        points[hash] = Dictionary(
          run.settings.flattened().map { ($0.path, $0.value) } + [("verb", .string(run.verb))],
          uniquingKeysWith: { a, _ in a })
      }
      axes = Set(points.values.flatMap(\.keys)).sorted().filter { axis in
        Set(order.map { points[$0]?[axis] }).count > 1
      }
    }
    let axes = self.axes
    configurations = order.map { hash in
      let runs = groups[hash]!.sorted { $0.seed < $1.seed }
      return Configuration(
        hash: hash, verb: runs[0].verb, settings: runs[0].settings,
        point: points[hash]!.filter { axes.contains($0.key) },
        runs: runs)
    }
  }

  /// The completed runs as a table, in the order of configurations and seeds.
  var table: RunTable {
    RunTable(
      axes: axes,
      rows: configurations.flatMap { configuration in
        configuration.completed.map {
          RunTable.Row(point: configuration.point, seed: $0.seed, figures: RunTable.figures(of: $0.result))
        }
      })
  }

  /// The figures to look at first: those that the verb names, or else what varies of a result's numbers, at most six.
  func headlineFigures(_ table: RunTable) -> [String] {
    let numeric = { (figure: String) in RunTable.sample(figure, of: table.rows) != nil }
    let named = headline.filter { table.figures.contains($0) && numeric($0) }
    if !named.isEmpty { return named }
    let dull = ["guarantee.", "evaluations.", "data.", "widthBound."]
    let candidates = table.figures.filter { figure in
      numeric(figure) && figure != "seed" && !dull.contains { figure.hasPrefix($0) }
    }
    let varying = candidates.filter { figure in Set(table.rows.map { $0.figures[figure] }).count > 1 }
    return Array((varying.isEmpty ? candidates : varying).prefix(6))
  }

  /// How many runs are in each state, those that have not begun included.
  var states: [(state: RunStatus.State, count: Int)] {
    var counts: [RunStatus.State: Int] = planned > 0 ? [.planned: planned] : [:]
    for run in runs { counts[run.status.state, default: 0] += 1 }
    return RunStatus.State.allCases.compactMap { state in counts[state].map { (state, $0) } }
  }

  /// The axes that figures need: numbers that go with the name of something, such as the iterations that a list gives to
  /// each method, tell nothing more.
  var plottedAxes: [String] {
    func isNamed(_ axis: String) -> Bool { values(of: axis).contains { $0.numericValue == nil } }
    func decides(_ name: String, _ axis: String) -> Bool {
      let pairs = Set(configurations.map { [$0.point[name], $0.point[axis]] })
      return pairs.count == Set(configurations.map { $0.point[name] }).count
    }
    let names = axes.filter(isNamed)
    return axes.filter { axis in names.contains(axis) || !names.contains { decides($0, axis) } }
  }

  /// The values of an axis in the order of the configurations.
  func values(of axis: String) -> [JSONValue] {
    var values: [JSONValue] = []
    for configuration in configurations {
      if let value = configuration.point[axis], !values.contains(value) { values.append(value) }
    }
    return values
  }

  /// The settings that all configurations share, by path.
  var commonSettings: [(path: String, value: JSONValue)] {
    guard let first = configurations.first else { return [] }
    let others = configurations.dropFirst().map { configuration in
      Dictionary(configuration.settings.flattened().map { ($0.path, $0.value) }, uniquingKeysWith: { a, _ in a })
    }
    return first.settings.flattened().filter { member in others.allSatisfy { $0[member.path] == member.value } }
  }
}
