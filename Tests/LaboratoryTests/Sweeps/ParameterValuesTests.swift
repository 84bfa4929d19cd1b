import Randomness
import Testing

@testable import Laboratory

@Suite("Values of a parameter")
struct ParameterValuesTests {
  private func values(_ value: JSONValue) throws -> [JSONValue] { try ParameterValues(value, place: "grid.x").all }

  @Test("lists and ranges")
  func ranges() throws {
    #expect(try values([1, "a", true]) == [1, "a", true])
    #expect(try values(["from": 0.1, "to": 0.5, "step": 0.1]) == [0.1, 0.2, 0.3, 0.4, 0.5], "digits as written")
    #expect(try values(["from": 0, "to": 1, "step": 0.3]) == [0, 0.3, 0.6, 0.9], "an end that no step reaches")
    #expect(try values(["from": 0.1, "to": 100, "count": 4, "scale": "log"]) == [0.1, 1, 10, 100])
    #expect(try values(["from": 1, "to": 3, "count": 3]) == [1, 2, 3])
    #expect(try values(["from": 5, "to": 5, "step": 1]) == [5] && values(["from": 5, "to": 9, "count": 1]) == [5])
  }

  static let refusals: [(JSONValue, [String])] = [
    ([], ["grid.x", "empty"]), ([[1]], ["grid.x[0] = [1]", "a number, a text, true or false"]),
    (3, ["grid.x = 3", "a list of values", "[base]"]), (["from": 1], ["grid.x", "both from and to"]),
    (["from": 2, "to": 1, "step": 1], ["from = 2.0 is above to = 1.0"]),
    (["from": 0, "to": 1, "count": 3, "scale": "log"], ["from = 0.0", "above zero"]),
    (["from": 1, "to": 2, "count": 3, "scale": "cubic"], ["grid.x.scale = \"cubic\"", "\"linear\" or \"log\""]),
    (["from": 1, "to": 2, "step": 0], ["grid.x.step = 0", "positive"]),
    (["from": 1, "to": 2, "step": 1, "count": 2], ["step goes with neither count"]),
    (["from": 0, "to": 1, "step": 1e-9], ["grid.x", "million"]),
    (["from": 0, "to": 1, "count": 0.5], ["grid.x.count = 0.5", "whole number"]),
    (["from": 0, "to": 1], ["grid.x", "step or count"]), (["from": "a", "to": 1], ["grid.x.from = \"a\"", "finite"]),
    (["from": 0, "to": "inf", "step": 1], ["grid.x.to = \"inf\"", "finite"]),
    (["form": 0], ["grid.x.form", "unknown"]),
  ]

  @Test("refusals name place, value and what is accepted", arguments: refusals.indices)
  func refused(_ i: Int) {
    let (value, parts) = Self.refusals[i]
    let error = #expect(throws: RunStoreError.self) { try values(value) }
    for part in parts { #expect(error?.description.contains(part) == true, "\(part) in \(error?.description ?? "")") }
  }

  @Test("draws lie in their range, evenly on its scale")
  func draws() throws {
    let range = try ParameterValues(["from": 1e-4, "to": 1, "scale": "log"], place: "random.x", isDrawn: true)
    var stream = RandomStream(seed: 1)
    let drawn = (0..<2000).map { _ in range.drawn(from: &stream).numericValue! }
    #expect(drawn.allSatisfy { $0 >= 1e-4 && $0 <= 1 })
    // Half of them below the geometric mean: 1000 with a standard deviation of 22; four of them.
    #expect(abs(drawn.count { $0 < 1e-2 } - 1000) < 90)
    let list = try ParameterValues(["a", "b"], place: "random.x", isDrawn: true)
    #expect(Set((0..<50).map { _ in list.drawn(from: &stream) }) == ["a", "b"])
  }
}
