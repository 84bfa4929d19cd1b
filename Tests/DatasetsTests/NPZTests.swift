import Dynamics
import Foundation
import LinearAlgebra
import Testing

@testable import Datasets

@Suite struct NPZTests {
  @Test func readsStoredAndDeflated() throws {
    let stored = try Dataset.open(fixture("stored.npz")).training
    #expect(stored.inputs.elements == base)
    #expect(stored.target == .labels([0, 1, 0, 1], classes: ["setosa", "virginica"]))
    let deflated = try Dataset.open(fixture("deflated.npz")).training
    #expect(deflated.dimension == 120)
    #expect(Array(deflated.inputs.row(3).suffix(3)) == [23, 24, 25])
    #expect(deflated.target == .values(Matrix([[0.5], [1.5], [-2.25], [8]]), names: ["target"]))
  }

  @Test func readsTrainingAndTestArrays() throws {
    let opened = try Dataset.open(fixture("keras.npz"))
    #expect(opened.training.inputShape == [2, 2] && opened.training.count == 6)
    #expect(opened.training.labels == [1, 0, 1, 0, 2, 2] && opened.training.classes == ["1", "3", "7"])
    let test = try #require(opened.test)
    #expect(test.labels == [0, 1] && test.classes == ["1", "3", "7"])
    #expect(test.inputs.elements == [100, 101, 102, 103, 104, 105, 106, 107])
    let forced = try Dataset.open(fixture("keras.npz"), options: ReadingOptions(task: .regression)).training
    #expect(forced.target == .values(Matrix([[3], [1], [3], [1], [7], [7]]), names: ["y_train"]))
  }

  @Test func takesArraysByName() throws {
    let options = ReadingOptions(target: "y_test", inputs: "x_test")
    let test = try Dataset.open(fixture("keras.npz"), options: options)
    #expect(test.training.count == 2 && test.test == nil)
    #expect(try Dataset.open(fixture("stored.npz"), target: "none").training.target == .none)
    let absent = datasetError { _ = try Dataset.open(fixture("stored.npz"), target: "z") }
    #expect(absent?.kind == .missingArray && absent?.accepted == "one of X, y")
    #expect(datasetError { _ = try Dataset.open(fixture("stored.npz"), options: ReadingOptions(inputs: "y")) }?.kind
      == .notANumber)
    let mixed = ReadingOptions(target: "y_train", inputs: "x_test")
    #expect(datasetError { _ = try Dataset.open(fixture("keras.npz"), options: mixed) }?.kind == .countMismatch)
  }

  @Test func readsMatricesFromNPY() throws {
    let path = fixture("little-f8.npy")
    #expect(try Dataset.open(path).training.target == .none)
    let last = try Dataset.open(path, target: "-1").training
    #expect(last.inputs.columns == 2 && last.oneHot().elements == [-5, 5, 15, 25])
    #expect(last.inputNames == ["x1", "x2"])
    #expect(try Dataset.open(path, target: "1").training.oneHot().elements == [-7, 3, 13, 23])
    #expect(datasetError { _ = try Dataset.open(path, target: "4") }?.kind == .missingTarget)
    #expect(datasetError { _ = try Dataset.open(path, target: fixture("bytes.npy")) }?.kind == .countMismatch)
    let text = try Dataset.open(path, target: fixture("unicode.npy")).training
    #expect(text.classes == ["", "grün", "red", "🦊 fox"] && text.labels == [2, 1, 0, 3])
  }

  @Test func namesTheEntryThatIsMissing() throws {
    let error = datasetError { _ = try Dataset.open(fixture("nan.npz")) }
    #expect(error?.kind == .missingValue && error?.place == .entry(array: "X", index: [1, 1]))
    let inspected = try Dataset.open(fixture("nan.npz"), options: ReadingOptions(purpose: .inspection)).training
    #expect(inspected.summary().missing == 1)
  }

  @Test func refusesDamage() throws {
    let good = try readFile(fixture("deflated.npz"))
    func kind(_ bytes: [UInt8]) -> DatasetError.Kind? {
      datasetError {
        let archive = try NPZArchive(bytes: bytes, file: "a.npz")
        for name in archive.names { _ = try archive.array(name) }
      }?.kind
    }
    #expect(kind([]) == .empty)
    #expect(kind(Array(good.dropLast())) == .truncated)
    #expect(kind(Array(good.prefix(good.count / 2))) == .truncated)
    #expect(kind([1, 2, 3] + [UInt8](repeating: 0, count: 100)) == .badMagic)
    let central = try #require(good.firstRange(of: [0x50, 0x4b, 1, 2] as [UInt8])).lowerBound
    func changed(_ offset: Int, _ byte: UInt8) -> [UInt8] {
      var bytes = good
      bytes[offset] = byte
      return bytes
    }
    #expect(kind(changed(central + 16, good[central + 16] ^ 1)) == .checksum)
    #expect(kind(changed(central + 10, 9)) == .unsupported)
    #expect(kind(changed(central + 8, 1)) == .unsupported)
    #expect(kind(changed(central + 24, good[central + 24] &- 1)) == .oversized)
    #expect(kind(changed(central + 24, good[central + 24] &+ 1)) == .truncated)
    #expect(kind(changed(central + 27, 0x80)) == .corrupt)
    #expect(kind(changed(central + 42, 1)) == .corrupt)
    #expect(kind(changed(good.count - 12, 0xff)) == .corrupt)
    let data = try #require(good.firstRange(of: Array("data.npy".utf8))).upperBound
    var damaged = good
    for k in 40..<60 { damaged[data + k] = 0xff }
    #expect([.corrupt, .truncated, .oversized, .checksum].contains(try #require(kind(damaged))))
  }

  @Test func writesArchivesThatRoundTrip() throws {
    let arrays: [(name: String, array: NPYArray)] = [
      ("X", NPYArray(Matrix<Double>([[1, .pi], [-0.0, .leastNonzeroMagnitude]]))), ("names", NPYArray(["a", "bc"])),
      ("labels", NPYArray([0, 255], type: .uint8)), ("empty", NPYArray([], shape: [0, 3])),
    ]
    try withTemporaryFolder { folder in
      try NPZArchive.write(arrays, to: folder + "/a.npz")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.npz"])
      #expect(try readFile(folder + "/a.npz") == NPZArchive.encoded(arrays))
      let archive = try NPZArchive(path: folder + "/a.npz")
      #expect(archive.names == ["X", "empty", "labels", "names"])
      for (name, array) in arrays { #expect(try archive.array(name) == array) }
      #expect(throws: AtomicFile.Failure.self) { try NPZArchive.write(arrays, to: folder + "/no/a.npz") }
    }
  }

  @Test(.enabled(if: hasOmniglot, "the folder shared/data/omniglot is not beside the repository"))
  func readsOmniglot() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: sharedData + "/omniglot").filter {
      $0.hasSuffix(".npz")
    }
    let file = try #require(files.sorted().first)
    let data = try Dataset.open(sharedData + "/omniglot/" + file, target: "character").training
    #expect(data.inputShape == [28, 28])
    #expect(data.inputs.elements.max() == 255)
  }
}
