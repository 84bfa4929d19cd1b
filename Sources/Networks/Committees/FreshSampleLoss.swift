import LinearAlgebra
import Randomness

/// The squared loss of a committee over samples drawn anew at every step, for stochastic gradient descent:
///
///     L_B(W) = 1/(2B) sum_{i <= B} (f_W(x_i) - f*(x_i) - e_i)^2,   x_i ~ N(0, I),  e_i ~ N(0, labelNoise^2)
///
/// Its gradient is an unbiased estimate of the population loss's, its value exceeds that one by labelNoise^2/2 in the
/// mean.
///
/// ```swift
/// let loss = FreshSampleLoss(unit: .abs, teacher: teacher, width: 8, batch: 32)
/// let workspace = loss.makeWorkspace()
/// let value = loss.valueAndGradient(at: w, random: &stream, gradient: g, workspace: workspace)
/// ```
///
/// Sample i takes d words of the stream, and one more where there is noise, in order; so the samples do not depend on
/// blocks or threads. After the first call with a workspace nothing is allocated.
///
/// Source: theorem 7 of Zhou, Ge and Jin (COLT 2021); Saad and Solla (1995) with B = 1.
public struct FreshSampleLoss: Sendable {
  public let unit: CommitteeUnit
  /// The teacher's effective weights, r x d.
  public let teacher: Matrix<Double>
  /// m.
  public let width: Int
  /// B.
  public let batch: Int
  public let labelNoise: Double
  let blocks: CommitteeBlocks

  /// - Precondition: width and batch are positive, the noise is 0 or more.
  public init(unit: CommitteeUnit, teacher: Matrix<Double>, width: Int, batch: Int, labelNoise: Double = 0) {
    precondition(width > 0, "a student of \(width) units")
    precondition(batch > 0, "a mean over no samples is undefined")
    precondition(labelNoise >= 0, "a standard deviation of \(labelNoise)")
    self.unit = unit
    self.teacher = teacher
    self.width = width
    self.batch = batch
    self.labelNoise = labelNoise
    blocks = CommitteeBlocks(
      unit: unit, width: width, dimension: teacher.columns, teachers: teacher.rows, samples: batch)
  }

  /// d.
  public var dimension: Int { teacher.columns }
  public var parameterCount: Int { width * dimension }

  /// O(block (m + r + d) + m d).
  public func makeWorkspace() -> CommitteeWorkspace { blocks.makeWorkspace() }

  /// L_B at `w` on the next B samples of `random`, and its gradient written over `gradient`.
  ///
  /// - Complexity: O(B (m + r) d).
  public func valueAndGradient(
    at w: UnsafePointer<Double>, random: inout RandomStream, gradient: UnsafeMutablePointer<Double>,
    workspace: CommitteeWorkspace
  ) -> Double {
    let row = dimension + (labelNoise > 0 ? 1 : 0)
    blocks.prepare(w, workspace)
    var sum = 0.0
    for start in stride(from: 0, to: batch, by: blocks.size) {
      let rows = min(blocks.size, batch - start)
      random.fillNormal(workspace.x.pointer, count: rows * row)
      let x = MatrixView(workspace.x.pointer, rows: rows, columns: dimension, stride: row)
      teacher.withView {
        unit.writeOutputs(
          x, $0, MutableMatrixView(workspace.teacher.pointer, rows: rows, columns: $0.rows),
          into: workspace.labels.pointer)
      }
      if labelNoise > 0 {
        for i in 0..<rows { workspace.labels[i] += labelNoise * workspace.x[i * row + dimension] }
      }
      sum += blocks.addBlock(x, workspace.labels.pointer, gradient: gradient, first: start == 0, workspace)
    }
    blocks.finish(w, gradient, count: batch)
    return sum / Double(2 * batch)
  }
}
