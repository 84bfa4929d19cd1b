import LinearAlgebra
import Randomness

/// Functions of x that might explain residuals; see ``FitTest``.
struct FitFunctions {
  private let x: Int
  /// C^-1/2: everything is computed of standardised inputs.
  private let root: Matrix<Double>
  /// Whether all products x_i x_j are among them.
  private let hasProducts: Bool
  /// Random unit vectors u, for |u.x|.
  private let directions: Matrix<Double>
  /// Units' directions as functions of the standardised inputs, scaled to z of mean square 1.
  private let neurons: Matrix<Double>
  /// How many there are; those beyond are left out where there are few samples.
  let count: Int

  private static let mostProducts = 300

  init(_ network: ReLUNetwork, _ x: Matrix<Double>, random: RandomStream) throws {
    let (n, d) = (x.rows, x.columns)
    self.x = d
    var c = Matrix<Double>(rows: d, columns: d)
    let share = 1 / Double(max(n, 1))
    x.withView { x in c.withMutableView { $0.multiplyBySelfInParallel(x, .yes, alpha: share, mirror: true) } }
    let spectrum = try SymmetricEigen(c)
    let floor = (spectrum.values.last ?? 0) * 1e-12
    root = spectrum.inverseRoot()
    let square = spectrum.map { $0 > floor ? $0.squareRoot() : 0 }
    let weights = Matrix.product(network.hidden, .no, square)
    neurons = Matrix(rows: weights.rows, columns: d) { i, j in
      let norm = Double.norm2(d, Array(weights.row(i)))
      return norm > 0 ? weights[i, j] / norm : 0
    }
    hasProducts = d * (d + 1) / 2 <= Self.mostProducts
    var stream = random
    let rays = hasProducts ? 50 : Self.mostProducts + 50
    var directions = Matrix<Double>(rows: rays, columns: d)
    for i in 0..<rays {
      let u: [Double] = stream.sphere(d)
      for j in 0..<d { directions[i, j] = u[j] }
    }
    self.directions = directions
    let all = 1 + d + 3 * network.neurons + (hasProducts ? d * (d + 1) / 2 : 0) + rays
    count = min(all, max(1, n / 8))
  }

  /// Writes the functions of some inputs, samples in rows.
  func write(_ block: MatrixView<Double>, into phi: MutableMatrixView<Double>) {
    let n = block.rows
    let standardised = Buffer<Double>(count: n * x)
    let z = Buffer<Double>(count: n * neurons.rows), u = Buffer<Double>(count: n * directions.rows)
    let s = standardised.view(rows: n, columns: x)
    let along = z.view(rows: n, columns: neurons.rows), rays = u.view(rows: n, columns: directions.rows)
    root.withView { s.multiply(block, .no, $0, .yes) }
    neurons.withView { along.multiply(s.readOnly, .no, $0, .yes) }
    directions.withView { rays.multiply(s.readOnly, .no, $0, .yes) }
    let limit = phi.columns
    for i in 0..<n {
      let row = phi.row(i), from = s.row(i)
      var p = 0
      func put(_ value: Double) {
        if p < limit { row[p] = value }
        p += 1
      }
      put(1)
      for j in 0..<x { put(from[j]) }
      for j in 0..<neurons.rows {
        let value = along[i, j]
        put(max(value, 0))
        put(max(value - 1, 0))
        put(max(-value - 1, 0))
      }
      if hasProducts {
        for a in 0..<x { for b in a..<x { put(from[a] * from[b]) } }
      }
      for j in 0..<directions.rows { put(abs(rays[i, j])) }
    }
  }

  /// R with R^T R = (Phi^T Phi)^+ over all the inputs, functions that depend on others left out.
  func inverseRoot(_ inputs: Matrix<Double>) throws -> Matrix<Double> {
    var gram = Matrix<Double>(rows: count, columns: count)
    let block = SignedSums.block
    let work = Buffer<Double>(count: block * count)
    inputs.withView { inputs in
      gram.withMutableView { gram in
        for piece in 0..<Parallel.pieces(of: inputs.rows, size: block) {
          let range = Parallel.piece(piece, of: inputs.rows, size: block)
          let phi = work.view(rows: range.count, columns: count)
          write(inputs.rows(range), into: phi)
          gram.multiplyBySelfInParallel(phi.readOnly, .yes, beta: 1, mirror: false)
        }
        gram.mirrorLowerTriangle()
      }
    }
    return try SymmetricEigen(gram).inverseRoot(tolerance: 1e-11)
  }
}
