import Foundation
import LinearAlgebra
import Randomness
import Testing

@testable import Datasets

@Suite struct StandardizationTests {
  private let data = Matrix<Double>([[1, 10, 0.1, 4], [2, 20, 0.1, 4], [6, 60, 0.1, 5]])

  @Test func columnsGetMeanZeroAndDeviationOne() {
    let map = Standardization(fitting: data, .columns)
    #expect(map.means == [3, 30, 0.1, 13.0 / 3])
    // Population variance of (1, 2, 6): (4 + 1 + 9) / 3.
    #expect(abs(map.scales[0] - (14.0 / 3).squareRoot()) < 1e-15)
    #expect(map.scales[2] == 0)
    let z = map.apply(data)
    for j in [0, 1, 3] {
      let column = z.column(j)
      #expect(abs(column.reduce(0, +)) < 1e-14)
      #expect(abs(column.reduce(0) { $0 + $1 * $1 } - 3) < 1e-14)
    }
    #expect(z.column(2) == [0, 0, 0])
  }

  @Test func rmsKeepsProportions() {
    let map = Standardization(fitting: data, .rms)
    let z = map.apply(data)
    // 12 entries, constant ones included, have mean square 1.
    #expect(abs(z.elements.reduce(0) { $0 + $1 * $1 } - 12) < 1e-13)
    #expect(abs(z[0, 1] / z[0, 0] - 10) < 1e-14)
    #expect(z.column(2) == [0, 0, 0])
    #expect(map.apply(Matrix<Double>([[3, 30, 99, 4]]))[0, 2] == 0)
  }

  @Test func inverseAndCodingRoundTrip() throws {
    var stream = RandomStream(seed: 5)
    let x: Matrix<Double> = stream.normalMatrix(rows: 50, columns: 7, mean: 3, scale: 2)
    for scheme in Standardization.Scheme.allCases {
      let map = Standardization(fitting: x, scheme)
      let back = map.inverse(map.apply(x))
      // Three roundings of numbers below 16.
      #expect(zip(back.elements, x.elements).allSatisfy { abs($0 - $1) < 1e-14 })
      #expect(try JSONDecoder().decode(Standardization.self, from: try JSONEncoder().encode(map)) == map)
    }
    let unequal = Data(#"{"scheme": "rms", "means": [1, 2], "scales": [1]}"#.utf8)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Standardization.self, from: unequal) }
  }

  @Test func digitsHaveTheRankOfTheirVaryingColumns() throws {
    let digits = try Dataset.digits()
    let map = Standardization(fitting: digits.inputs, .columns)
    #expect(map.scales.filter { $0 == 0 }.count == 3)
    #expect(digits.summary().rankBound == 61)
    #expect(throws: DatasetError.self) { try map.check(Synthetic.twoMoons(samples: 4, stream: RandomStream(seed: 0))) }
  }
}
