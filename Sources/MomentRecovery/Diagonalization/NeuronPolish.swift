import LinearAlgebra

/// Each z_a moved to the nearest minimum of the detector on the unit sphere,
///
///     minimise  |f(z)|^2 = |T vec(z z^T)|^2 = vec(z z^T)^T G vec(z z^T),   |z| = 1,   G = T^T T,
///
/// by Newton's method with a shift where the Hessian asks for one.
///
/// The null space and its joint diagonalisation weigh all singular values below the gap alike; the detector itself
/// knows how well each direction is determined: A's error falls by 15 to 20 % [measured]. But two z may fall into one
/// minimum. So a z_a whose squared angle to its start is more than ``outlier`` times the median of all, or whose cosine
/// is below ``leastCosine``, is put back, and all of them if the condition of Z more than doubles.
public struct NeuronPolish: Codable, Equatable, Sendable {
  /// Z, unit rows.
  public let directions: Matrix<Double>
  /// How many rows were moved.
  public let moved: Int

  static let leastCosine = 0.9
  /// [measured] In 82 recoveries from mixtures (n = 5e3 and 1e4) the farthest of ten moves was mostly 3 to 18 times the
  /// median; 10 of 820 were farther, one of them a thousandfold, into the minimum of another z.
  static let outlier = 20.0
  static let mostSteps = 30

  /// - Parameters:
  ///   - t: T, D x k(k+1)/2.
  ///   - start: unit rows z_a.
  /// - Complexity: D K^2 operations for G, and 6 K^2 + k^3 for each step of each z; the z are shared out over threads.
  public init(_ t: Matrix<Double>, from start: Matrix<Double>) throws {
    let k = start.columns, count = start.rows, pairs = t.columns
    precondition(pairs == SymmetricVector.count(order: k))
    var gram = Matrix<Double>(rows: pairs, columns: pairs)
    t.withView { t in gram.withMutableView { $0.multiplyBySelfInParallel(t, .yes, mirror: true) } }
    // Only ratios matter; numbers near 1 keep tolerances simple.
    let scale = (0..<pairs).map { gram[$0, $0] }.max() ?? 0
    guard scale > 0 else {
      (directions, moved) = (start, 0)
      return
    }
    for i in 0..<gram.elements.count { gram.elements[i] /= scale }
    var ends = start
    gram.withView { gram in
      ends.withMutableView { ends in
        Parallel.forEach(count) { a in DetectorDescent(gram, order: k).run(ends.row(a)) }
      }
    }
    var accepted = ends
    var kept = count
    let cosines = (0..<count).map { a in (0..<k).reduce(0.0) { $0 + ends[a, $1] * start[a, $1] } }
    let median = cosines.map { 1 - $0 }.sorted()[count / 2]
    // Angles below a hundredth do no harm.
    let farthest = min(1 - Self.leastCosine, max(Self.outlier * median, 0.5e-4))
    for a in 0..<count {
      if !(1 - cosines[a] <= farthest) {
        for i in 0..<k { accepted[a, i] = start[a, i] }
        kept -= 1
      }
    }
    let before = try SVD.values(start), after = try SVD.values(accepted)
    if let b = before.last, let a = after.last, b > 0, !(after[0] / a <= 2 * before[0] / b) {
      (accepted, kept) = (start, 0)
    }
    (directions, moved) = (accepted, kept)
  }
}

/// Newton's method for one z of ``NeuronPolish``.
private final class DetectorDescent {
  private let gram: MatrixView<Double>
  private let k: Int
  private let square, image: Buffer<Double>
  /// G J (K x k) with J = d vec(z z^T) / dz, the unvec of G v (k x k), the Hessian, and vectors.
  private let imageOfJacobian, matrix, hessian, work, gradient, step, trial: Buffer<Double>

  init(_ gram: MatrixView<Double>, order k: Int) {
    (self.gram, self.k) = (gram, k)
    square = Buffer(count: gram.rows)
    image = Buffer(count: gram.rows)
    imageOfJacobian = Buffer(count: gram.rows * k)
    matrix = Buffer(count: k * k)
    hessian = Buffer(count: k * k)
    work = Buffer(count: k * k)
    gradient = Buffer(count: k)
    step = Buffer(count: k)
    trial = Buffer(count: k)
  }

