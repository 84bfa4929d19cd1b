import LinearAlgebra

/// The scratch memory of one caller of an ``EmpiricalLoss`` or a ``FreshSampleLoss``: O(block (m + r + d) + m d).
public final class CommitteeWorkspace {
  let block, width, dimension: Int
  let u: Buffer<Double>  // effective weights, m x d
  let z: Buffer<Double>  // products, block x m
  let h: Buffer<Double>  // units
  let s: Buffer<Double>  // their slopes
  let labels: Buffer<Double>
  let x: Buffer<Double>  // gathered or fresh samples, a column of noise included
  let teacher: Buffer<Double>  // the teacher's units, block x r

  /// Made at the first Hessian product.
  private(set) lazy var curvature = CommitteeCurvature(self)

  init(block: Int, width m: Int, dimension d: Int, teachers r: Int) {
    self.block = block
    width = m
    dimension = d
    u = Buffer(count: m * d)
    z = Buffer(count: block * m)
    h = Buffer(count: block * m)
    s = Buffer(count: block * m)
    labels = Buffer(count: block)
    x = Buffer(count: block * (d + 1))
    teacher = Buffer(count: block * r)
  }
}

/// What products with the Hessian need besides.
final class CommitteeCurvature {
  let ru: Buffer<Double>  // directional derivative of u
  let gu: Buffer<Double>  // gradient by u
  let rz: Buffer<Double>  // directional derivative of Z
  let t: Buffer<Double>  // second derivatives of the units

  init(_ workspace: CommitteeWorkspace) {
    ru = Buffer(count: workspace.width * workspace.dimension)
    gu = Buffer(count: workspace.width * workspace.dimension)
    rz = Buffer(count: workspace.block * workspace.width)
    t = Buffer(count: workspace.block * workspace.width)
  }
}
