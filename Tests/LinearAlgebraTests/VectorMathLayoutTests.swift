import CKernels
import LinearAlgebra
import Testing

/// A result depends on its element alone: not on the length, its place, or whether the output is the input.
@Suite struct VectorMathLayoutTests {
  static let x: [Double] = (0..<200).map { -0.995 + 0.01 * Double($0) }

  @Test(arguments: VectorMathAccuracyTests.unary) func anyLength(function: String) {
    sameBits(Self.x.map(Float.init), function)
    sameBits(Self.x, function)
  }

  private func sameBits<E: Scalar>(_ x: [E], _ function: String) {
    let whole = apply(function, x)
    for count in 0...70 {
      for start in [0, 1, 7, 64, 130] {
        let part = apply(function, Array(x[start..<start + count]))
        #expect(part.count == count)
        for i in 0..<count {
          let want = whole[start + i]
          let same = part[i] == want || part[i].isNaN && want.isNaN
          #expect(same, "\(function), \(count) elements from \(start), number \(i)")
        }
      }
    }
  }

  /// Nothing is written behind the end.
  @Test func staysInside() {
    for count in 0...40 {
      var y = [Double](repeating: 7, count: 60), s = y, t = y
      VectorMath.tanh(Self.x, into: &y, count: count)
      #expect(y[count...].allSatisfy { $0 == 7 })
      Double.activation(Int32(SHTanh.rawValue), Self.x, &y, &s, &t, count)
      #expect((y[count...] + s[count...] + t[count...]).allSatisfy { $0 == 7 })
    }
  }

  @Test func inPlace() {
    var y = Self.x
    y.withUnsafeMutableBufferPointer { y in
      VectorMath.erf(UnsafePointer(y.baseAddress!), into: y.baseAddress!, count: y.count)
    }
    #expect(y == VectorMath.erf(Self.x))
    y = Self.x
    y.withUnsafeMutableBufferPointer { y in
      VectorMath.atan2(UnsafePointer(y.baseAddress!), Self.x, into: y.baseAddress!, count: y.count)
    }
    #expect(y == VectorMath.atan2(Self.x, Self.x))
  }
}
