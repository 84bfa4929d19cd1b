import Dynamics
import Foundation
import LinearAlgebra
import Testing

@testable import Datasets


@Suite struct IDXTests {
  @Test(arguments: ["u1", "i1", "i2", "i4", "f4", "f8"]) func readsEachType(_ name: String) throws {
    let array = try IDXArray(path: fixture(name + ".idx"))
    #expect(array.shape == [4, 3])
    #expect(array.values == (name == "u1" ? base.map(abs) : base))
    #expect(array.isInteger == (name.first != "f"))
  }

  @Test func readsFolders() throws {
    let opened = try Dataset.open(fixture("mini-mnist"))
    let test = try #require(opened.test)
    #expect(opened.training.count == 6 && test.count == 2)
    #expect(opened.training.inputs.elements == (0..<24).map(Double.init))
    #expect(opened.training.inputShape == [2, 2])
    // 5 occurs in the test part only; both parts share one list.
    #expect(opened.training.classes == ["1", "3", "5", "7"] && test.classes == opened.training.classes)
    #expect(opened.training.labels == [1, 0, 1, 0, 3, 3] && test.labels == [2, 0])
    #expect(test.inputs.elements.first == 100)
  }

  @Test func pairsSingleFilesWithTheirLabels() throws {
    let images = try Dataset.open(fixture("mini-mnist/train-images-idx3-ubyte.gz"))
    #expect(images.training.labels == [1, 0, 1, 0, 2, 2])
    #expect(images.test == nil)
    let alone = try Dataset.open(fixture("f4.idx")).training
    #expect(alone.target == .none && alone.count == 4 && alone.dimension == 3)
  }

  @Test func refusesDamage() throws {
    let good = try readFile(fixture("u1.idx"))
    func error(_ bytes: [UInt8]) -> DatasetError? { datasetError { _ = try IDXArray(bytes: bytes, file: "a.idx") } }
    #expect(error([])?.kind == .empty)
    #expect(error([0, 0, 8])?.kind == .truncated)
    #expect(error(Array(good.prefix(9)))?.kind == .truncated)
    #expect(error(Array(good.dropLast()))?.kind == .truncated)
    #expect(error(Array(good.dropLast()))?.description
      == "a.idx, byte 23: found the end of the file after 11 bytes of elements; "
      + "accepted: 12 bytes for the declared sizes [4, 3]")
    #expect(error(good + [0])?.kind == .oversized)
    #expect(error([0, 0, 10, 1] + good.dropFirst(4))?.kind == .badMagic)
    #expect(error([0, 1] + good.dropFirst(2))?.kind == .badMagic)
    #expect(error([0, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0, 3])?.kind == .empty)
    #expect(error([0, 0, 8, 2, 128, 0, 0, 0, 0, 0, 0, 3])?.kind == .tooLarge)
    #expect(error([0, 0, 8, 255] + [UInt8](repeating: 255, count: 1020))?.kind == .tooLarge)
    #expect(error([0, 0, 8, 1, 0, 255, 255, 255, 1])?.kind == .truncated)
    let infinite = [0, 0, 13, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0x7f, 0x80, 0, 0] as [UInt8]
    #expect(error(infinite)?.kind == .notFinite)
    #expect(error(infinite)?.place == .byte(12))
  }

  @Test func refusesDamagedCompression() throws {
    let good = try readFile(fixture("mini-mnist/train-images-idx3-ubyte.gz"))
    func error(_ bytes: [UInt8]) -> DatasetError? { datasetError { _ = try IDXArray(bytes: bytes, file: "a.gz") } }
    #expect(error(Array(good.dropLast(9)))?.kind == .truncated)
    var damaged = good
    damaged[good.count - 8] ^= 1  // the check sum
    #expect(error(damaged)?.kind == .corrupt)
  }

  @Test func refusesMismatches() throws {
    try withTemporaryFolder { folder in
      for name in ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"] {
        try AtomicFile.write(try readFile(fixture("mini-mnist/" + name)), to: folder + "/" + name)
      }
      try AtomicFile.write([0, 0, 8, 1, 0, 0, 0, 2, 1, 2], to: folder + "/t10k-labels-idx1-ubyte")
      #expect(datasetError { _ = try Dataset.open(folder) }?.kind == .missingFile)
      try AtomicFile.write([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4],
        to: folder + "/t10k-images-idx3-ubyte")
      let error = datasetError { _ = try Dataset.open(folder) }
      #expect(error?.kind == .countMismatch)
      #expect(error?.description.contains("2 labels") == true)
      #expect(error?.description.contains("accepted: 1,") == true)
    }
    try withTemporaryFolder { folder in
      let error = datasetError { _ = try Dataset.open(folder) }
      #expect(error?.kind == .missingFile)
      #expect(error?.accepted.contains("train-images-idx3-ubyte") == true)
    }
    #expect(datasetError { _ = try Dataset.open("no/such/file.csv") }?.kind == .missingFile)
  }

  @Test(.enabled(if: hasMNIST, "the folder shared/data/mnist is not beside the repository"))
  func readsMNIST() throws {
    let opened = try Dataset.open(sharedData + "/mnist")
    let test = try #require(opened.test)
    #expect(opened.training.count == 7000 && test.count == 1500)
    #expect(opened.training.dimension == 784)
    #expect(opened.training.classes == (0...9).map(String.init))
    #expect(opened.training.inputs.elements.max() == 255)
    let parity = try #require(opened.training.parity())
    #expect(parity.classes == ["even", "odd"])
  }
}
