import LinearAlgebra
import Randomness
import Testing

@testable import Datasets

@Suite struct SplitTests {
  @Test(arguments: [0.0, 0.1, 0.2, 1.0 / 3, 0.5, 0.99, 1.0])
  func stratifies(_ fraction: Double) throws {
    let digits = try Dataset.digits()
    let (training, test) = digits.split(testFraction: fraction, stream: RandomStream(seed: 3))
    #expect(test.count == Int((fraction * 1797).rounded()))
    #expect(training.count + test.count == 1797)
    for (whole, part) in zip(digits.summary().classCounts, test.summary().classCounts) {
      // Largest remainders: each class is within one sample of its exact share.
      #expect(abs(Double(part.count) - fraction * Double(whole.count)) < 1)
    }
  }

  @Test func partsAreDisjointAndInOrder() {
    let all = Dataset(name: "count", inputs: Matrix(rows: 50, columns: 1) { i, _ in Double(i) })
    let (training, test) = all.split(testFraction: 0.3, stream: RandomStream(seed: 8))
    #expect(test.count == 15)
    #expect((training.inputs.elements + test.inputs.elements).sorted() == all.inputs.elements)
    #expect(training.inputs.elements == training.inputs.elements.sorted())
    #expect(test.inputs.elements == test.inputs.elements.sorted())
  }

  @Test func dependsOnTheSeedAlone() throws {
    let digits = try Dataset.digits()
    let a = digits.split(testFraction: 0.2, stream: RandomStream(seed: 1)).test
    #expect(a == digits.split(testFraction: 0.2, stream: RandomStream(seed: 1)).test)
    #expect(a != digits.split(testFraction: 0.2, stream: RandomStream(seed: 2)).test)
  }
}
