import LinearAlgebra
import Testing

@testable import Randomness

@Suite struct GeometryTests {
  /// Each of n reflections rounds by a few ulp: 1e-15 n in Double, one rounding to Float on top of it.
  @Test(arguments: [0, 1, 2, 3, 17, 64]) func columnsAreOrthonormal(n: Int) {
    var stream = RandomStream(seed: 1)
    let q: Matrix<Double> = stream.orthogonal(n)
    let f: Matrix<Float> = stream.orthogonal(n)
    let product = Matrix.product(q, .yes, q)
    let productF = Matrix.product(f, .yes, f)
    for i in 0..<n {
      for j in 0..<n {
        #expect(abs(product[i, j] - (i == j ? 1 : 0)) <= 1e-15 * Double(n))
        #expect(abs(productF[i, j] - (i == j ? 1 : 0)) <= 5e-7)
      }
    }
  }

  @Test func permutationIsOne() {
    var stream = RandomStream(seed: 2)
    #expect(stream.permutation(0) == [])
    #expect(stream.permutation(1) == [0])
    for n in [2, 3, 10, 1000] { #expect(stream.permutation(n).sorted() == Array(0..<n)) }
  }

  /// The three ways to shuffle agree, for arrays and for memory.
  @Test func shufflesAgree() {
    let stream = RandomStream(seed: 2)
    var array = (0..<50).map { Int32($0) }
    var other = array
    var third = array
    var s = stream
    s.shuffle(&array)
    s = stream
    other.withUnsafeMutableBufferPointer { s.shuffle(&$0) }
    s = stream
    third.withUnsafeMutableBufferPointer { s.shuffle($0) }
    s = stream
    #expect(array == other)
    #expect(array == third)
    #expect(array.map { Int($0) } == s.permutation(50))
  }
}
