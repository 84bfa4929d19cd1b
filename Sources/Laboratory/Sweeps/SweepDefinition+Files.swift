import Foundation
import TOMLKit
import Yams

extension SweepDefinition {
  /// Reads a sweep file: TOML, or YAML if its name ends in `.yaml` or `.yml`.
  ///
  /// - Throws: ``RunStoreError`` naming the file, the place, the value and what is accepted.
  public static func read(_ path: String) throws -> SweepDefinition {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw RunStoreError("\(path): there is no such file, or it cannot be read")
    }
    guard let text = String(data: data, encoding: .utf8) else { throw RunStoreError("\(path): not text in UTF-8") }
    // The parser of TOML would take it for the end.
    if let i = text.utf8.firstIndex(of: 0) {
      let line = text.utf8[..<i].count { $0 == UInt8(ascii: "\n") } + 1
      throw RunStoreError("\(path): line \(line): a character of code 0; a text file is needed")
    }
    let url = URL(fileURLWithPath: path)
    do {
      let value =
        ["yaml", "yml"].contains(url.pathExtension.lowercased()) ? try yaml(text) : try JSONValue(toml: text)
      return try SweepDefinition(value, fallbackName: url.deletingPathExtension().lastPathComponent)
    } catch let error as RunStoreError {
      throw RunStoreError("\(path): \(error.description)")
    }
  }

  private static func yaml(_ text: String) throws -> JSONValue {
    do {
      guard let node = try Yams.compose(yaml: text) else { throw RunStoreError("the file is empty") }
      return try JSONValue(yaml: node)
    } catch let error as YamlError {
      throw RunStoreError("not YAML: \(error)")
    }
  }
}

extension JSONValue {
  /// - Throws: ``RunStoreError`` with line and column.
  init(toml text: String) throws {
    do {
      self = try JSONValue(TOMLTable(string: text), place: "")
    } catch let error as TOMLParseError {
      throw RunStoreError(
        "line \(error.source.begin.line), column \(error.source.begin.column): not TOML: \(error.description)")
    }
  }

  private init(_ value: any TOMLValueConvertible, place: String) throws {
    if let table = value.table {
      var members: [String: JSONValue] = [:]
      for (key, value) in table { members[key] = try JSONValue(value, place: place.isEmpty ? key : "\(place).\(key)") }
      self = .object(members)
    } else if let array = value.array {
      self = .array(try array.map { try JSONValue($0, place: place) })
    } else if let flag = value.bool {
      self = .boolean(flag)
    } else if let integer = value.int {
      self = .integer(Int64(integer))
    } else if let number = value.double {
      self.init(number)
    } else if let text = value.string {
      self = .string(text)
    } else {
      throw RunStoreError("\(place): dates and times are not accepted; put the value in quotation marks")
    }
  }

  /// - Throws: ``RunStoreError``.
  init(yaml node: Yams.Node) throws {
    switch node {
    case .mapping(let mapping):
      var members: [String: JSONValue] = [:]
      for (key, value) in mapping {
        guard let name = key.string else { throw RunStoreError("a key that is not a text") }
        guard members.updateValue(try JSONValue(yaml: value), forKey: name) == nil else {
          throw RunStoreError("\(name): given twice")
        }
      }
      self = .object(members)
    case .sequence(let items): self = .array(try items.map(JSONValue.init(yaml:)))
    case .scalar(let scalar):
      if scalar.style == .singleQuoted || scalar.style == .doubleQuoted {
        self = .string(scalar.string)
      } else if let integer = node.int {
        self = .integer(Int64(integer))
      } else if let number = node.float {
        self.init(number)
      } else if node.null != nil {
        self = .null
      } else if ["true", "false"].contains(scalar.string.lowercased()) {
        // Only these: "no" and "off" are words.
        self = .boolean(scalar.string.lowercased() == "true")
      } else {
        self = .string(scalar.string)
      }
    default: throw RunStoreError("aliases of YAML are not accepted")
    }
  }
}
