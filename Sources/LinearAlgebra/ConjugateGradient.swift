/// The vectors that ``ConjugateGradient`` works with, made once and used for many solves of the same size.
public final class ConjugateGradientWorkspace<Element: Scalar>: @unchecked Sendable {
  public let dimension: Int
  let residual: Buffer<Element>
  let direction: Buffer<Element>
  let image: Buffer<Element>

  public init(dimension: Int) {
    self.dimension = dimension
    residual = Buffer(count: dimension)
    direction = Buffer(count: dimension)
    image = Buffer(count: dimension)
  }
}

/// The method of conjugate gradients for A x = b with a symmetric positive definite A that is only applied.
///
///     alpha = r.r / p.Ap;   x <- x + alpha p;   r' <- r - alpha A p;   p <- r' + (r'.r' / r.r) p
///
/// The error in the norm of A falls at least by (sqrt(c) - 1) / (sqrt(c) + 1) a step, c the condition number.
///
/// ```swift
/// let workspace = ConjugateGradientWorkspace<Double>(dimension: n)
/// let end = ConjugateGradient.solve(b, into: x, relativeTolerance: 1e-10, iterationLimit: 500, workspace) { p, ap in
///   gram.apply(to: p, into: ap)
/// }
/// ```
///
/// Source: Hestenes and Stiefel, J. Res. Nat. Bur. Standards 49 (1952).
public enum ConjugateGradient {
  /// Why the iteration ended.
  public enum Ending: Equatable, Sendable {
    /// The residual b - A x, computed afresh, is within the tolerance.
    case converged
    case iterationLimit
    /// The tolerance is below what rounding allows for this matrix.
    case stagnated
    /// A direction p with p.Ap <= 0 turned up: the matrix is not positive definite.
    case notPositiveDefinite
    /// A product or the right-hand side had an entry that is not finite.
    case notFinite
  }

  public struct Result<Element: Scalar>: Equatable, Sendable {
    public let ending: Ending
    /// Applications of A inside the iteration; the start and each check of the residual cost one more.
    public let iterations: Int
    /// |b - A x| / |b|, from a residual computed afresh except after `notPositiveDefinite` and `notFinite`.
    public let relativeResidual: Element
  }

  /// Solves from the start that `x` holds (zeros, or a warm start) and leaves the solution there.
  ///
  /// The updated residual drifts from b - A x; when it falls below the tolerance the true one is computed, and the
  /// iteration restarts from it when it is not small enough yet. A restart that does not halve it ends the solve.
  ///
  /// - Parameter apply: writes A times its first argument to its second; they do not overlap.
  /// - Complexity: one application of A and 10 n operations a step. Allocates nothing itself.
  public static func solve<Element: Scalar>(
    _ b: UnsafePointer<Element>, into x: UnsafeMutablePointer<Element>, relativeTolerance: Element,
    iterationLimit: Int, _ workspace: ConjugateGradientWorkspace<Element>,
    apply: (_ vector: UnsafePointer<Element>, _ image: UnsafeMutablePointer<Element>) -> Void
  ) -> Result<Element> {
    let n = workspace.dimension
    let (r, p, ap) = (workspace.residual.pointer, workspace.direction.pointer, workspace.image.pointer)
    guard n > 0 else { return Result(ending: .converged, iterations: 0, relativeResidual: 0) }
    let size = Element.norm2(n, b)
    guard size.isFinite else { return Result(ending: .notFinite, iterations: 0, relativeResidual: size) }
    guard size > 0 else {
      x.update(repeating: 0, count: n)
      return Result(ending: .converged, iterations: 0, relativeResidual: 0)
    }

    /// r <- b - A x, and its square.
    func refreshResidual() -> Element {
      apply(x, ap)
      r.update(from: b, count: n)
      Element.axpy(n, -1, ap, r)
      return Element.dot(n, r, r)
    }

    let target = relativeTolerance * size
    var square = refreshResidual(), iterations = 0
    var fresh = true, lastTrue = square
    func ended(_ ending: Ending) -> Result<Element> {
      Result(ending: ending, iterations: iterations, relativeResidual: square.squareRoot() / size)
    }
    while true {
      guard square.isFinite else { return ended(.notFinite) }
      let small = square.squareRoot() <= target, out = iterations >= iterationLimit
      if (small || out) && !fresh {
        square = refreshResidual()
        fresh = true
        if square.squareRoot() > target && !out {
          if square > lastTrue / 4 { return ended(.stagnated) }
          lastTrue = square
        }
        continue
      }
      if small { return ended(.converged) }
      if out { return ended(.iterationLimit) }
      if fresh { p.update(from: r, count: n) }
      apply(p, ap)
      iterations += 1
      let curvature = Element.dot(n, p, ap)
      guard curvature.isFinite else { return ended(.notFinite) }
      guard curvature > 0 else { return ended(.notPositiveDefinite) }
      let alpha = square / curvature
      Element.axpy(n, alpha, p, x)
      Element.axpy(n, -alpha, ap, r)
      let next = Element.dot(n, r, r)
      // p <- r + beta p
      Element.scale(n, next / square, p)
      Element.axpy(n, 1, r, p)
      square = next
      fresh = false
    }
  }
}
