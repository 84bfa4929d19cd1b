import Testing

@testable import Plotting

@Suite("Scale")
struct ScaleTests {
  @Test("the inverse undoes the transform", arguments: [
    Scale.linear, .log10, .log2, .symlog(linearBelow: 1), .symlog(linearBelow: 1e-12),
  ])
  func inverts(scale: Scale) {
    for magnitude in [1e-32, 1e-17, 3e-9, 0.1, 1, 7, 2000, 4e15] {
      for x in scale.isLogarithmic ? [magnitude] : [magnitude, -magnitude] {
        // The transform's rounding, of relative size 1e-16 on values up to 110, is amplified by ln 10 on the way back.
        #expect(abs(scale.inverse(scale.transform(x)) - x) <= 1e-13 * abs(x), "x = \(x)")
      }
    }
  }

  @Test("symlog passes through zero and is odd")
  func symlogZero() {
    let scale = Scale.symlog(linearBelow: 0.01)
    #expect(scale.transform(0) == 0)
    #expect(scale.transform(-5) == -scale.transform(5))
    #expect(scale.accepts(0) && scale.accepts(-1))
  }

  @Test("logarithms take positive finite values only")
  func domain() {
    for scale in [Scale.log10, .log2] {
      #expect(!scale.accepts(0) && !scale.accepts(-1) && !scale.accepts(.nan) && !scale.accepts(.infinity))
      #expect(scale.accepts(1e-32))
    }
    #expect(!Scale.linear.accepts(.nan) && !Scale.linear.accepts(-.infinity) && Scale.linear.accepts(-3))
  }

  @Test("an axis spans its data, and something sensible without any")
  func axisDomain() {
    #expect(Axis().domain(of: []) == 0...1)
    #expect(Axis(scale: .log10).domain(of: [0, -1, .nan]) == 0.1...10)
    #expect(Axis().domain(of: [4, 4]) == 2...6)
    #expect(Axis().domain(of: [0]) == -1...1)
    #expect(Axis(range: -2...7).domain(of: [100]) == -2...7)
    // A range that includes zero is refused on a logarithmic axis: the data decide.
    #expect(Axis(scale: .log10, range: 0...7).domain(of: [1, 100]).contains(50))
    let wide = Axis().domain(of: [-1e300, 1e300])
    #expect(wide.lowerBound.isFinite && wide.upperBound.isFinite)
  }
}
