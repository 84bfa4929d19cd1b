import Foundation
import LinearAlgebra
import Testing

@testable import Randomness

@Suite struct RandomStreamTests {
  /// `numpy.random.Philox(key=7).random_raw(6)`.
  @Test func wordsAreThoseOfNumPy() {
    var stream = RandomStream(seed: 7)
    let words = (0..<6).map { _ in stream.next() }
    #expect(words == [
      0xdf40_34b8_29e9_fba4, 0x4b9d_10cd_f8e6_4087, 0x6b8b_857e_506a_ac98, 0x67c7_c945_b1ba_6e52,
      0x1535_2da7_7ece_e8e6, 0xb256_8883_27f7_2bcc,
    ])
    #expect(stream.position == 6)
  }

  /// `numpy.random.Generator(numpy.random.Philox(key=7)).random()`.
  @Test func uniformsAreThoseOfNumPy() {
    var stream = RandomStream(seed: 7)
    #expect(stream.uniform() == 0.8720734548204873)
    #expect(stream.uniform() == 0.29536538151378355)
    #expect(stream.uniform() == 0.4200976785072422)
  }

  /// The child's key computed in NumPy from the documented derivation.
  @Test func splitIsAsDocumented() {
    var child = RandomStream(seed: 7).split(5)
    #expect([child.next(), child.next(), child.next()] == [
      0x7487_e2d5_2ec5_0bca, 0x6990_a837_c83b_c169, 0xd804_2f89_885e_8db5,
    ])
  }

  @Test func splitIgnoresPositionAndDrawsNothing() {
    var stream = RandomStream(seed: 3)
    let early = stream.split(11)
    for _ in 0..<9 { _ = stream.next() }
    #expect(stream.split(11) == early)
    #expect(stream.split(11 as UInt64) == early)
    #expect(stream.position == 9)
    #expect(stream.split(12) != early)
    #expect(early.split(0) != stream.split(0))
  }

  @Test(arguments: 0..<9) func decodedStreamContinues(drawn: Int) throws {
    var stream = RandomStream(seed: .max).split(2)
    for _ in 0..<drawn { _ = stream.next() }
    var copy = try JSONDecoder().decode(RandomStream.self, from: JSONEncoder().encode(stream))
    #expect(copy == stream)
    #expect((0..<10).map { _ in copy.next() } == (0..<10).map { _ in stream.next() })
    #expect(copy == stream)
  }

  @Test(arguments: [
    #"{"key":["1"],"position":"0"}"#, #"{"key":["1","x"],"position":"0"}"#, #"{"key":["1","2"],"position":"-1"}"#,
    #"{"key":["1","2"]}"#,
  ])
  func badStateIsRefused(json: String) {
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(RandomStream.self, from: Data(json.utf8)) }
  }

  /// Bulk draws from every position within a block and of every length give what single draws give, and leave the
  /// stream in the same state.
  @Test func bulkEqualsSingle() {
    for skip in 0..<5 {
      for count in [0, 1, 2, 3, 4, 5, 8, 11, 300, 512, 1300] {
        var single = RandomStream(seed: 21)
        for _ in 0..<skip { _ = single.next() }
        var bulk = single
        let u: [Double] = bulk.uniforms(count)
        #expect(u == (0..<count).map { _ in single.uniform() }, "skip \(skip), count \(count)")
        let z: [Double] = bulk.normals(count)
        #expect(z == (0..<count).map { _ in single.normal() }, "skip \(skip), count \(count)")
        let f: [Float] = bulk.normals(count, mean: 2, scale: 3)
        #expect(f == (0..<count).map { _ in 2 + 3 * (single.normal() as Float) }, "skip \(skip), count \(count)")
        let w: [Float] = bulk.uniforms(count, in: -3..<5)
        #expect(w == (0..<count).map { _ in single.uniform(in: -3..<5) }, "skip \(skip), count \(count)")
        #expect(bulk == single)
        #expect(bulk.next() == single.next())
      }
    }
  }

  @Test func uniformStaysBelowItsUpperBound() {
    // The largest word: a + (b - a)(1 - 2^-24) rounds to b, so the number below it must come out.
    #expect(RandomStream.uniform(.max, in: Float(1)..<Float(1).nextUp) == 1)
    #expect(RandomStream.uniform(.max, in: 0..<1 as Range<Float>) == Float(1).nextDown)
    #expect(RandomStream.uniform(.max, in: 0..<1 as Range<Double>) == 1.0.nextDown)
    #expect(RandomStream.uniform(0, in: -2..<7 as Range<Double>) == -2)
    #expect(RandomStream.uniform(1 << 63, in: -2..<7 as Range<Double>) == 2.5)
  }
}
