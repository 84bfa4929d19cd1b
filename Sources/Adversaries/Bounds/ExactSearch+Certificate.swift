import LinearAlgebra

extension ExactSearch {
  /// Whether a local maximum is the global one by curvature alone; see ``GlobalCertificate``.
  ///
  /// `nil` for kinked activations and for losses of several outputs that are not a function of one functional (squared;
  /// cross-entropy of three classes and more).
  ///
  /// - Parameter delta: a perturbation of the set, d elements; moved into it if it is not.
  /// - Complexity: O(m^3) and the relaxation of every functional but one.
  public func certificate(of index: Int, at delta: [Double], radius: Double? = nil) -> GlobalCertificate? {
    let radius = radius ?? problem.radii[index]
    precondition(radius >= 0 && radius.isFinite, "a radius of \(radius)")
    precondition(delta.count == functionals.dimension, "\(delta.count) elements of a perturbation")
    problem.inputs.withView { functionals.load($0.row(index), radius: radius) }
    return work.certificate(target: Array(problem.targets.row(index)), at: delta)
  }
}

extension SearchWorkspace {
  func certificate(target: [Double], at start: [Double]) -> GlobalCertificate? {
    begin(target: target, starts: [], ascends: false)
    guard curve.activation.isSmooth, !objective.isTogether else { return nil }
    point.pointer.update(from: start, count: dimension)
    project(point.pointer)
    let loss = record(point.pointer)
    let values = (0..<objective.offsets.count).map(functional)
    let row = values.indices.max { values[$0] < values[$1] }!
    for r in peaks.indices { peaks[r].at = (0..<dimension).map { point[$0] } }
    load(roots()[row].numbers)
    let multiplier = {
      self.valueAndGradient(row)
      return Double.norm2(self.dimension, self.gradient.pointer)
    }()
    let curvature = self.curvature.largestEigenvalue(middle(row).matrix)
    var bound = curvatureBound(row)
    // The others, and this one where lines do better.
    let q = objective.offsets.count
    let intervals = Buffer<Double>(count: q)
    let relaxations = Buffer<Double>(count: q)
    objective.rows.withView {
      functionals.bounds(
        of: $0.pointer, count: q, refinements: 2, intervals: intervals.pointer, relaxations: relaxations.pointer)
    }
    func above(_ r: Int) -> Double {
      let t = min(intervals[r], relaxations[r]) + objective.offsets[r]
      return t + functionals.unit * (abs(t) + abs(objective.offsets[r]))
    }
    bound = min(bound, above(row))
    for r in 0..<q where r != row { bound = max(bound, above(r)) }
    let growth = max(curvature, 0) * functionals.radius
    return GlobalCertificate(
      curvature: curvature, multiplier: multiplier,
      ratio: growth > 0 ? growth / multiplier : 0, loss: loss, bound: max(lossAbove(bound), loss))
  }
}
