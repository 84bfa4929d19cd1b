import Foundation

/// Why a data file could not be used: the file, the place in it, what was found there and what would be accepted.
///
/// ```
/// iris.csv, line 7, column 2 "width": found "wide"; accepted: a finite number (inputs must be numbers)
/// ```
public struct DatasetError: Error, Equatable, Sendable, LocalizedError, CustomStringConvertible {
  /// The sort of fault, for callers that react differently to different faults.
  public enum Kind: String, Equatable, Sendable {
    case missingFile, unreadable, unknownFormat, tooLarge, empty, headerOnly
    case raggedRow, notANumber, missingValue, notFinite, quoting, encoding
    case badMagic, truncated, oversized, badHeader, corrupt, checksum, unsupported, changed
    case missingArray, missingColumn, missingTarget, countMismatch, constantTarget, tooManyOutputs, badName
  }

  /// Where in the file: a line and column counted from 1, a byte counted from 0, or an entry of an array.
  public enum Place: Equatable, Sendable, CustomStringConvertible {
    case line(Int)
    case cell(line: Int, column: Int, name: String?)
    case column(Int, name: String?)
    case byte(Int)
    case array(String)
    case entry(array: String, index: [Int])

    public var description: String {
      func named(_ name: String?) -> String { name.map { " \"\(excerpt($0))\"" } ?? "" }
      switch self {
      case .line(let line): return "line \(line)"
      case .cell(let line, let column, let name): return "line \(line), column \(column)" + named(name)
      case .column(let column, let name): return "column \(column)" + named(name)
      case .byte(let offset): return "byte \(offset)"
      case .array(let name): return "array \"\(excerpt(name))\""
      case .entry(let array, let index):
        return "array \"\(excerpt(array))\", entry [\(index.map(String.init).joined(separator: ", "))]"
      }
    }
  }

  public let kind: Kind
  public let file: String
  public let place: Place?
  /// What stands there.
  public let found: String
  /// What would be accepted instead.
  public let accepted: String

  public init(_ kind: Kind, file: String, at place: Place? = nil, found: String, accepted: String) {
    self.kind = kind
    self.file = file
    self.place = place
    self.found = found
    self.accepted = accepted
  }

  public var description: String {
    file + (place.map { ", \($0)" } ?? "") + ": found \(found); accepted: \(accepted)"
  }

  public var errorDescription: String? { description }
}

/// The text on one line, without control characters and cut after 60 characters, fit to be quoted in a message.
func excerpt(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars.prefix(60) {
    result.unicodeScalars.append(scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar)
  }
  return text.unicodeScalars.count > 60 ? result + "..." : result
}

/// `count` with its noun in the right number: "1 value", "3 values".
func counted(_ count: Int, _ noun: String, plural: String? = nil) -> String {
  "\(count) " + (count == 1 ? noun : plural ?? noun + "s")
}
