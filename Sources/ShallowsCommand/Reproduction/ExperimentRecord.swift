import Foundation
import Shallows

/// One figure over seeds: what was measured for one line of a panel at one place of its axis.
struct ExperimentRow: Codable {
  let panel: String
  let series: String
  let metric: String
  let x: Double
  /// One value for each seed, in the order of seeds.
  let values: [Double]
  let mean: Double
  let standardError: Double
  let median: Double
  let lowerQuartile: Double
  let upperQuartile: Double

  init(panel: String, series: String, metric: String, x: Double, values: [Double]) {
    self.panel = panel
    self.series = series
    self.metric = metric
    self.x = x
    self.values = values
    let summary = SampleSummary(values)
    mean = summary.mean
    // A single value is shown without a band.
    standardError = values.count > 1 ? summary.standardError : 0
    median = summary.median
    (lowerQuartile, upperQuartile) = (summary.lowerQuartile, summary.upperQuartile)
  }
}

/// An experiment's results as they are committed: the rows, the settings, the command, the machine and the claims.
struct ExperimentRecord: Codable {
  let name: String
  let title: String
  let command: String
  let settings: [String: String]
  let environment: RunEnvironment
  /// Processor time of all runs, whenever they were made, and how many there were.
  let processorSeconds: Double
  let runs: Int
  let rows: [ExperimentRow]
  /// What the figures say, in sentences made from them.
  let findings: [String]
  let claims: [Claim]
}
