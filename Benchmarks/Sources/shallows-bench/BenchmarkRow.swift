import ArgumentParser
import Foundation

/// One measured number: what was done, by whom, and the value of a metric named in the row itself.
///
/// In JSON the metric is the key: `{"name": "tanh f64", "peer": "shallows", "elementsPerNanosecond": 1.6}`.
struct BenchmarkRow: Encodable {
  var name: String
  var peer = "shallows"
  var metric: String
  var value: Double

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(name, forKey: Key("name"))
    try container.encode(peer, forKey: Key("peer"))
    try container.encode(value, forKey: Key(metric))
  }
}

/// The options that all suites share.
struct BenchmarkOptions: ParsableArguments {
  @Flag(help: "Print one JSON object a row instead of a table.") var json = false

  func report(_ rows: [BenchmarkRow]) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    for row in rows {
      if json {
        print(String(decoding: try encoder.encode(row), as: UTF8.self))
      } else {
        let name = row.name.padding(toLength: max(28, row.name.count), withPad: " ", startingAt: 0)
        print(name, String(format: "%10.3f", row.value), row.metric)
      }
    }
  }
}
