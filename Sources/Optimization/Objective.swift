import LinearAlgebra

/// A differentiable function of a flat parameter vector, to be made small.
///
/// Vectors are contiguous buffers of `parameterCount` elements lent by the caller. All scratch memory lives in a
/// workspace made once before a loop, so evaluations allocate nothing. A workspace serves one caller at a time; the
/// objective itself is immutable and may be shared between threads.
public protocol Objective<Element>: Sendable {
  associatedtype Element: Scalar
  associatedtype Workspace: AnyObject

  var parameterCount: Int { get }

  func makeWorkspace() -> Workspace

  /// L(x).
  func value(at x: UnsafePointer<Element>, workspace: Workspace) -> Element

  /// L(x), and its gradient written over `gradient`.
  func valueAndGradient(
    at x: UnsafePointer<Element>, gradient: UnsafeMutablePointer<Element>, workspace: Workspace
  ) -> Element
}

/// An objective that is a mean over samples, L(x) = (1/n) sum_i l_i(x), and can be evaluated on some of them.
public protocol SampledObjective<Element>: Objective {
  var sampleCount: Int { get }

  /// The mean of l_i over the listed samples, and its gradient written over `gradient`.
  func valueAndGradient(
    at x: UnsafePointer<Element>, samples: UnsafeBufferPointer<Int32>, gradient: UnsafeMutablePointer<Element>,
    workspace: Workspace
  ) -> Element
}

/// An objective with products by its Hessian.
public protocol TwiceDifferentiable<Element>: Objective {
  /// H(x) u written over `product`.
  func hessianProduct(
    at x: UnsafePointer<Element>, _ u: UnsafePointer<Element>, into product: UnsafeMutablePointer<Element>,
    workspace: Workspace
  )
}

/// A nonlinear least-squares objective L(x) = |r(x)|^2 / (2n) with r in R^N, whose Jacobian J = dr/dx is reached
/// through products: what Gauss-Newton needs in the dual (sample) space.
///
/// `prepare` fixes the point; the products refer to the last prepared one. Only the parameters that the objective
/// declares free take part in J: its other columns are zero.
public protocol DualLeastSquares<Element>: Objective {
  /// N, the number of residuals (samples times outputs).
  var residualCount: Int { get }

  /// n in L = |r|^2 / (2n).
  var normalization: Int { get }

  /// Evaluates r at `x` into `residual`, keeps there whatever the products need, and returns L.
  func prepare(at x: UnsafePointer<Element>, residual: UnsafeMutablePointer<Element>, workspace: Workspace) -> Element

  /// The lower triangle of J J^T (N x N) at the prepared point.
  func gram(into gram: MutableMatrixView<Element>, workspace: Workspace)

  /// n, the order of the diagonal blocks of J J^T that ``blockGram(into:workspace:)`` averages; the residuals are then
  /// an n x (N/n) matrix, row-major, and block c belongs to its column c.
  var blockSize: Int { get }

  /// The lower triangle of the mean of the diagonal blocks of J J^T (n x n) at the prepared point.
  func blockGram(into gram: MutableMatrixView<Element>, workspace: Workspace)

  /// J u at the prepared point: N elements from `parameterCount`.
  func jacobianProduct(
    _ u: UnsafePointer<Element>, into product: UnsafeMutablePointer<Element>, workspace: Workspace)

  /// J^T a at the prepared point: `parameterCount` elements from N.
  func jacobianTransposeProduct(
    _ a: UnsafePointer<Element>, into product: UnsafeMutablePointer<Element>, workspace: Workspace)
}

extension DualLeastSquares {
  /// One block: all of J J^T.
  public var blockSize: Int { residualCount }

  public func blockGram(into gram: MutableMatrixView<Element>, workspace: Workspace) {
    self.gram(into: gram, workspace: workspace)
  }
}
