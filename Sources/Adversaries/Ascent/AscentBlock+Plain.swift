import LinearAlgebra

extension AscentBlock {
  /// A step of fixed or normalised length along the velocity.
  @inline(__always) func proposePlain(
    _ slot: inout Slot, _ ascent: ProjectedAscent, _ task: AscentTask<Element>
  ) -> Bool {
    guard slot.reach > 0, slot.bestResidual > Element(ascent.tolerance) || !slot.isAtBest else { return false }
    var eta: Element
    switch ascent.step {
    case .fixed(let step):
      blend(1, slot.gradient, Element(ascent.momentum), slot.memory, count: d)
      eta = Element(step)
    case .normalised(let fraction):
      blend(1 / slot.slope, slot.gradient, Element(ascent.momentum), slot.memory, count: d)
      let length = Element.dot(d, slot.memory, slot.memory).squareRoot()
      guard length > 0 else { return false }
      eta = Element(fraction) * slot.reach / length
    case .backtracking: return false
    }
    slot.trial.update(from: slot.delta, count: d)
    Element.axpy(d, eta, slot.memory, slot.trial)
    project(slot.trial, slot, task)
    return true
  }

  /// Notes the point if its loss is the best so far, or not below it by more than rounding.
  @inline(__always) func keepBest(_ slot: inout Slot, _ task: AscentTask<Element>) {
    slot.isAtBest = slot.loss >= slot.bestLoss - slot.noise
    guard slot.isAtBest else { return }
    (slot.bestLoss, slot.bestResidual) = (slot.loss, residual(slot, at: slot.delta, gradient: slot.gradient, task))
    slot.best.update(from: slot.delta, count: d)
  }
}
