import Shallows

/// Published or derived claims, put to the test by one command.
///
/// A system adds its own to ``all``: tasks of one seed or one batch of seeds each, what to do for one, figures made of
/// the results, pictures, and the claims that the figures are held against.
struct Experiment: Sendable {
  let name: String
  let title: String
  let summary: String
  /// Raised whenever equal tasks would give other numbers than before: recorded runs are then not taken up.
  var schema = 1
  /// Seeds for each point unless others are asked for.
  var seeds = (quick: 2, full: 20)
  /// Runs it: rows, settings worth recording, findings.
  let run: @Sendable (ExperimentContext) throws -> Outcome
  /// Draws the figures of its rows: file suffix ("" for the main one) and picture.
  let draw: @Sendable ([ExperimentRow]) -> [(suffix: String, picture: Picture)]
  /// Holds the rows against what others have published or measured.
  let claims: @Sendable ([ExperimentRow]) -> [Claim]

  struct Outcome {
    var rows: [ExperimentRow]
    var settings: [String: String]
    var findings: [String]
  }

  enum Picture {
    case plot(Plot)
    case grid(PlotGrid)

    func write(to path: String) throws {
      switch self {
      case .plot(let plot): try plot.write(to: path)
      case .grid(let grid): try grid.write(to: path)
      }
    }
  }

  /// The catalogue, system by system.
  static let all = narrowTraining + teacherStudent + momentRecovery + adversaries

  /// Lines over x of the rows of one panel and metric, medians with the band between quartiles, or means with two
  /// standard errors on either side.
  static func lines(
    _ rows: [ExperimentRow], panel: String, metric: String, byMedian: Bool, floor: Double? = nil
  ) -> [Series] {
    let chosen = rows.filter { $0.panel == panel && $0.metric == metric }
    var names: [String] = []
    for row in chosen where !names.contains(row.series) { names.append(row.series) }
    func raised(_ value: Double) -> Double { floor.map { max($0, value) } ?? value }
    return names.map { name in
      let line = chosen.filter { $0.series == name }.sorted { $0.x < $1.x }
      return .line(
        name, line.map { Point($0.x, raised(byMedian ? $0.median : $0.mean)) },
        band: (
          lower: line.map { raised(byMedian ? $0.lowerQuartile : $0.mean - 2 * $0.standardError) },
          upper: line.map { raised(byMedian ? $0.upperQuartile : $0.mean + 2 * $0.standardError) }
        ))
    }
  }
}

extension [ExperimentRow] {
  /// The panels in order of appearance.
  var panels: [String] {
    var panels: [String] = []
    for row in self where !panels.contains(row.panel) { panels.append(row.panel) }
    return panels
  }

  /// The row of a metric at a place; panel and series may be left open where they do not matter.
  func row(_ metric: String, panel: String? = nil, series: String? = nil, x: Double) -> ExperimentRow? {
    first {
      $0.metric == metric && $0.x == x && (panel == nil || $0.panel == panel) && (series == nil || $0.series == series)
    }
  }
}

/// The values of results that belong together, seed by seed.
func grouped<Key: Hashable, Value>(_ pairs: [(Key, Value)]) -> [(key: Key, values: [Value])] {
  var order: [Key] = []
  var groups: [Key: [Value]] = [:]
  for (key, value) in pairs {
    if groups[key] == nil { order.append(key) }
    groups[key, default: []].append(value)
  }
  return order.map { ($0, groups[$0]!) }
}
