import LinearAlgebra
import Testing

@testable import Datasets

@Suite struct ColumnGroupTests {
  static let text = """
    x1,x2,t,y1,y2,1-2
    1,2,3,4,5,6
    -1,0.5,7,8,9e1,0
    """

  static func read(_ inputs: String? = nil, _ outputs: String? = nil, _ text: String = text,
    options: ReadingOptions = ReadingOptions()) throws -> MatrixSamples {
    try MatrixSamples(bytes: Array(text.utf8), file: "a.csv", inputs: inputs, outputs: outputs, options: options)
  }

  @Test func takesXAndYByDefault() throws {
    let samples = try Self.read()
    #expect(samples == MatrixSamples(x: Matrix([[1, 2], [-1, 0.5]]), y: Matrix([[4, 5], [8, 90]])))
  }

  @Test(arguments: [
    ("x*", [1.0, 2]), ("X*", [1, 2]), ("x1..x2", [1, 2]), ("x1..t", [1, 2, 3]), ("1..3", [1, 2, 3]),
    ("2-3", [2, 3]), ("t,x1", [3, 1]), ("t, 1..2", [3, 1, 2]), ("1-2", [6]), ("-1", [6]), ("3", [3]),
    ("-1,t", [6, 3]), ("2..-4", [2, 3]),
  ])
  func readsGroups(_ group: String, _ row: [Double]) throws {
    #expect(try Array(Self.read(group).x.row(0)) == row)
  }

  @Test func readsFilesWithoutNames() throws {
    let samples = try Self.read("1-2", "-1", "1,2,3\n4,5,6\n")
    #expect(samples.x == Matrix([[1, 2], [4, 5]]) && samples.y == Matrix([[3], [6]]))
    #expect(datasetError { _ = try Self.read(nil, "3", "1,2,3\n4,5,6\n") }?.kind == .missingColumn)
  }

  @Test func refusesWhatIsNoGroup() {
    for group in ["z", "z*", "x2..x1", "x1-x2", "0", "7", "x1,x1", "x1,x*", "", "x1,,x2", "1..", "..2", "x1..z"] {
      let error = datasetError { _ = try Self.read(group) }
      #expect(error?.kind == .missingColumn && error?.file == "a.csv", "\(group)")
    }
    #expect(datasetError { _ = try Self.read("z") }?.description
      == "a.csv, line 1: found no column \"z\" for inputs; accepted: names, numbers from 1 to 6, ranges "
      + "(x1..x10, 1-10) and beginnings (x*) of the columns: x1, x2, t, y1, y2, 1-2")
    let both = datasetError { _ = try Self.read("x*,t", "t..y2") }
    #expect(both?.place == .column(3, name: "t") && both?.kind == .missingColumn)
    let word = datasetError { _ = try Self.read(nil, nil, "x,y\n1,2\n3,four\n5,6\n7,8") }
    #expect(word?.kind == .notANumber && word?.place == .cell(line: 3, column: 2, name: "y"))
    #expect(datasetError { _ = try Self.read(nil, nil, "x,y\n1,2\n,4\n") }?.kind == .missingValue)
  }
}
