import Foundation
import Randomness
import Testing

@testable import Laboratory

@Suite("JSON values")
struct JSONValueTests {
  @Test("equal values have equal texts")
  func canonical() throws {
    #expect(JSONValue(8.0) == 8 && JSONValue(8.0).text == "8" && JSONValue(-0.0).text == "0")
    #expect(JSONValue.number(8).text == "8", "however it was made")
    let a = try JSONValue(json: Data(#"{"b":[1.0,true,null],"a":"x\u00e9\n\"\\\u0001"}"#.utf8))
    let b = try JSONValue(json: Data(#" { "a" : "xé\n\"\\\u0001", "b" : [ 1 , true , null ] } "#.utf8))
    #expect(a == b && a.text == b.text)
    #expect(a.text == #"{"a":"xé\n\"\\\u0001","b":[1,true,null]}"#)
  }

  @Test(
    "numbers keep every digit, whole ones and truth values their kind",
    arguments: [
      0.1, 1e-10, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 2.0 / 3, 1e21, 9_007_199_254_740_991,
      -123456789.125, 0x1p53,
    ])
  func digits(_ x: Double) throws {
    let value = JSONValue(x)
    #expect(try JSONValue(json: Data(value.text.utf8)).numericValue == x)
    #expect(try JSONValue(json: Data(value.text.utf8)).text == value.text)
  }

  @Test("reading and writing keep every bit")
  func bits() throws {
    var stream = RandomStream(seed: 1)
    for _ in 0..<20_000 {
      // Any sign, exponent and fraction.
      let x = Double(bitPattern: stream.next())
      guard x.isFinite else { continue }
      let value = JSONValue(x)
      let read = try JSONValue(json: Data(value.text.utf8))
      try #require(read == value && read.numericValue == x, "\(x)")
    }
  }

  @Test(
    "what other writers write",
    arguments: [
      ("1E3", 1000), ("1.50e-1", 0.15), ("-0", 0), ("-0.0", 0), ("9007199254740993", .integer(9_007_199_254_740_993)),
      ("18446744073709551615", .number(0x1p64)), ("\"\\u00e4\\/\\ud83d\\ude00\"", "ä/😀"),
      ("\t[ ]\r\n", []), ("{\"a\":1,\"a\":2}", ["a": 2]), ("1e-400", 0),
    ] as [(String, JSONValue)])
  func other(_ text: String, _ value: JSONValue) throws { #expect(try JSONValue(json: Data(text.utf8)) == value) }

  @Test("truth values are no numbers")
  func booleans() throws {
    let values = try JSONValue(json: Data("[true,1,false,0,1.5]".utf8))
    #expect(values == [true, 1, false, 0, 1.5] && values.text == "[true,1,false,0,1.5]")
    #expect(JSONValue.boolean(true).numericValue == nil && JSONValue.boolean(true) != 1)
  }

  @Test("what is not finite is written as a word and read as a number")
  func notFinite() throws {
    for (x, word) in [(Double.infinity, "inf"), (-.infinity, "-inf"), (.nan, "nan")] {
      let read = try JSONValue(json: Data(JSONValue(x).text.utf8))
      #expect(read == .string(word))
      #expect(read.numericValue.map { $0 == x || $0.isNaN && x.isNaN } == true)
    }
    struct Figures: Codable, Equatable { var loss: Double }
    #expect(try JSONValue(encoding: Figures(loss: .infinity)) == ["loss": "inf"])
    #expect(try (["loss": "-inf"] as JSONValue).decoded(as: Figures.self) == Figures(loss: -.infinity))
  }

  @Test(
    "text that is no JSON is refused",
    arguments: [
      "", "{", "[1,", "nan", "{\"a\":1,}", "'a'", "01", "1.", ".5", "+1", "1e", "- 1", "1e400", "tru", "[1 2]", "{1:2}",
      "{\"a\" 1}",
      "\"a", "\"\\x\"", "\"\\ud83d\"", "\"\\u00g0\"", "\"\n\"", "1 2", "[1,]", "\u{feff}1", "\"\\u+123\"",
    ])
  func refused(_ text: String) {
    #expect(throws: JSONReader.Failure.self) { try JSONValue(json: Data(text.utf8)) }
  }

  @Test func refusalsSayWhere() {
    let error = #expect(throws: JSONReader.Failure.self) { try JSONValue(json: Data("{\n  \"a\": tru\n}".utf8)) }
    #expect(error?.description == "line 2, column 11: true, false or null is meant")
    #expect(throws: JSONReader.Failure.self) { try JSONValue(json: Data([0x22, 0xff, 0x22])) }
    #expect(throws: JSONReader.Failure.self) { try JSONValue(json: Data(String(repeating: "[", count: 100_000).utf8)) }
  }

  @Test("scalars have paths")
  func flattened() {
    let value: JSONValue = [
      "loss": ["final": 1, "none": .null], "checks": [["name": "a", "x": 1], ["name": "b", "x": 2]],
      "plain": [["name": "a"], 3], "empty": [:],
    ]
    #expect(value.flattened().map(\.path) == ["checks.a.x", "checks.b.x", "loss.final", "plain.0.name", "plain.1"])
    #expect(
      value.scalars["checks.b.x"] == 2 && value.value(at: "loss.final") == 1 && value.value(at: "loss.none") == nil)
  }

  @Test("seeds are numbers while JSON's readers keep their digits")
  func seeds() {
    #expect(JSONValue(seed: 1 << 53).text == "9007199254740992")
    #expect(JSONValue(seed: .max) == "18446744073709551615")
    for seed: UInt64 in [0, 1 << 53, (1 << 53) + 1, .max] { #expect(JSONValue(seed: seed).seedValue == seed) }
    #expect(JSONValue(-1).seedValue == nil && JSONValue("x").seedValue == nil && JSONValue(0.5).seedValue == nil)
  }

  @Test("the order of values in tables")
  func order() {
    let ordered: [JSONValue?] = ["-inf", -3, 0.5, 2, 10, "inf", "nan", false, true, "a", "b", nil]
    for (i, a) in ordered.enumerated() {
      for (j, b) in ordered.enumerated() {
        #expect(precedes(a, b) == (i < j), "\(String(describing: a)), \(String(describing: b))")
      }
    }
    #expect(!precedes(.null, nil) && !precedes(nil, .null))
  }

  @Test("what settings have in common, and what not")
  func settings() {
    let comparison = SettingsComparison([
      ["width": 8, "method": "pgd", "bias": true, "only": 1], ["width": 16, "method": "pgd", "bias": 1],
    ])
    #expect(comparison.varying == ["bias", "only", "width"])
    #expect(comparison.common.map(\.name) == ["method"] && comparison.common[0].value == "pgd")
    #expect(SettingsComparison([[String: JSONValue]]()).varying == [])
  }

  @Test("names like one that is not there")
  func near() {
    let names = ["loss.final", "loss.initial", "trainAccuracy", "testAccuracy", "iterations", "x"]
    #expect(nearNames(to: "los.final", among: names).first == "loss.final")
    #expect(nearNames(to: "LOSS.FINAL", among: names).first == "loss.final")
    #expect(nearNames(to: "final", among: names).first == "loss.final")
    #expect(nearNames(to: "tset", among: ["test", "rest"]) == ["test", "rest"], "neighbours exchanged are one slip")
    #expect(nearNames(to: "nothingLikeIt", among: names) == [])
    #expect(nearNames(to: "accuracy", among: names) == ["testAccuracy", "trainAccuracy"])
  }
}
