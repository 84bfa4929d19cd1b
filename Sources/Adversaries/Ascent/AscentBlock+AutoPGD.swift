import LinearAlgebra

extension AscentBlock {
  @inline(__always) func startAutoPGD(_ slot: inout Slot, _ apgd: AutoPGD) {
    slot.omega = 2
    let first = max(1, Int32((0.22 * Double(apgd.evaluations)).rounded(.up)))
    (slot.checkpoint, slot.window, slot.rises, slot.hasHalved) = (first, first, 0, false)
    slot.windowLoss = slot.loss
    slot.memory.update(from: slot.delta, count: d)
    rememberBest(&slot)
  }

  @inline(__always) private func rememberBest(_ slot: inout Slot) {
    slot.bestLoss = slot.loss
    slot.best.update(from: slot.delta, count: d)
    slot.bestGradient.update(from: slot.gradient, count: d)
  }

  @inline(__always) func proposeAutoPGD(_ slot: inout Slot, _ apgd: AutoPGD, _ task: AscentTask<Element>) {
    let radius = task.radii[Int(slot.input)]
    let (delta, g, trial, before) = (slot.delta, slot.gradient, slot.trial, slot.memory)
    if set.norm == .linf {
      let eta = slot.omega * radius
      for i in 0..<d { trial[i] = delta[i] + (g[i] > 0 ? eta : g[i] < 0 ? -eta : 0) }
    } else {
      trial.update(from: delta, count: d)
      Element.axpy(d, slot.omega * radius / slot.slope, g, trial)
    }
    project(trial, slot, task)
    // The first step has no past.
    if slot.iterations > 0 {
      for i in 0..<d { trial[i] = delta[i] + 0.75 * (trial[i] - delta[i]) + 0.25 * (delta[i] - before[i]) }
      project(trial, slot, task)
    }
  }

  @inline(__always) func receiveAutoPGD(_ slot: inout Slot, _ apgd: AutoPGD, _ g: UnsafePointer<Element>) {
    let old = slot.loss
    slot.memory.update(from: slot.delta, count: d)
    accept(&slot, g)
    if slot.loss > old { slot.rises += 1 }
    if slot.loss > slot.bestLoss { rememberBest(&slot) }
    guard slot.iterations + 1 == slot.checkpoint else { return }
    let tooFew = Double(slot.rises) < apgd.rho * Double(slot.window)
    let isStuck = !slot.hasHalved && slot.bestLoss <= slot.windowLoss
    slot.hasHalved = tooFew || isStuck
    if slot.hasHalved {
      slot.omega /= 2
      slot.loss = slot.bestLoss
      slot.delta.update(from: slot.best, count: d)
      slot.memory.update(from: slot.best, count: d)
      slot.gradient.update(from: slot.bestGradient, count: d)
      slot.slope = Element.dot(d, slot.gradient, slot.gradient).squareRoot()
    }
    slot.windowLoss = slot.bestLoss
    slot.rises = 0
    let budget = Double(apgd.evaluations)
    let least = Int32(max(1, (0.06 * budget).rounded(.up)))
    slot.window = max(slot.window - Int32((0.03 * budget).rounded(.up)), least)
    slot.checkpoint += slot.window
  }
}
