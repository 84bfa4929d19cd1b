import Dynamics
import Foundation
import LinearAlgebra
import Testing

@testable import Datasets

private func read(_ text: String, _ options: ReadingOptions = ReadingOptions()) throws -> Dataset {
  try Dataset.readCSV(bytes: Array(text.utf8), file: "a.csv", options)
}

private func values(_ dataset: Dataset) -> [Double]? {
  if case .values(let values, _) = dataset.target { values.elements } else { nil }
}

@Suite struct CSVTests {
  @Test func readsInputsAndTheLastColumnAsTarget() throws {
    let data = try read("width,height,price\n1,2.5,10.5\n-3,4e2,11\n5,.5,12.25\n")
    #expect(data.inputs == Matrix([[1, 2.5], [-3, 400], [5, 0.5]]))
    #expect(data.inputNames == ["width", "height"])
    #expect(data.target == .values(Matrix([[10.5], [11], [12.25]]), names: ["price"]))
    #expect(data.name == "a")
  }

  @Test(arguments: ["\n", "\r\n", "\r"]) func acceptsEachLineEnd(_ end: String) throws {
    let text = ["\u{FEFF}a,b,class", "1,2,x", "", " 3 ,\t4,y", "5,6,x", ""].joined(separator: end)
    let data = try read(text)
    #expect(data.inputs == Matrix([[1, 2], [3, 4], [5, 6]]))
    #expect(data.target == .labels([0, 1, 0], classes: ["x", "y"]))
    #expect(data.inputNames == ["a", "b"])
    let error = datasetError { _ = try read(text.replacingOccurrences(of: "5,6", with: "5,six")) }
    #expect(error?.place == .cell(line: 5, column: 2, name: "b"))
  }

  @Test func understandsQuotes() throws {
    let data = try read("\"a, b\",\"say \"\"c\"\"\",label\n\"1\",2,\"two\nlines\"\n3,4,\"\"\"q\"\"\" \n")
    #expect(data.inputNames == ["a, b", "say \"c\""])
    #expect(data.inputs == Matrix([[1, 2], [3, 4]]))
    #expect(data.classes == ["\"q\"", "two\nlines"])
    let after = datasetError { _ = try read("a,b\n1,\"x\ny\"\n2\n") }
    #expect(after?.kind == .raggedRow && after?.place == .line(4))
    #expect(datasetError { _ = try read("1,2\n3,\"4\n5,6\n") }?.place == .cell(line: 2, column: 2, name: nil))
    #expect(datasetError { _ = try read("1,2\n3,\"4\"x\n") }?.kind == .quoting)
  }

  @Test(arguments: [("\t", "a.tsv"), (";", "a.csv"), (",", "a.csv")]) func findsTheDelimiter(
    _ mark: String, _ file: String) throws {
    let text = "1\(mark)2\(mark)x\n3\(mark)4\(mark)\"y,;\"\n"
    let data = try Dataset.readCSV(bytes: Array(text.utf8), file: file)
    #expect(data.inputs == Matrix([[1, 2], [3, 4]]))
    #expect(data.classes == ["x", "y,;"])
  }

  @Test func namesTheDecimalComma() {
    let error = datasetError { _ = try read("a;b\n1,5;2\n3,5;4\n") }
    #expect(error?.place == .cell(line: 2, column: 1, name: "a"))
    #expect(error?.accepted.contains("decimal comma") == true)
  }

  @Test func headerIsFoundOrForced() throws {
    #expect(try read("1,2\n3,4\n5,7\n").inputNames == ["column 1"])
    #expect(try read("5.1,3.5,setosa\n4.9,3,virginica\n").count == 2)
    #expect(try read("2019,2020\n1,2\n3,4.5\n", ReadingOptions(header: .present)).inputNames == ["2019"])
    let error = datasetError { _ = try read("a,b\n1,2\n3,4\n", ReadingOptions(header: .absent)) }
    #expect(error?.place == .cell(line: 1, column: 1, name: nil) && error?.found == "\"a\"")
    #expect(try read(",a,y\n0,1,2.5\n1,2,3.5\n").inputNames == ["column 1", "a"])
  }

