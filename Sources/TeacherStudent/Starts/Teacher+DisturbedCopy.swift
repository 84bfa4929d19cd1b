import Foundation
import LinearAlgebra
import Networks
import Randomness

extension Teacher {
  /// The teacher's units shared out among m >= r students and disturbed; see ``StudentStart/near(noise:)``.
  ///
  /// Student j draws from child j of `random`, so students of different widths agree but for their shares.
  func disturbedCopy(width m: Int, noise: Double, random: RandomStream) -> Matrix<Double> {
    let (r, d) = (count, dimension)
    let norms = norms
    var rows: [Double] = []
    rows.reserveCapacity(m * d)
    for j in 0..<m {
      var random = random.split(j)
      let (i, copies) = (j % r, (m - 1 - j % r) / r + 1)
      if norms[i] == 0 {
        rows += [Double](repeating: 0, count: d)
        continue
      }
      let norm: Double
      switch unit {
      case .abs: norm = (norms[i] / Double(copies)).squareRoot()
      case .relu: norm = norms[i] / Double(copies)
      case .erf where j < r: norm = norms[i]
      case .erf:
        rows += random.normals(d, scale: noise * norms[i] / Double(d).squareRoot())
        continue
      }
      let length = norm * exp(noise * random.normal())
      let angle = noise * random.normal()
      let direction = weights.row(i).map { $0 / norms[i] }
      var across: [Double] = random.normals(d)
      let along = zip(across, direction).reduce(0) { $0 + $1.0 * $1.1 }
      for l in 0..<d { across[l] -= along * direction[l] }
      let size = across.reduce(0) { $0 + $1 * $1 }.squareRoot()
      // On a line there is no direction to turn to.
      let (c, s) = d > 1 && size > 0 ? (cos(angle), sin(angle) / size) : (1, 0)
      rows += (0..<d).map { length * (c * direction[$0] + s * across[$0]) }
    }
    return Matrix(rows: m, columns: d, elements: rows)
  }
}
