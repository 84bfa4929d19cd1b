import LinearAlgebra

/// The sums over samples that the losses of committees have in common, block by block.
///
/// The bounds of the blocks depend on the sizes alone and the calling thread does all the work, so results have the
/// same bits whatever the number of threads. Students are small; many of them run side by side.
struct CommitteeBlocks: Sendable {
  let unit: CommitteeUnit
  let width, dimension, teachers: Int
  /// Rows whose arrays fit into 256 KiB together.
  let size: Int

  init(unit: CommitteeUnit, width: Int, dimension: Int, teachers: Int, samples: Int) {
    self.unit = unit
    self.width = width
    self.dimension = dimension
    self.teachers = teachers
    size = min(samples, max(16, min(512, 32768 / (3 * width + dimension + teachers))))
  }

  func makeWorkspace() -> CommitteeWorkspace {
    CommitteeWorkspace(block: size, width: width, dimension: dimension, teachers: teachers)
  }

  /// u of the student w, into the workspace.
  func prepare(_ w: UnsafePointer<Double>, _ workspace: CommitteeWorkspace) {
    for j in 0..<width {
      unit.effectiveWeights(w + j * dimension, into: workspace.u.pointer + j * dimension, dimension: dimension)
    }
  }

  /// sum_i r_i^2 over the rows of `x`, and where asked for sum_i r_i phi'(z_ij) x_i added to row j of `gradient`.
  ///
  /// - Parameter first: whether `gradient` is to be overwritten.
  func addBlock(
    _ x: MatrixView<Double>, _ y: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>?, first: Bool,
    _ workspace: CommitteeWorkspace
  ) -> Double {
    let (rows, m) = (x.rows, width)
    let z = MutableMatrixView(workspace.z.pointer, rows: rows, columns: m)
    z.multiply(x, .no, MatrixView(workspace.u.pointer, rows: m, columns: dimension), .yes, alpha: unit.argumentScale)
    let s = workspace.s.pointer
    applyActivation(unit.activation, z.pointer, workspace.h.pointer, gradient == nil ? nil : s, nil, rows * m)
    var sum = 0.0
    for i in 0..<rows {
      let residual = rowSum(workspace.h.pointer + i * m, m) - y[i]
      sum += residual * residual
      if gradient != nil {
        for j in i * m..<(i + 1) * m { s[j] *= residual }
      }
    }
    if let gradient {
      MutableMatrixView(gradient, rows: m, columns: dimension).multiply(
        MatrixView(s, rows: rows, columns: m), .yes, x, alpha: unit.argumentScale, beta: first ? 0 : 1)
    }
    return sum
  }

  /// From the sum over `count` samples to the gradient of half their mean by w.
  func finish(_ w: UnsafePointer<Double>, _ gradient: UnsafeMutablePointer<Double>, count: Int) {
    Double.scale(width * dimension, 1 / Double(count), gradient)
    for j in 0..<width {
      unit.applyChainRule(at: w + j * dimension, to: gradient + j * dimension, dimension: dimension)
    }
  }
}