  @Test func targetIsChosen() throws {
    let text = "y,a,b,c\n1.5,2,3,4\n5.5,6,7,8\n"
    #expect(values(try read(text)) == [1.5, 5.5])
    #expect(values(try read(text, ReadingOptions(target: "b"))) == [3, 7])
    #expect(values(try read(text, ReadingOptions(target: "-1"))) == [4, 8])
    #expect(values(try read(text, ReadingOptions(target: "2"))) == [2, 6])
    #expect(try read(text, ReadingOptions(target: "none")).dimension == 4)
    let two = try read(text, ReadingOptions(target: "y, c"))
    #expect(two.target == .values(Matrix([[1.5, 4], [5.5, 8]]), names: ["y", "c"]) && two.inputNames == ["a", "b"])
    let error = datasetError { _ = try read(text, ReadingOptions(target: "z")) }
    #expect(error?.description == "a.csv: found no column \"z\"; "
      + "accepted: a number from 1 to 4 (-1 is the last column) or one of the names: y, a, b, c")
    #expect(datasetError { _ = try read(text, ReadingOptions(target: "0")) }?.kind == .missingTarget)
    #expect(datasetError { _ = try read("a,a,b\n1,2,3\n", ReadingOptions(target: "a")) }?.kind == .missingTarget)
    #expect(datasetError { _ = try read("1\n2\n") }?.kind == .missingTarget)
    #expect(datasetError { _ = try read("a\n1\n2\n", ReadingOptions(target: "a")) }?.kind == .missingTarget)
    // A column named "2" goes before column number 2.
    #expect(values(try read("2,a,b\n1.5,2,3\n", ReadingOptions(target: "2", header: .present))) == [1.5])
  }

  @Test func classesAndValuesAreToldApartOrForced() throws {
    let text = "a,y\n" + (0..<10).map { "\($0),\($0 % 2 * 7)\n" }.joined()
    #expect(try read(text).classes == ["0", "7"])
    #expect(values(try read(text, ReadingOptions(task: .regression)))?.count == 10)
    let real = "a,y\n1,0.5\n2,1.5\n3,0.5\n"
    #expect(try read(real, ReadingOptions(task: .classification)).classes == ["0.5", "1.5"])
    #expect(try read("a,y\n1,10\n2,9\n3,10\n4,9\n").classes == ["9", "10"])
    let mixed = "a,y\n1,1.5\n2,x\n3,2.5\n4,3\n"
    #expect(datasetError { _ = try read(mixed) }?.place == .cell(line: 3, column: 2, name: "y"))
    #expect(try read(mixed, ReadingOptions(task: .classification)).classes == ["1.5", "2.5", "3", "x"])
    #expect(datasetError { _ = try read("a,y\n1,x\n2,z\n", ReadingOptions(task: .regression)) }?.kind == .notANumber)
  }

  @Test(arguments: ["", "NA", "n/a", "NaN", "null", "?"]) func missingValuesAreFound(_ word: String) throws {
    let text = "a,b,y\n1,2,0.5\n3,\(word),1.5\n5,6,\(word)\n"
    let error = datasetError { _ = try read(text) }
    #expect(error?.kind == .missingValue && error?.place == .cell(line: 3, column: 2, name: "b"))
    let kept = try read(text, ReadingOptions(purpose: .inspection))
    #expect(kept.summary().missing == 1 && kept.summary().firstMissing == 1)
    let inspection = try CSVInspection(bytes: Array(text.utf8), file: "a.csv")
    #expect(inspection.columns.map(\.missing) == [0, 1, 1])
    #expect(inspection.columns.map(\.firstMissingLine) == [nil, 3, 4])
    #expect(inspection.target == [2] && inspection.hasHeader && inspection.rows == 3)
  }

  @Test func inspectionReportsText() throws {
    let inspection = try CSVInspection(bytes: Array("a;city\n1;Ulm\n2;Bonn\n-4;Ulm\n".utf8), file: "a.csv")
    #expect(inspection.delimiter == ";")
    #expect(inspection.columns[0].minimum == -4 && inspection.columns[0].maximum == 2)
    #expect(inspection.columns[1].texts == 3 && inspection.columns[1].distinct == 2)
    #expect(inspection.columns[1].firstText == "Ulm" && inspection.columns[1].firstTextLine == 2)
  }

  @Test(arguments: [
    ("", .empty, .byte(0)), ("\n\n", .empty, .line(1)), ("a,b,c\n", .headerOnly, .line(1)),
    ("1,2,3\n4,5\n", .raggedRow, .line(2)), ("1,2\n3,4,5\n", .raggedRow, .line(2)),
    ("1,2\nx,4\n", .notANumber, .cell(line: 2, column: 1, name: nil)),
    ("1,2\n0x10,4\n", .notANumber, .cell(line: 2, column: 1, name: nil)),
    ("1,2\n-inf,4\n", .notFinite, .cell(line: 2, column: 1, name: nil)),
    ("1,2\n1e999,4\n", .notFinite, .cell(line: 2, column: 1, name: nil)),
    ("1,2\n3,\0\n", .encoding, .byte(6)), ("\u{FEFF}", .empty, .line(1)),
  ] as [(String, DatasetError.Kind, DatasetError.Place?)])
  func refuses(_ text: String, _ kind: DatasetError.Kind, _ place: DatasetError.Place?) {
    let error = datasetError { _ = try read(text) }
    #expect(error?.kind == kind)
    #expect(error?.place == place)
    #expect(error?.description.hasPrefix("a.csv") == true)
  }

  @Test func messagesNameWhatIsAccepted() {
    #expect(datasetError { _ = try read("a,b\n1,2\nx,4\n") }?.description
      == "a.csv, line 3, column 1 \"a\": found \"x\"; accepted: a number (inputs must be numbers)")
    #expect(datasetError { _ = try read("1,2,3\n4,5\n") }?.description
      == "a.csv, line 2: found 2 cells; accepted: 3, as on line 1")
    #expect(datasetError { _ = try Dataset.readCSV(bytes: [0xff, 0xfe, 0x31, 0], file: "a.csv") }?.kind == .encoding)
  }

  /// Each text must give the same bits as the standard library's conversion, which rounds correctly.
  @Test(arguments: ["0", "-0", "1", "0.1", "123456789012345", "1234567890123456789012", "0.1e-5", "5e-324", "1e22",
    "1e23", "1.7976931348623157e308", "9007199254740993", "0.000000000000000000001", "3.", ".5", "+7", "2E+3",
    "179769313486231570000e289", "4.35", "123456.789e-10"])
  func numbersAreRoundedCorrectly(_ text: String) throws {
    let number = Array(text.utf8).withUnsafeBufferPointer { decimal($0) }
    let reference = try #require(Double(text.hasSuffix(".") ? text + "0" : text))
    #expect(number?.bitPattern == reference.bitPattern)
  }

  @Test(arguments: ["", "-", ".", "e5", "1e", "1e+", "1,5", "1 2", "0x1p3", "nan", "1.2.3", "--1", "1e5.0", "½"])
  func otherTextsAreNoNumbers(_ text: String) {
    #expect(Array(text.utf8).withUnsafeBufferPointer { decimal($0) } == nil)
  }

  @Test func opensFilesPlainAndCompressed() throws {
    // gzip of "a,y\n1,u\n2,v\n3,u\n", written by Python's gzip with mtime 0.
    let compressed: [UInt8] = [31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 75,
      212, 169, 228, 50, 212, 41, 229, 50, 210, 41, 227, 50, 6, 210, 0, 208, 52, 234, 119, 16, 0, 0, 0]
    try withTemporaryFolder { folder in
      try AtomicFile.write(compressed, to: folder + "/t.csv.gz")
      try AtomicFile.write(Array("a,y\n1,u\n2,v\n3,u\n".utf8), to: folder + "/t.csv")
      let data = try Dataset.open(folder + "/t.csv").training
      #expect(data.name == "t" && data.classes == ["u", "v"])
      #expect(try Dataset.open(folder + "/t.csv.gz").training.target == data.target)
      try AtomicFile.write(Array("a,y\n1,3\n2,3\n".utf8), to: folder + "/constant.csv")
      #expect(datasetError { _ = try Dataset.open(folder + "/constant.csv") }?.kind == .constantTarget)
      try AtomicFile.write([], to: folder + "/empty.csv")
      #expect(datasetError { _ = try Dataset.open(folder + "/empty.csv") }?.kind == .empty)
      try AtomicFile.write([1], to: folder + "/a.parquet")
      let error = datasetError { _ = try Dataset.open(folder + "/a.parquet") }
      #expect(error?.kind == .unknownFormat && error?.accepted.contains(".csv") == true)
    }
  }
}
