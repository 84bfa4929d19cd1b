/// Which runs are meant: by experiment, state, seed, and conditions on settings and results.
public struct RunFilter: Sendable, Hashable {
  /// Empty for all.
  public var experiments: [String] = []
  public var states: Set<RunStatus.State> = []
  public var seeds: Set<UInt64> = []
  /// All of them must hold.
  public var conditions: [RunCondition] = []
  /// The beginning of the hash of the configuration.
  public var hash = ""

  public init() {}
}

/// A comparison of a run's figure with a value: `loss.final<1e-10`, `activation=tanh`, `data.name~mnist`.
///
/// The figure is named by its path in the result or, where that has none, in the settings; `result.width` and
/// `settings.width` say which. A run that has no such figure does not meet the condition.
public struct RunCondition: Sendable, Hashable {
  public enum Comparison: String, Sendable, CaseIterable {
    case notEqual = "!="
    case atMost = "<="
    case atLeast = ">="
    case less = "<"
    case greater = ">"
    case equal = "="
    case contains = "~"
  }

  public let figure: String
  public let comparison: Comparison
  public let value: JSONValue

  /// Reads `FIGURE OP VALUE`, with or without spaces.
  ///
  /// - Throws: ``RunStoreError`` with what is accepted.
  public init(_ text: String) throws {
    for i in text.indices {
      guard let comparison = Comparison.allCases.first(where: { text[i...].hasPrefix($0.rawValue) }) else { continue }
      let figure = String(text[..<i]).trimming(" ")
      let value = String(text[text.index(i, offsetBy: comparison.rawValue.count)...]).trimming(" ")
      guard !figure.isEmpty, !value.isEmpty else { break }
      self.figure = figure
      self.comparison = comparison
      switch value {
      case "true": self.value = true
      case "false": self.value = false
      default: self.value = Double(value).map { JSONValue($0) } ?? .string(value)
      }
      return
    }
    throw RunStoreError(
      "\"\(text)\": a condition is FIGURE, one of = != < <= > >= ~ and a value, such as \"loss.final<1e-10\"")
  }
}

extension String {
  fileprivate func trimming(_ character: Character) -> String {
    let start = firstIndex { $0 != character } ?? endIndex
    let end = lastIndex { $0 != character }.map { index(after: $0) } ?? start
    return start < end ? String(self[start..<end]) : ""
  }
}
