import LinearAlgebra
import Optimization

extension NetworkObjective: TwiceDifferentiable {
  /// The exact Hessian at `x` times `u`, by differentiating the gradient in the direction u = (U, Q).
  ///
  ///     RZ = X U^T            RH = s o RZ           Rf = RH V^T + H Q^T      Rdelta = L''(f) Rf
  ///     RG = (Rdelta V + delta Q) o s + (delta V) o t o RZ,     s = sigma'(Z), t = sigma''(Z)
  ///     (H u)_W = RG^T X      (H u)_V = Rdelta^T H + delta^T RH
  ///
  /// Frozen weights count as constants: their part of `u` is ignored, their part of the product is zero. At the kinks
  /// of ReLU and the like sigma'' is taken as zero.
  ///
  /// Source: Pearlmutter, "Fast exact multiplication by the Hessian", Neural Computation 6 (1994).
  ///
  /// - Complexity: about twice a gradient.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func hessianProduct(
    at x: UnsafePointer<Element>, _ u: UnsafePointer<Element>, into product: UnsafeMutablePointer<Element>,
    workspace: NetworkWorkspace<Element>
  ) {
    let (n, m, d, k) = (data.count, shape.hidden, shape.weightsPerNeuron, shape.outputs)
    let (w, v) = (shape.hiddenView(x), shape.outputView(x))
    let (uw, uv) = (shape.hiddenView(u), shape.outputView(u))
    let (hidden, output) = (trainable.contains(.hidden), trainable.contains(.output))
    let scratch = workspace.curvature
    let scale = 1 / Element(n)
    for start in stride(from: 0, to: n, by: plan.panel) {
      let rows = min(plan.panel, n - start)
      share(Parallel.pieces(of: rows, size: plan.block), multiplyAdds: 2 * rows * d * m) { block in
        let range = Parallel.piece(block, of: rows, size: plan.block)
        let (first, size) = (range.lowerBound, range.count)
        let xs = inputs.rows(start + range.lowerBound..<start + range.upperBound)
        let y = data.y.pointer + (start + first) * k
        func wide(_ pointer: UnsafeMutablePointer<Element>) -> MutableMatrixView<Element> {
          MutableMatrixView(pointer + first * m, rows: size, columns: m)
        }
        func narrow(_ pointer: UnsafeMutablePointer<Element>) -> MutableMatrixView<Element> {
          MutableMatrixView(pointer + first * k, rows: size, columns: k)
        }
        let (z, h, s, t) = (
          wide(workspace.z.pointer), wide(workspace.h.pointer), wide(workspace.s.pointer), wide(scratch.t.pointer)
        )
        let (rz, rh, back) = (wide(scratch.rz.pointer), wide(scratch.rh.pointer), wide(scratch.back.pointer))
        let (f, delta, rf, rdelta) = (
          narrow(workspace.f.pointer), narrow(scratch.delta.pointer), narrow(scratch.rf.pointer),
          narrow(scratch.rdelta.pointer)
        )
        z.multiply(xs, .no, w, .yes)
        applyActivation(activation, z.pointer, h.pointer, s.pointer, t.pointer, size * m)
        f.multiply(h.readOnly, .no, v, .yes)
        _ = loss.total(
          f.pointer, y, rows: size, outputs: k, scale: scale, delta: delta.pointer,
          exponentials: workspace.e.pointer + first * k)
        if hidden {
          rz.multiply(xs, .no, uw, .yes)
          for i in 0..<size * m { rh.pointer[i] = s.pointer[i] * rz.pointer[i] }
          rf.multiply(rh.readOnly, .no, v, .yes)
        } else {
          rh.fill(0)
          rf.fill(0)
        }
        if output { rf.multiply(h.readOnly, .no, uv, .yes, beta: 1) }
        loss.curvatureProduct(f.pointer, y, rf.pointer, rows: size, outputs: k, scale: scale, into: rdelta.pointer)
        guard hidden else { return }
        back.multiply(delta.readOnly, .no, v)
        z.multiply(rdelta.readOnly, .no, v)
        if output { z.multiply(delta.readOnly, .no, uv, beta: 1) }
        for i in 0..<size * m {
          z.pointer[i] = z.pointer[i] * s.pointer[i] + back.pointer[i] * t.pointer[i] * rz.pointer[i]
        }
      }
      accumulate(
        rows: rows, g: workspace.z.pointer, x: data.x.pointer + start * d, delta: scratch.rdelta.pointer,
        h: workspace.h.pointer, beta: start == 0 ? 0 : 1, into: product)
      if output {
        shape.outputView(product).multiply(
          MatrixView(UnsafePointer(scratch.delta.pointer), rows: rows, columns: k), .yes,
          MatrixView(UnsafePointer(scratch.rh.pointer), rows: rows, columns: m), beta: 1)
      }
    }
  }
}
