import Foundation
import Randomness

/// The values that a sweep gives to one parameter: a list, or a range on a linear or logarithmic scale.
///
///     width = [8, 16, 32]
///     samples = { from = 100, to = 500, step = 100 }
///     zeta = { from = 0.1, to = 100, count = 4, scale = "log" }     0.1, 1, 10, 100
///
/// Ends belong to a range. Values of a range are rounded to twelve digits, so that 0.1, 0.2, 0.3 are what they look like.
struct ParameterValues: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    case list([JSONValue])
    case range(from: Double, to: Double, spacing: Spacing)
  }
  enum Spacing: Sendable, Hashable {
    case step(Double)
    case count(Int, logarithmic: Bool)
    /// A range to draw from, without values of its own.
    case continuous(logarithmic: Bool)
  }

  let kind: Kind

  /// - Parameters:
  ///   - place: where the value stands, for errors: `grid.width`.
  ///   - isDrawn: whether values are drawn at random; a range then needs neither step nor count.
  init(_ value: JSONValue, place: String, isDrawn: Bool = false) throws {
    switch value {
    case .array(let items):
      guard !items.isEmpty else { throw RunStoreError("\(place): the list is empty; give at least one value") }
      for (i, item) in items.enumerated() {
        switch item {
        case .array, .object, .null:
          throw RunStoreError("\(place)[\(i)] = \(item.text): a number, a text, true or false is accepted")
        default: break
        }
      }
      kind = .list(items)
    case .object(let members):
      kind = try Self.range(members, place, isDrawn)
    default:
      throw RunStoreError(
        "\(place) = \(value.text): a list of values, or a range { from = ..., to = ..., step = ... } or { from = ..., "
          + "to = ..., count = ..., scale = \"log\" } is accepted; a single value belongs to [base]")
    }
  }

  private static func range(_ members: [String: JSONValue], _ place: String, _ isDrawn: Bool) throws -> Kind {
    for name in members.keys.sorted() where !["from", "to", "step", "count", "scale"].contains(name) {
      throw RunStoreError("\(place).\(name): unknown; a range has from, to, and step or count, and scale")
    }
    func number(_ name: String) throws -> Double? {
      guard let value = members[name] else { return nil }
      guard let x = value.numericValue, x.isFinite else {
        throw RunStoreError("\(place).\(name) = \(value.text): a finite number is needed")
      }
      return x
    }
    guard let from = try number("from"), let to = try number("to") else {
      throw RunStoreError("\(place): a range needs both from and to")
    }
    guard from <= to else { throw RunStoreError("\(place): from = \(from) is above to = \(to)") }
    let scale = members["scale"] ?? "linear"
    guard scale == "linear" || scale == "log" else {
      throw RunStoreError("\(place).scale = \(scale.text): \"linear\" or \"log\" is accepted")
    }
    let logarithmic = scale == "log"
    if logarithmic && from <= 0 {
      throw RunStoreError("\(place): from = \(from), but a logarithmic range lies above zero")
    }
    if let step = try number("step") {
      guard step > 0 else { throw RunStoreError("\(place).step = \(step): a positive number is needed") }
      guard members["count"] == nil, !logarithmic else {
        throw RunStoreError("\(place): step goes with neither count nor scale = \"log\"; give one of them")
      }
      guard (to - from) / step < 1e6 else { throw RunStoreError("\(place): more than a million values") }
      return .range(from: from, to: to, spacing: .step(step))
    }
    if let count = members["count"] {
      guard let n = count.integerValue, n >= 1, n <= 1_000_000 else {
        throw RunStoreError("\(place).count = \(count.text): a whole number from 1 to a million is needed")
      }
      return .range(from: from, to: to, spacing: .count(Int(n), logarithmic: logarithmic))
    }
    guard isDrawn else { throw RunStoreError("\(place): a range of a grid needs step or count") }
    return .range(from: from, to: to, spacing: .continuous(logarithmic: logarithmic))
  }

  /// All values in order; none of a continuous range.
  var all: [JSONValue] {
    switch kind {
    case .list(let items): return items
    case .range(let from, let to, .step(let step)):
      // A little beyond, so that rounding does not lose the last one.
      return (0...Int((to - from) / step + 1e-9)).map { Self.rounded(from + Double($0) * step) }
    case .range(let from, let to, .count(let n, let logarithmic)):
      return (0..<n).map { i in
        if i == 0 { return JSONValue(from) }
        if i == n - 1 { return JSONValue(to) }
        let t = Double(i) / Double(n - 1)
        return Self.rounded(logarithmic ? from * pow(to / from, t) : from + (to - from) * t)
      }
    case .range(_, _, .continuous): return []
    }
  }

  /// A value drawn from them: one of a list or of a range with steps, or anything between the ends of another range.
  func drawn(from stream: inout RandomStream) -> JSONValue {
    if case .range(let from, let to, .continuous(let logarithmic)) = kind {
      let u: Double = stream.uniform()
      return Self.rounded(logarithmic ? from * pow(to / from, u) : from + (to - from) * u)
    }
    let values = all
    return values[stream.integer(below: values.count)]
  }

  private static func rounded(_ x: Double) -> JSONValue { JSONValue(Double(String(format: "%.12g", x)) ?? x) }
}
