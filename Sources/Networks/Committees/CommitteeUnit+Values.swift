import LinearAlgebra
import RealModule

extension CommitteeUnit {
  /// The kernel that computes phi(z) = sigma(``argumentScale`` z).
  var activation: Activation {
    switch self {
    case .abs: .abs
    case .relu: .relu
    case .erf: .erf
    }
  }

  /// 1, but sqrt(1/2) for `erf`, whose argument is divided by sqrt 2.
  var argumentScale: Double { self == .erf ? 0.5.squareRoot() : 1 }

  /// phi(z).
  public func value(_ z: Double) -> Double { activation.value(argumentScale * z) }

  /// phi'(z); zero at the kinks, as everywhere in this package.
  public func derivative(_ z: Double) -> Double { argumentScale * activation.derivative(argumentScale * z) }

  /// f(x_i) = sum_j phi(u_j . x_i) for each row of `inputs` (N x d), given the effective weights `u` (m x d).
  ///
  /// ```swift
  /// let labels = CommitteeUnit.relu.outputs(teacher, at: inputs)
  /// ```
  ///
  /// - Precondition: the columns agree.
  /// - Complexity: O(N m d) time, O(N m) scratch memory.
  public func outputs(_ u: Matrix<Double>, at inputs: Matrix<Double>) -> [Double] {
    precondition(u.columns == inputs.columns, "weights in R^\(u.columns), inputs in R^\(inputs.columns)")
    let products = Buffer<Double>(count: inputs.rows * u.rows)
    let z = products.view(rows: inputs.rows, columns: u.rows)
    return Array(unsafeUninitializedCapacity: inputs.rows) { f, count in
      u.withView { u in inputs.withView { x in writeOutputs(x, u, z, into: f.baseAddress) } }
      count = inputs.rows
    }
  }

  /// f <- outputs at the rows of x, with z (rows x units) as scratch. Allocates nothing.
  func writeOutputs(
    _ x: MatrixView<Double>, _ u: MatrixView<Double>, _ z: MutableMatrixView<Double>,
    into f: UnsafeMutablePointer<Double>?
  ) {
    guard let f else { return }
    z.multiply(x, .no, u, .yes, alpha: argumentScale)
    applyActivation(activation, z.pointer, z.pointer, nil, nil, z.rows * z.columns)
    for i in 0..<x.rows { f[i] = rowSum(z.row(i), z.columns) }
  }
}

/// The sum of a row, from left to right.
@inline(__always) func rowSum(_ row: UnsafePointer<Double>, _ count: Int) -> Double {
  var sum = 0.0
  for j in 0..<count { sum += row[j] }
  return sum
}
