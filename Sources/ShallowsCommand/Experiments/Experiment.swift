import Shallows

/// A published or derived claim, put to the test by one command.
struct Experiment: Sendable {
  let name: String
  let title: String
  let summary: String
  /// Runs it: rows, settings worth recording, findings.
  let run: @Sendable (ExperimentContext) throws -> Outcome
  /// Draws the figures of its rows: file suffix ("" for the main one) and picture.
  let draw: @Sendable ([ExperimentRow]) -> [(suffix: String, picture: Picture)]

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

  static let all = [cliff, widthSweep, memorisation, digits, region]

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