  /// Overwrites z by the minimum.
  func run(_ z: UnsafeMutablePointer<Double>) {
    var value = evaluate(z)
    var shift = 0.0
    for _ in 0..<NeuronPolish.mostSteps {
      differentiate(z)
      let slope = Double.norm2(k, gradient.pointer)
      // Rounding leaves about K eps of the gradient's terms.
      guard slope > 1e-16 * Double(k) else { break }
      var improved = false, length = 0.0
      for _ in 0..<30 {
        guard newtonStep(z, shift: shift) else {
          shift = max(4 * shift, 1e-6)
          continue
        }
        length = Double.norm2(k, step.pointer)
        for i in 0..<k { trial[i] = z[i] + step[i] }
        let norm = Double.norm2(k, trial.pointer)
        Double.scale(k, 1 / norm, trial.pointer)
        let next = evaluate(trial.pointer)
        if next <= value || (length < 1e-7 && next <= value + 1e-15) {
          z.update(from: trial.pointer, count: k)
          (value, improved) = (next, true)
          shift = shift > 1e-10 ? shift / 4 : 0
          break
        }
        shift = max(4 * shift, 1e-6)
      }
      if !improved || length < 1e-14 { break }
    }
  }

  /// v^T G v with v = vec(z z^T); leaves G v in `image`.
  private func evaluate(_ z: UnsafePointer<Double>) -> Double {
    var p = 0
    for i in 0..<k {
      for j in i..<k {
        square[p] = i == j ? z[i] * z[i] : 2.0.squareRoot() * z[i] * z[j]
        p += 1
      }
    }
    gram.apply(to: square.pointer, into: image.pointer)
    return Double.dot(gram.rows, square.pointer, image.pointer)
  }

  /// Gradient and Hessian on the sphere at z: P (H - (z.g) I) P with H = 2 J^T G J + 4 unvec(G v), g = 4 unvec(G v) z.
  private func differentiate(_ z: UnsafePointer<Double>) {
    _ = evaluate(z)
    var p = 0
    imageOfJacobian.pointer.update(repeating: 0, count: gram.rows * k)
    let half = 0.5.squareRoot()
    for i in 0..<k {
      for j in i..<k {
        matrix[i * k + j] = i == j ? image[p] : image[p] * half
        matrix[j * k + i] = matrix[i * k + j]
        p += 1
      }
    }
    // Row l of (G J)^T: each pair ij has two entries in J, at l = i and l = j.
    p = 0
    for i in 0..<k {
      for j in i..<k {
        let row = gram.row(p)
        let factor = i == j ? 1 : 2.0.squareRoot()
        Double.axpy(gram.rows, (i == j ? 2 : factor) * z[j], row, imageOfJacobian.pointer + i * gram.rows)
        if i != j { Double.axpy(gram.rows, factor * z[i], row, imageOfJacobian.pointer + j * gram.rows) }
        p += 1
      }
    }
    for l in 0..<k {
      let row = imageOfJacobian.pointer + l * gram.rows
      let target = hessian.pointer + l * k
      target.update(repeating: 0, count: k)
      p = 0
      for i in 0..<k {
        for j in i..<k {
          if i == j {
            target[i] += 4 * z[i] * row[p]
          } else {
            let factor = 2 * 2.0.squareRoot() * row[p]
            target[i] += factor * z[j]
            target[j] += factor * z[i]
          }
          p += 1
        }
      }
      for i in 0..<k { target[i] += 4 * matrix[l * k + i] }
    }
    let m = MatrixView(UnsafePointer(matrix.pointer), rows: k, columns: k)
    m.apply(to: z, into: gradient.pointer, alpha: 4)
    let radial = Double.dot(k, z, gradient.pointer)
    Double.axpy(k, -radial, z, gradient.pointer)
    for i in 0..<k { hessian[i * k + i] -= radial }
  }

  /// step <- -(P H P + shift (I - z z^T) + z z^T)^{-1} P g; false where that matrix is not positive definite.
  private func newtonStep(_ z: UnsafePointer<Double>, shift: Double) -> Bool {
    let h = hessian.view(rows: k, columns: k), w = work.view(rows: k, columns: k)
    h.readOnly.apply(to: z, into: trial.pointer)
    let radial = Double.dot(k, z, trial.pointer)
    for i in 0..<k {
      for j in 0..<k {
        w[i, j] = h[i, j] - z[i] * trial[j] - trial[i] * z[j] + (radial - shift + 1) * z[i] * z[j]
        if i == j { w[i, j] += shift }
      }
    }
    guard Cholesky.factor(w).isFactored else { return false }
    for i in 0..<k { step[i] = -gradient[i] }
    Cholesky.solve(w.readOnly, step.pointer)
    let along = Double.dot(k, z, step.pointer)
    Double.axpy(k, -along, z, step.pointer)
    return true
  }
}
