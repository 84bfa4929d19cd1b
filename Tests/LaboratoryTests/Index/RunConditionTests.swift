import Foundation
import Testing

@testable import Laboratory

@Suite("Conditions on runs")
struct RunConditionTests {
  @Test("are read with and without spaces")
  func reading() throws {
    let tight = try RunCondition("loss.final<=1e-10")
    let loose = try RunCondition(" loss.final  <=  1e-10 ")
    #expect(tight == loose)
    #expect(tight.figure == "loss.final" && tight.comparison == .atMost && tight.value == 1e-10)
    #expect(try RunCondition("a!=b").comparison == .notEqual && RunCondition("a~b=c").text == "b=c")
    #expect(try RunCondition("x=inf").value == "inf" && RunCondition("x=true").value == true)
  }

  @Test("are refused with what is accepted", arguments: ["", "loss", "<3", "loss<", "=", "loss <  "])
  func refused(_ text: String) {
    let error = #expect(throws: RunStoreError.self) { try RunCondition(text) }
    #expect(error?.description.contains("\"\(text)\"") == true)
    #expect(error?.description.contains("= != < <= > >= ~") == true)
  }

  /// Values that lie close to each other in one way or another.
  static let values: [JSONValue?] = [
    nil, 0, 1, -1, 8, 10, 0.1, 0.3, JSONValue(0.1 + 0.2), 1e-10, JSONValue(.leastNonzeroMagnitude), 1e300, "inf",
    "-inf", "nan", true, false, "tanh",
    "tan", "8", "true", "", "a b", "O'Hara", "\"quoted\"", "back\\slash", "ä", "abc", "zzz", "%", "_", "loss",
    .integer(9_007_199_254_740_993), .integer(.max), .integer(.min),
  ]
  static let words = [
    "0", "1", "-1", "8", "8.0", "0.1", "0.3", "0.30000000000000004", "1e-10", "5e-324", "inf", "-inf", "nan", "true",
    "false", "tanh", "tan", "a b", "O'Hara", "\"quoted\"", "back\\slash", "ä", "%", "_", "abc", "9007199254740993",
    "'; DROP TABLE runs; --", "\") OR 1=1 --",
  ]

  /// The index decides in SQL what ``RunCondition/isMet(by:)`` says in Swift, on every pair.
  @Test func sqlMeansTheSame() throws {
    let temporary = try TemporaryStore()
    for (i, value) in Self.values.enumerated() {
      try temporary.complete(["i": .integer(Int64(i))], result: value.map { ["x": $0] } ?? [:])
    }
    let index = try RunIndex(temporary.store)
    #expect(index.damaged == [])
    let found = try index.select(["settings.i", "x"])
    #expect(found.count == Self.values.count)
    for row in found {
      #expect(row[1] == Self.values[Int(row[0].integerValue!)] ?? .null, "every value is read back as it was")
    }
    for word in Self.words {
      for comparison in RunCondition.Comparison.allCases {
        let condition = try RunCondition("x" + comparison.rawValue + word)
        var filter = RunFilter()
        filter.conditions = [condition]
        let chosen = Set(try index.select(["i"], filter).map { Int($0[0].integerValue!) })
        let expected = Set(Self.values.indices.filter { condition.isMet(by: Self.values[$0]) })
        #expect(
          chosen == expected,
          "x \(comparison.rawValue) \(word): \(chosen.symmetricDifference(expected).map { Self.values[$0] })")
      }
    }
    #expect(try index.select(["i"]).count == Self.values.count, "nothing was dropped")
  }

  @Test("what a condition means")
  func meaning() throws {
    func met(_ text: String, _ value: JSONValue?) throws -> Bool { try RunCondition(text).isMet(by: value) }
    #expect(try met("x<1", 0.5) && !met("x<1", 1) && met("x<=1", 1) && !met("x<1", "nan") && !met("x>1", "nan"))
    #expect(try met("x>1", "inf") && met("x<1", "-inf") && met("x<inf", 1) && met("x>-inf", 1) && met("x=nan", "nan"))
    #expect(try !met("x<1", "a") && !met("x<a", 1) && met("x<b", "a") && !met("x<1", true) && !met("x=1", true))
    #expect(try met("x=8", "8") && met("x=8", 8) && met("x=true", true) && met("x=true", "true"))
    #expect(try !met("x!=1", nil) && !met("x=1", nil) && met("x!=1", 2) && met("x~an", "tanh") && met("x~5", 1.5))
  }

  @Test(
    "figures are named without danger",
    arguments: [
      "x\"", "x') OR 1=1 --", "x\"]", "$.x", "x;DROP TABLE runs", "result.", "settings.", "[0]", "'", "%s", "\0", "x\\",
    ])
  func hostileNames(_ name: String) throws {
    let temporary = try TemporaryStore()
    try temporary.complete(result: ["x": 1])
    let index = try RunIndex(temporary.store)
    let rows = try index.select([name])
    #expect(rows.count == 1 && (rows[0][0] == .null || ["x\"", "x\\"].contains(name)))
    _ = try index.has(name)
    var filter = RunFilter()
    filter.conditions = [try RunCondition(name + "=1")]
    _ = try index.select([], filter)
    filter.experiments = [name]
    filter.hash = name
    #expect(try index.select([], filter).isEmpty)
    #expect(try index.select([]).count == 1)
  }
}
