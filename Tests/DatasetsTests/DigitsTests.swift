import Dynamics
import Foundation
import LinearAlgebra
import Randomness
import Testing

@testable import Datasets

/// Golden numbers: scikit-learn 1.x load_digits(), sums computed with NumPy.
@Suite struct DigitsTests {
  @Test func matchScikitLearn() throws {
    let digits = try Dataset.digits()
    #expect(digits.count == 1797)
    #expect(digits.dimension == 64)
    #expect(digits.inputShape == [8, 8])
    #expect(digits.classes == (0...9).map(String.init))
    #expect(digits.inputs.elements.reduce(0, +) == 561_718)
    #expect(digits.inputs.elements.reduce(0) { $0 + $1 * $1 } == 6_907_012)
    #expect(digits.inputs.elements.max() == 16)
    #expect(digits.inputs.elements.min() == 0)
    #expect(Array(digits.inputs.row(0).prefix(16)) == [0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0])
    #expect(digits.inputs.row(1796).reduce(0, +) == 392)
    #expect(digits.labels.map { Array($0.prefix(10)) } == Array(0...9))
    // Binds each row to its label: the sum over samples of label times ink.
    let labels = try #require(digits.labels)
    let bound = (0..<1797).reduce(0.0) { $0 + Double(labels[$1]) * digits.inputs.row($1).reduce(0, +) }
    #expect(bound == 2_525_954)
  }

  @Test func countsOfClasses() throws {
    let summary = try Dataset.digits().summary()
    #expect(summary.classCounts.map(\.count) == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
    #expect(summary.constantColumns == [0, 32, 39])
    #expect(summary.missing == 0)
  }

  @Test func areOpenedByName() throws {
    #expect(try Dataset.open("digits").training == Dataset.digits())
  }

  @Test func resourceIsFoundWhereTheEnvironmentSays() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write([1, 2, 3], to: folder + "/digits.npz")
      let path = try Dataset.resource("digits.npz", environment: ["SHALLOWS_RESOURCES": folder])
      #expect(try readFile(path) == [1, 2, 3])
    }
    #expect(datasetError { _ = try Dataset.resource("absent.npz") }?.kind == .missingFile)
  }
}
