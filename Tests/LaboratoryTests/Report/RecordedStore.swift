import Dynamics
import Foundation
import Laboratory

/// A store in a temporary folder with the runs that a test makes up.
struct RecordedStore: ~Copyable {
  let folder: URL
  let store: RunStore

  /// An environment of fixed words, so that pages can be compared.
  static let environment: RunEnvironment = {
    let text = """
      {"version": "1.2.3", "commit": "0123456789abcdef0123", "dirty": true, "libraries": {"BLAS": "Some BLAS 1"},
       "machine": {"host": "somewhere", "system": "Some OS", "processor": "Some CPU", "cores": 4, "threads": 2,
       "memoryBytes": 8000000000}}
      """
    return try! JSONDecoder().decode(RunEnvironment.self, from: Data(text.utf8))
  }()

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("shallows-report-" + UUID().uuidString)
    store = try RunStore(folder.appendingPathComponent("runs").path, environment: Self.environment)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// A sweep over points: `body` makes the result of each run.
  @discardableResult
  func sweep(
    _ name: String, axes: [String], points: [[String: JSONValue]], seeds: Int, headline: [String] = ["loss.final"],
    verb: String = "fit", body: RunBody
  ) throws -> SweepPlan {
    let runs = points.flatMap { point in
      (0..<UInt64(seeds)).map { seed in
        PlannedRun(
          configuration: RunConfiguration(
            verb: verb, schema: 1, settings: .object(point.merging(["method": "pgd"]) { a, _ in a })),
          seed: seed, point: point,
          command: [verb, "data file.csv"]
            + point.sorted { $0.key < $1.key }.flatMap { ["--" + $0.key, $0.value.cell] } + ["--seed", "\(seed)"])
      }
    }
    let plan = SweepPlan(name: name, verb: verb, axes: axes, headline: headline, runs: runs)
    try plan.writeRecord(in: store)
    for run in plan.runs { _ = try store.perform(run, of: name, body: body) }
    return plan
  }

  /// Sixty iterations that fall by a factor of ten in ten, then the loss and a guarantee as the result.
  static let falling: RunBody = { run, context in
    let width = run.point["width"]?.numericValue ?? 1
    let start = (1 + Double(run.seed)) / width
    for i in 0...60 { context.metrics.record(i, [("loss", start * pow(10, -Double(i) / 10)), ("seconds", 0.1)]) }
    return RunOutcome(
      result: [
        "loss": ["final": JSONValue(start * 1e-6)],
        "guarantee": [
          [
            "name": "width", "statement": "The width is at least 4.", "measured": JSONValue(width), "bound": 4,
            "verdict": width >= 4 ? "holds" : "fails", "source": "Somebody 2021",
          ],
          [
            "name": "rank", "statement": .string("Rank \(run.seed)."), "measured": .null, "bound": .null,
            "verdict": "vacuous", "source": "derived",
          ],
        ],
      ])
  }

  static func widths(_ widths: [Int]) -> [[String: JSONValue]] { widths.map { ["width": .integer(Int64($0))] } }
}
