import LinearAlgebra
import Optimization
import Randomness

/// The squared loss of a committee over given samples:
///
///     L(W) = 1/(2N) sum_i (f_W(x_i) - y_i)^2,   f_W(x) = sum_j phi(u_j . x)
///
/// with u_j = |w_j| w_j for `abs` and u_j = w_j otherwise (``CommitteeUnit``), W being m x d and flat, row after row.
/// The labels y_i are the teacher's outputs, disturbed by normal noise if wanted, or are given.
///
///     dL/du_j = 1/N sum_i r_i phi'(u_j . x_i) x_i,   dL/dw_j = |w_j| (I + p_j p_j^T) dL/du_j,   p_j = w_j/|w_j|
///
/// Conventions: relu'(0) = abs'(0) = 0, and dL/dw_j = 0 at w_j = 0 for `abs`. The mean of L over the draw of
/// x_i ~ N(0, I) is the population loss, and so for the gradient.
///
/// ```swift
/// let loss = EmpiricalLoss(unit: .relu, teacher: teacher, width: 4, inputs: x)
/// let value = loss.value(of: student)
/// ```
///
/// The bits do not depend on the number of threads; after the first call with a workspace nothing is allocated.
public struct EmpiricalLoss: CommitteeLoss {
  public typealias Element = Double
  public typealias Workspace = CommitteeWorkspace

  public let unit: CommitteeUnit
  public let teacher: Matrix<Double>
  public let width: Int
  /// N x d.
  public let inputs: Matrix<Double>
  /// N labels.
  public let targets: [Double]
  let blocks: CommitteeBlocks

  /// - Parameters:
  ///   - teacher: the teacher's effective weights, r x d.
  ///   - width: m.
  ///   - inputs: N x d.
  ///   - targets: N labels; by default the teacher's outputs.
  /// - Precondition: the sizes fit, and none is zero.
  public init(
    unit: CommitteeUnit, teacher: Matrix<Double>, width: Int, inputs: Matrix<Double>, targets: [Double]? = nil
  ) {
    precondition(width > 0, "a student of \(width) units")
    precondition(inputs.rows > 0, "a mean over no samples is undefined")
    precondition(teacher.columns == inputs.columns, "a teacher in R^\(teacher.columns), inputs in R^\(inputs.columns)")
    self.unit = unit
    self.teacher = teacher
    self.width = width
    self.inputs = inputs
    self.targets = targets ?? unit.outputs(teacher, at: inputs)
    precondition(self.targets.count == inputs.rows, "\(inputs.rows) samples but \(self.targets.count) targets")
    blocks = CommitteeBlocks(
      unit: unit, width: width, dimension: teacher.columns, teachers: 0, samples: inputs.rows)
  }

  /// The teacher's outputs plus N(0, labelNoise^2), one draw a sample in order.
  public init(
    unit: CommitteeUnit, teacher: Matrix<Double>, width: Int, inputs: Matrix<Double>, labelNoise: Double,
    random: RandomStream
  ) {
    var random = random
    let noise: [Double] = random.normals(inputs.rows, scale: labelNoise)
    self.init(
      unit: unit, teacher: teacher, width: width, inputs: inputs,
      targets: zip(unit.outputs(teacher, at: inputs), noise).map { $0 + $1 })
  }

  public var sampleCount: Int { inputs.rows }

  /// O(block (m + d) + m d).
  public func makeWorkspace() -> CommitteeWorkspace { blocks.makeWorkspace() }
}

extension EmpiricalLoss: SampledObjective {
  /// - Complexity: O(N m d).
  public func value(at w: UnsafePointer<Double>, workspace: CommitteeWorkspace) -> Double {
    evaluate(at: w, gradient: nil, workspace)
  }

  /// - Complexity: O(N m d), twice the work of the value.
  public func valueAndGradient(
    at w: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>, workspace: CommitteeWorkspace
  ) -> Double {
    evaluate(at: w, gradient: gradient, workspace)
  }

  /// - Precondition: at least one sample, all indices in `0..<sampleCount`; repetitions count as often as they occur.
  public func valueAndGradient(
    at w: UnsafePointer<Double>, samples: UnsafeBufferPointer<Int32>, gradient: UnsafeMutablePointer<Double>,
    workspace: CommitteeWorkspace
  ) -> Double {
    precondition(!samples.isEmpty, "a mean over no samples is undefined")
    let d = dimension
    blocks.prepare(w, workspace)
    var sum = 0.0
    for start in stride(from: 0, to: samples.count, by: blocks.size) {
      let rows = min(blocks.size, samples.count - start)
      inputs.withView { x in
        for i in 0..<rows {
          let sample = Int(samples[start + i])
          precondition(sample >= 0 && sample < x.rows, "sample \(sample) of \(x.rows)")
          (workspace.x.pointer + i * d).update(from: x.row(sample), count: d)
          workspace.labels[i] = targets[sample]
        }
      }
      sum += blocks.addBlock(
        MatrixView(workspace.x.pointer, rows: rows, columns: d), workspace.labels.pointer, gradient: gradient,
        first: start == 0, workspace)
    }
    blocks.finish(w, gradient, count: samples.count)
    return sum / Double(2 * samples.count)
  }

  private func evaluate(
    at w: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>?, _ workspace: CommitteeWorkspace
  ) -> Double {
    blocks.prepare(w, workspace)
    var sum = 0.0
    forEachBlock { x, y, first in
      sum += blocks.addBlock(x, y, gradient: gradient, first: first, workspace)
    }
    if let gradient { blocks.finish(w, gradient, count: sampleCount) }
    return sum / Double(2 * sampleCount)
  }

  /// Hands out the samples block by block: inputs, labels, and whether they are the first.
  func forEachBlock(_ body: (MatrixView<Double>, UnsafePointer<Double>, Bool) -> Void) {
    inputs.withView { x in
      targets.withUnsafeBufferPointer { y in
        for start in stride(from: 0, to: x.rows, by: blocks.size) {
          body(x.rows(start..<min(start + blocks.size, x.rows)), y.baseAddress! + start, start == 0)
        }
      }
    }
  }
}
