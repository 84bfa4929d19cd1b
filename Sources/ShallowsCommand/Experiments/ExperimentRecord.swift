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

/// An experiment's results as they are committed: the rows, the settings, the command and the machine.
struct ExperimentRecord: Codable {
  struct Machine: Codable {
    let processor: String
    let threads: Int
    let blasKernel: String

    static var current: Machine {
      let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
      let model = lines.first { $0.hasPrefix("model name") }?.split(separator: ":").last.map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      return Machine(processor: model ?? "unknown", threads: Parallel.threads, blasKernel: BLAS.kernel)
    }
  }

  let name: String
  let title: String
  let command: String
  let settings: [String: String]
  let machine: Machine
  let seconds: Double
  let rows: [ExperimentRow]
  /// What the figures say, in sentences made from them.
  let findings: [String]
}

/// What an experiment is run with.
struct ExperimentContext {
  let quick: Bool
  let seeds: Int
  let data: String?
  let reporter: ProgressReporter

  /// Runs every task on its own, several at a time, and returns their results in order. Each task is one seed's run, so
  /// results do not depend on how tasks are shared out.
  func map<Task: Sendable, Result: Sendable>(
    _ tasks: [Task], _ body: @Sendable @escaping (Task) throws -> Result
  ) throws -> [Result] {
    let results = Results<Result>(count: tasks.count)
    Parallel.forEach(tasks.count) { i in
      results.set(i, Swift.Result { try body(tasks[i]) })
      reporter.advance()
    }
    return try results.all()
  }
}

/// Results by index, filled from several threads.
private final class Results<Value: Sendable>: @unchecked Sendable {
  private var values: [Result<Value, any Error>?]
  private let lock = NSLock()

  init(count: Int) { values = Array(repeating: nil, count: count) }
  func set(_ i: Int, _ value: Result<Value, any Error>) { lock.withLock { values[i] = value } }
  func all() throws -> [Value] { try values.map { try $0!.get() } }
}
