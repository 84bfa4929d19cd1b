@testable import Networks
import Testing

@Suite struct ActivationTests {
  /// Kinks aside, the derivatives are those of the values.
  @Test(arguments: Activation.allCases) func derivativesMatchDifferences(activation: Activation) {
    for i in -400...400 {
      let z = Double(i) * 0.025 + 0.0031
      let step = 1e-5
      let slope = (activation.value(z + step) - activation.value(z - step)) / (2 * step)
      let curvature = (activation.derivative(z + step) - activation.derivative(z - step)) / (2 * step)
      // Values reach 10, so rounding in the difference reaches 1e-15 * 10 / 1e-5.
      #expect(abs(slope - activation.derivative(z)) < 3e-9, "at \(z)")
      #expect(abs(curvature - activation.secondDerivative(z)) < 3e-9, "at \(z)")
    }
  }

  /// The bounds hold on a fine grid and are nearly attained.
  @Test(arguments: Activation.allCases) func boundsAreTight(activation: Activation) {
    var (first, second) = (0.0, 0.0)
    for i in -200_000...200_000 {
      let z = Double(i) * 1e-4
      first = max(first, abs(activation.derivative(z)))
      second = max(second, abs(activation.secondDerivative(z)))
    }
    let bounds = activation.bounds
    #expect(first <= bounds.first * (1 + 1e-15) && first > bounds.first - 1e-8)
    if activation.isSmooth {
      #expect(second <= bounds.second * (1 + 1e-15) && second >= bounds.second - 1e-8)
    } else {
      #expect(bounds.second == .infinity)
    }
  }

  /// Values from mpmath with 30 digits at z = -1.3 and z = 0.7.
  @Test(arguments: [
    (Activation.tanh, -0.861723159313306364, 0.604367777117163496),
    (.sigmoid, 0.214165016957441387, 0.668187772168166107),
    (.softplus, 0.241008453832992205, 1.10318604888545789),
    (.silu, -0.278414522044673804, 0.467731440517716275),
    (.gelu, -0.125840629961293433, 0.53062544344384889),
    (.erf, -0.934007944940652437, 0.677801193837418473),
    (.relu, 0, 0.7), (.leakyReLU, -0.013, 0.7), (.abs, 1.3, 0.7), (.identity, -1.3, 0.7),
  ]) func values(activation: Activation, low: Double, high: Double) {
    // A few roundings of an elementary function each.
    #expect(abs(activation.value(-1.3) - low) <= 4e-16)
    #expect(abs(activation.value(0.7) - high) <= 4e-16)
    #expect(abs(activation.value(Float(0.7)) - Float(high)) <= 2.5e-7)
  }

  @Test(arguments: Activation.allCases) func extremeArguments(activation: Activation) {
    #expect(activation.value(Double.nan).isNaN)
    for z in [-1e300, -1000.0, 1000.0, 1e300] {
      #expect(activation.value(z).isFinite)
      #expect(abs(activation.derivative(z)) <= activation.bounds.first)
      #expect(activation.secondDerivative(z) == 0)
    }
  }

  /// The vectorised kernels that networks run on against the scalar functions.
  @Test(arguments: Activation.allCases) func kernelsMatch(activation: Activation) {
    let z = (-500...500).map { Double($0) * 0.031 }
    var (h, s, t) = (z, z, z)
    applyActivation(activation, z, &h, &s, &t, z.count)
    for i in z.indices {
      // A few units in the last place of either side, of the largest term where terms cancel.
      let scale = max(1, abs(z[i]))
      #expect(abs(h[i] - activation.value(z[i])) <= 2e-15 * scale)
      #expect(abs(s[i] - activation.derivative(z[i])) <= 2e-15 * scale)
      #expect(abs(t[i] - activation.secondDerivative(z[i])) <= 4e-15 * scale)
    }
  }

  @Test func conventionsAtTheKinks() {
    #expect(Activation.relu.derivative(0.0) == 0)
    #expect(Activation.abs.derivative(0.0) == 0)
    #expect(Activation.leakyReLU.derivative(0.0) == 0)
  }

  @Test func names() throws {
    for activation in Activation.allCases {
      #expect(try Activation(named: activation.rawValue.uppercased()) == activation)
    }
    #expect(throws: UnknownName.self) { try Activation(named: "swish2") }
    let error = UnknownName(what: "activation", name: "x", accepted: ["tanh", "relu"])
    #expect("\(error)" == "unknown activation \"x\"; accepted: tanh, relu")
    #expect(try Loss(named: "SQUARED") == .squared)
    #expect(throws: UnknownName.self) { try Loss(named: "hinge") }
  }
}
