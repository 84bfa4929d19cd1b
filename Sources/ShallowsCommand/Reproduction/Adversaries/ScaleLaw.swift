import Shallows

/// What the scale law is held against, and where.
enum ScaleLaw {
  /// A line of the reference table: figures of a NumPy prototype, six networks.
  struct Line {
    let activation: Activation
    let ratio: Double
    let scales: [Double]
    /// kappa and half a unit of its last digit.
    let kappas: [(value: Double, rounding: Double)]
    let iterations: [Int]
    /// The most distinct maxima of a network.
    let maxima: [Int]

    var name: String { ScaleLaw.lineName(activation, ratio) }
  }
  static func lineName(_ activation: Activation, _ ratio: Double) -> String {
    "\(activation.rawValue), rho \(short(ratio))"
  }
  static let lines = [
    Line(
      activation: .tanh, ratio: 0.1, scales: [0.1, 0.3, 1, 3, 10],
      kappas: [(0.004, 5e-4), (0.030, 5e-4), (0.156, 5e-4), (0.51, 5e-3), (0.74, 5e-3)], iterations: [6, 6, 8, 19, 107],
      maxima: [1, 1, 1, 2, 7]),
    Line(
      activation: .tanh, ratio: 0.5, scales: [1], kappas: [(0.55, 5e-3)], iterations: [25], maxima: [2]),
    Line(
      activation: .softplus, ratio: 0.1, scales: [0.1, 1, 10],
      kappas: [(0.010, 5e-4), (0.081, 5e-4), (0.24, 5e-3)], iterations: [6, 7, 9], maxima: [2, 2, 2]),
  ]
  static let table = "d = 50, m = 2000", wide = "d = 50, m = 20000"
  /// Against m / d^2 at d = 50, and against d at m = 4 d^2.
  static let widths = "d = 50, m varied", dimensions = "m = 4 d^2, d varied"
  static let others: [Activation] = [.gelu, .silu, .sigmoid, .erf]
}
