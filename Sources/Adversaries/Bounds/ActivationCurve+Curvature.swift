import Networks

extension ActivationCurve {
  /// The least and the largest sigma'' on [lower, upper]; infinite where sigma has a kink inside.
  ///
  /// sigma'' has its extrema at the ends or where sigma''' = 0: +-artanh(1/sqrt 3) for tanh, +-log(2 + sqrt 3) for the
  /// sigmoid, 0 for softplus, 0 and +-2 for GELU, 0 and +-3.4358... for SiLU, +-1/sqrt 2 for erf [derived].
  func curvatureRange(_ lower: Double, _ upper: Double) -> (least: Double, largest: Double) {
    let extremum: Double
    var middle = false
    switch activation {
    case .identity: return (0, 0)
    case .relu, .leakyReLU:
      return lower < 0 && upper > 0 ? (0, .infinity) : (0, 0)
    case .abs:
      return lower < 0 && upper > 0 ? (0, .infinity) : (0, 0)
    case .tanh: extremum = 0.6584789484624084
    case .sigmoid: extremum = 1.3169578969248168
    case .softplus: extremum = 0
    case .silu:
      extremum = 3.4358409935351107
      middle = true
    case .gelu:
      extremum = 2
      middle = true
    case .erf: extremum = 0.7071067811865476
    }
    let (first, last) = (curvature(lower), curvature(upper))
    var (least, largest) = (Swift.min(first, last), Swift.max(first, last))
    func include(_ z: Double) {
      guard lower < z && z < upper else { return }
      let value = curvature(z)
      least = Swift.min(least, value)
      largest = Swift.max(largest, value)
    }
    include(extremum)
    include(-extremum)
    if middle { include(0) }
    return (least, largest)
  }

  /// The least and the largest sigma' on [lower, upper] of a smooth activation: at the ends or where sigma'' = 0.
  func slopeRange(_ lower: Double, _ upper: Double) -> (least: Double, largest: Double) {
    let (first, last) = (valueAndSlope(lower).slope, valueAndSlope(upper).slope)
    var (least, largest) = (Swift.min(first, last), Swift.max(first, last))
    func include(_ z: Double) {
      guard lower < z && z < upper else { return }
      let slope = valueAndSlope(z).slope
      (least, largest) = (Swift.min(least, slope), Swift.max(largest, slope))
    }
    switch bend {
    case .sShaped: include(0)
    case .convexBetween(let c):
      include(c)
      include(-c)
    case .linear, .polygonal, .convex: break
    }
    return (least, largest)
  }
}
