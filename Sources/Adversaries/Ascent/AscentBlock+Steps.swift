import LinearAlgebra
import Networks

extension AscentBlock {
  /// Writes the slot's next point; false where the ascent has ended.
  @inline(__always) func propose(_ slot: inout Slot, _ task: AscentTask<Element>) -> Bool {
    guard slot.phase == .step else { return slot.phase != .end }
    // A loss that is not finite, or a gradient of length 0 or none.
    guard slot.slope > 0, slot.slope.isFinite, slot.loss.isFinite else { return false }
    switch method {
    case .projected(let ascent):
      guard Int(slot.evaluations) < ascent.evaluations else { return false }
      if ascent.step == .backtracking { return proposeBacktracking(&slot, ascent, task) }
      return proposePlain(&slot, ascent, task)
    case .autoPGD(let apgd):
      guard Int(slot.evaluations) < apgd.evaluations else { return false }
      proposeAutoPGD(&slot, apgd, task)
      return true
    case .fastGradient:
      moveToSupport(of: slot.gradient, into: slot.trial, slot, task)
      return true
    }
  }

  /// Takes the loss of row i; whether the gradient is wanted.
  @inline(__always) func judge(_ slot: inout Slot, row i: Int) -> Bool {
    slot.evaluations += 1
    let value = function.takeLoss(loss, row: i, workspace)
    let noise = function.noise(value, row: i, workspace)
    if slot.phase == .step, case .projected(let ascent) = method, ascent.step == .backtracking {
      return judgeBacktracking(&slot, value, noise)
    }
    (slot.trialLoss, slot.trialNoise) = (value, noise)
    return true
  }

  /// Takes the gradient at the trial point.
  @inline(__always) func receive(
    _ slot: inout Slot, _ g: UnsafePointer<Element>, _ task: AscentTask<Element>, _ onStep: Observer?
  ) {
    slot.gradients += 1
    switch slot.phase {
    case .start:
      accept(&slot, g)
      slot.phase = .step
      startMethod(&slot, task)
    case .step:
      switch method {
      case .projected(let ascent):
        if ascent.step == .backtracking {
          guard receiveBacktracking(&slot, g, task) else { return }
        } else {
          accept(&slot, g)
          keepBest(&slot, task)
        }
      case .autoPGD(let apgd):
        receiveAutoPGD(&slot, apgd, g)
      case .fastGradient:
        accept(&slot, g)
        slot.phase = .end
      }
      slot.iterations += 1
    case .end: break
    }
    if case .projected(let ascent) = method, let after = ascent.selectAfter, !slot.isChosen, slot.start >= 0 {
      // One that is not finite ends at once, and must not be compared.
      slot.isWaiting = Int(slot.evaluations) >= after && starts.count > 1 && slot.loss.isFinite
    }
    onStep?(Int(slot.input), Int(slot.start), slot.loss, UnsafePointer(slot.delta))
  }

  /// The trial point becomes the slot's point, `g` its gradient.
  @inline(__always) func accept(_ slot: inout Slot, _ g: UnsafePointer<Element>) {
    (slot.delta, slot.trial) = (slot.trial, slot.delta)
    (slot.loss, slot.noise) = (slot.trialLoss, slot.trialNoise)
    slot.gradient.update(from: g, count: d)
    slot.slope = Element.dot(d, g, g).squareRoot()
  }

  @inline(__always) private func startMethod(_ slot: inout Slot, _ task: AscentTask<Element>) {
    switch method {
    case .projected(let ascent):
      slot.memory.update(repeating: 0, count: d)
      if ascent.step != .backtracking { keepBest(&slot, task) }
    case .autoPGD(let apgd): startAutoPGD(&slot, apgd)
    case .fastGradient: break
    }
  }

  /// Writes what a slot has come to, if it is the best of its input so far.
  @inline(__always) func finish(_ slot: Slot, _ task: AscentTask<Element>) {
    let outcome = task.results.outcomes.pointer + Int(slot.input)
    outcome.pointee.evaluations += slot.evaluations
    outcome.pointee.gradients += slot.gradients
    var (point, loss, g) = (slot.delta, slot.loss, slot.gradient)
    var known: Element?
    if slot.loss.isFinite && slot.slope.isFinite {
      switch method {
      case .autoPGD: if slot.bestLoss > loss { (point, loss, g) = (slot.best, slot.bestLoss, slot.bestGradient) }
      case .projected(let ascent):
        if ascent.step != .backtracking { (point, loss, known) = (slot.best, slot.bestLoss, slot.bestResidual) }
      case .fastGradient: break
      }
    }
    let old = outcome.pointee
    let isFirst = old.loss == -.infinity && old.iterations == 0 && old.start == -1 && old.status == .limit
    guard isFirst || loss > old.loss || (loss == old.loss && slot.start < old.start) || !old.loss.isFinite else {
      return
    }
    if !isFirst && !loss.isFinite { return }
    var new = old
    (new.evaluations, new.gradients) = (outcome.pointee.evaluations, outcome.pointee.gradients)
    (new.loss, new.start, new.towards, new.iterations) = (loss, slot.start, slot.towards, slot.iterations)
    if !loss.isFinite || !slot.slope.isFinite {
      (new.status, new.residual) = (.nonFinite, .infinity)
    } else {
      let residual = known ?? self.residual(slot, at: point, gradient: g, task)
      new.residual = residual
      let isFlat = known == nil && Element.dot(d, g, g) == 0
      new.status = isFlat ? .flat : residual <= tolerance ? .converged : .limit
    }
    outcome.pointee = new
    task.results.delta(Int(slot.input)).update(from: point, count: d)
  }

  /// The residual at which an ascent counts as converged.
  var tolerance: Element {
    if case .projected(let ascent) = method { return Element(ascent.tolerance) }
    return Element(1e-6)
  }
}
