/// A comparison of a run's figure with a value: `loss.final<1e-10`, `activation=tanh`, `data.name~mnist`.
///
/// The figure is named by its path in the result or, where that has none, in the settings; `result.width` and
/// `settings.width` say which. A run that has no such figure does not meet the condition.
///
/// Numbers are compared with numbers, infinities as such; NaN is equal to itself and neither below nor above anything.
/// Words are compared with words, by their bytes. Truth values are only equal or unequal.
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
  /// What the figure is compared with, as it was written.
  public let text: String
  /// The same as a number or a truth value, where it can be read so.
  public let value: JSONValue

  /// Reads `FIGURE OP VALUE`, with or without spaces.
  ///
  /// - Throws: ``RunStoreError`` with what is accepted.
  public init(_ text: String) throws {
    for i in text.indices {
      guard let comparison = Comparison.allCases.first(where: { text[i...].hasPrefix($0.rawValue) }) else { continue }
      let figure = String(text[..<i]).trimming(" ")
      var value = String(text[text.index(i, offsetBy: comparison.rawValue.count)...])
      // "==" is as good as "=".
      if comparison == .equal, value.hasPrefix("=") { value.removeFirst() }
      value = value.trimming(" ")
      guard !figure.isEmpty, let first = value.first, !"=<>!~".contains(first) else { break }
      if value.count > 1, first == "\"" || first == "'", value.last == first {
        value = String(value.dropFirst().dropLast())
        (self.figure, self.comparison, self.text, self.value) = (figure, comparison, value, .string(value))
        return
      }
      self.figure = figure
      self.comparison = comparison
      self.text = value
      switch value {
      case "true": self.value = true
      case "false": self.value = false
      default: self.value = Int64(value).map { .integer($0) } ?? Double(value).map { JSONValue($0) } ?? .string(value)
      }
      return
    }
    throw RunStoreError(
      "\"\(text)\": a condition is FIGURE, one of = != < <= > >= ~ and a value, such as \"loss.final<1e-10\"")
  }

  /// The canonical texts of the values that are equal to the condition's: a word of digits is a word too.
  var equalTexts: [String] { Array(Set([value.text, JSONValue.string(text).text])).sorted() }

  /// Whether a figure's value meets the condition; what the index does in SQL means the same.
  public func isMet(by found: JSONValue?) -> Bool {
    guard let found, found != .null else { return false }
    switch comparison {
    case .equal: return equalTexts.contains(found.text)
    case .notEqual: return !equalTexts.contains(found.text)
    case .contains: return found.cell.utf8.contains(text.utf8)
    case .less, .atMost, .greater, .atLeast: break
    }
    if case (.integer(let x), .integer(let bound)) = (found, value) { return holds(x < bound, x == bound, x > bound) }
    if let bound = value.numericValue {
      guard let x = found.numericValue else { return false }
      return holds(x < bound, x == bound, x > bound)
    }
    guard let word = found.stringValue, found.numericValue == nil else { return false }
    let isBelow = word.utf8.lexicographicallyPrecedes(text.utf8)
    return holds(isBelow, word == text, !isBelow && word != text)
  }

  private func holds(_ below: Bool, _ equal: Bool, _ above: Bool) -> Bool {
    switch comparison {
    case .less: below
    case .atMost: below || equal
    case .greater: above
    case .atLeast: above || equal
    case .equal: equal
    case .notEqual: !equal
    case .contains: false
    }
  }
}

extension String {
  fileprivate func trimming(_ character: Character) -> String {
    let start = firstIndex { $0 != character } ?? endIndex
    let end = lastIndex { $0 != character }.map { index(after: $0) } ?? start
    return start < end ? String(self[start..<end]) : ""
  }
}
