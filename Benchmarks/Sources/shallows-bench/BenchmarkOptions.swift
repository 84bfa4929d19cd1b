import ArgumentParser
import Foundation
import Shallows

/// The options that all suites share, and the ways to run one.
struct BenchmarkOptions: ParsableArguments {
  @Flag(help: "Print one JSON object a case instead of a table.") var json = false

  @Flag(help: "Announce the cases, then measure one for each line \"CASE<tab>SECONDS\" on standard input.")
  var serve = false

  @Option(help: "Threads that the library may use.") var threads = 1

  @Option(help: "Time for each case without --serve, in seconds.") var seconds = 1.0

  @Option(help: "Write the problem as NPZ, for the peers to solve the same one.") var export: String?

  /// Measures all cases, or those asked for on standard input: peers are run between our own measurements so that a
  /// slow spell of the machine meets all alike.
  func run(_ cases: [BenchmarkCase]) throws {
    if serve { return try answer(cases) }
    for item in cases {
      let times = item.measure(seconds: seconds)
      if json {
        try printJSON(
          Row(
            name: item.name, median: median(times.wall), fastest: times.wall.min()!, medianCPU: median(times.cpu),
            repeats: times.wall.count, figures: times.figures))
      } else {
        let name = item.name.padding(toLength: max(34, item.name.count), withPad: " ", startingAt: 0)
        print(name, String(format: "%14.3f us", median(times.wall) * 1e6))
      }
    }
  }

  private func answer(_ cases: [BenchmarkCase]) throws {
    try printJSON(Announcement(cases: cases.map(\.name), blas: BLAS.kernel, threads: Parallel.threads))
    while let line = readLine() {
      let words = line.split(separator: "\t")
      guard words.count == 2, let seconds = Double(words[1]), let item = cases.first(where: { $0.name == words[0] })
      else { throw ValidationError("\"\(line)\" is not the name of a case, a tab and a number of seconds") }
      try printJSON(item.measure(seconds: seconds))
    }
  }

  mutating func validate() throws {
    guard threads >= 1 else { throw ValidationError("--threads \(threads): at least 1 is needed.") }
  }

  /// Limits the library to the threads asked for; comes before anything is timed.
  func limitThreads() { Parallel.threads = threads }

  private struct Announcement: Encodable {
    let cases: [String]
    let blas: String
    let threads: Int
  }

  /// Times in seconds a unit of work.
  private struct Row: Encodable {
    let name: String
    var peer = "shallows"
    let median: Double
    let fastest: Double
    let medianCPU: Double
    let repeats: Int
    let figures: [String: Double]
  }
}

/// Prints a value as one line of JSON, at once.
func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  print(String(decoding: try encoder.encode(value), as: UTF8.self))
  fflush(nil)
}
