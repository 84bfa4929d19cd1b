import LinearAlgebra
import Optimization

/// The squared loss of a committee against a teacher, as a function of the student's weights W (m x d, row-major):
///
///     L(W) = 1/2 mean (f_W(x) - f*(x))^2
///
/// with the mean over x ~ N(0, I), in closed form (``PopulationLoss``), or over given samples (``EmpiricalLoss``).
public protocol CommitteeLoss: TwiceDifferentiable where Element == Double {
  var unit: CommitteeUnit { get }
  /// The teacher's weights, r x d.
  var teacher: Matrix<Double> { get }
  /// m, the number of the student's units.
  var width: Int { get }

  /// The Hessian at `w`, md x md, symmetric.
  ///
  /// - Complexity: O(m (m + r) d^2) for the closed form, O(N m^2 d^2) for N samples.
  func hessian(at w: UnsafePointer<Double>) -> Matrix<Double>
}

extension CommitteeLoss {
  /// d, the dimension of the inputs.
  public var dimension: Int { teacher.columns }
  public var parameterCount: Int { width * dimension }

  /// L(W) of a student given as a matrix, m x d.
  ///
  /// - Precondition: the sizes fit.
  public func value(of student: Matrix<Double>) -> Double {
    precondition(student.rows == width && student.columns == dimension, "the student is not \(width) x \(dimension)")
    let workspace = makeWorkspace()
    return student.elements.withUnsafeBufferPointer { value(at: $0.baseAddress!, workspace: workspace) }
  }

  /// The gradient at a student given as a matrix, m x d.
  public func gradient(of student: Matrix<Double>) -> Matrix<Double> {
    precondition(student.rows == width && student.columns == dimension, "the student is not \(width) x \(dimension)")
    let workspace = makeWorkspace()
    var gradient = Matrix<Double>(rows: width, columns: dimension)
    student.withView { w in
      gradient.withMutableView { _ = valueAndGradient(at: w.pointer, gradient: $0.pointer, workspace: workspace) }
    }
    return gradient
  }
}
