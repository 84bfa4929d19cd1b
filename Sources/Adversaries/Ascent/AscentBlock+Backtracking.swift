import LinearAlgebra

/// Increase of the loss that a step must bring, as a share of what the gradient promises.
private let sufficientIncrease = 1e-4
/// The largest omega.
private let farthest = 8.0

extension AscentBlock {
  /// The next trial point; false where the ascent has ended.
  @inline(__always) func proposeBacktracking(
    _ slot: inout Slot, _ ascent: ProjectedAscent, _ task: AscentTask<Element>
  ) -> Bool {
    while true {
      guard slot.reach > 0, slot.omega > Element.ulpOfOne else { return false }
      moveTrial(&slot, ascent, task)
      subtract(slot.trial, slot.delta, into: slot.step, count: d)
      slot.gain = Element.dot(d, slot.gradient, slot.step)
      slot.squaredStep = Element.dot(d, slot.step, slot.step)
      // The residual takes a projection of its own: only where the step is short enough for it to matter.
      let near = 4 * Element(ascent.tolerance) * min(1, 2 * slot.omega) * slot.reach
      if slot.squaredStep <= near * near,
        residual(slot, at: slot.delta, gradient: slot.gradient, task) <= Element(ascent.tolerance)
      {
        return false
      }
      // Steps along the sphere gain about |g| |s|^2 / R, projections are right to some units of rounding of R.
      let roundedGain = 64 * Element.ulpOfOne
      slot.isRounded = slot.gain <= roundedGain * slot.slope * slot.reach
      let isUphill = slot.gain > 0 || (slot.isRounded && slot.gain > -roundedGain * slot.slope * slot.reach)
      if slot.squaredStep > 0 && isUphill { return true }
      // Too far beyond the farthest point, a velocity that has turned, or no way to go.
      if slot.omega > 1 {
        slot.omega = 1
      } else {
        slot.memory.update(repeating: 0, count: d)
        if slot.squaredStep == 0 || slot.omega < 1 { return false }
        slot.omega = 0.5
      }
    }
  }

  @inline(__always) private func moveTrial(
    _ slot: inout Slot, _ ascent: ProjectedAscent, _ task: AscentTask<Element>
  ) {
    if slot.share < 1 {
      // Back on the straight way from a trial that went too far.
      slot.trial.update(from: slot.delta, count: d)
      Element.axpy(d, slot.share, slot.step, slot.trial)
      project(slot.trial, slot, task)
    } else if slot.omega > 1 {
      // c = g - mu (1 - 1 / omega) delta
      let shift = -slot.multiplier * (1 - 1 / slot.omega)
      probe.pointer.update(from: slot.gradient, count: d)
      Element.axpy(d, shift, slot.delta, probe.pointer)
      moveToSupport(of: probe.pointer, into: slot.trial, slot, task)
    } else if slot.omega == 1 && ascent.momentum == 0 {
      moveToSupport(of: slot.gradient, into: slot.trial, slot, task)
    } else {
      let share = min(slot.omega, Element(0.999))
      let eta = share / (1 - share) * slot.reach / slot.slope
      slot.trial.update(from: slot.delta, count: d)
      Element.axpy(d, eta, slot.gradient, slot.trial)
      if ascent.momentum != 0 { Element.axpy(d, eta * Element(ascent.momentum), slot.memory, slot.trial) }
      project(slot.trial, slot, task)
    }
  }

  /// Whether the step's gradient is wanted: because it is accepted, or because the loss alone cannot tell.
  @inline(__always) func judgeBacktracking(_ slot: inout Slot, _ value: Element, _ noise: Element) -> Bool {
    (slot.trialLoss, slot.trialNoise) = (value, noise)
    let rise = value - slot.loss
    slot.isDoubtful = slot.isRounded || slot.gain <= 16 * (noise + slot.noise)
    if slot.isDoubtful && abs(rise) <= 2 * (noise + slot.noise) { return true }
    slot.isDoubtful = false
    if rise >= Element(sufficientIncrease) * slot.gain && rise > 0 { return true }
    shorten(&slot, rise: rise)
    return false
  }

  /// Takes the gradient at the trial point; false where that shows the step to be too long.
  @inline(__always) func receiveBacktracking(
    _ slot: inout Slot, _ g: UnsafePointer<Element>, _ task: AscentTask<Element>
  ) -> Bool {
    let promised = Element.dot(d, g, slot.step)
    if slot.isDoubtful {
      let rise = (slot.gain + promised) / 2
      if slot.isRounded || rise < Element(sufficientIncrease) * slot.gain {
        let before = residual(slot, at: slot.delta, gradient: slot.gradient, task)
        guard residual(slot, at: slot.trial, gradient: g, task) < before else {
          shorten(&slot, rise: rise)
          return false
        }
      }
    }
    let curvature = (promised - slot.gain) / slot.squaredStep
    if case .projected(let ascent) = method, ascent.momentum != 0 {
      // v = momentum v + g, of the gradient that the step began with.
      blend(1, slot.gradient, Element(ascent.momentum), slot.memory, count: d)
    }
    accept(&slot, g)
    slot.share = 1
    slot.multiplier = multiplier(&slot, task)
    let ratio = curvature / slot.multiplier
    if slot.multiplier > 0 && ratio.isFinite {
      slot.omega = ratio < 1 - 1 / Element(farthest) ? 1 / (1 - ratio) : Element(farthest)
      if slot.omega > 1 && !slot.mayOvershoot { slot.omega = 1 }
    } else {
      slot.omega = 1
    }
    return true
  }

  /// A shorter step, to the top of the parabola through what is known.
  @inline(__always) private func shorten(_ slot: inout Slot, rise: Element) {
    let top = slot.gain / (2 * (slot.gain - rise))
    let share = top.isFinite ? max(0.1, min(0.5, top)) : 0.1
    if set.norm != .l2 {
      // The set has flat sides: the loss along the straight way is a parabola, along the projections it is many.
      slot.share = share
      slot.omega = min(1, slot.omega) * share
    } else {
      slot.omega = slot.omega > 1 ? 1 : slot.omega * share
    }
  }

  /// mu at the slot's point: <g, delta> / |delta|^2 over the coordinates that no bound of the box holds, where the l2
  /// ball is active; |g| / R elsewhere. Sets whether steps may overshoot.
  @inline(__always) private func multiplier(_ slot: inout Slot, _ task: AscentTask<Element>) -> Element {
    slot.mayOvershoot = false
    let plain = slot.slope / slot.reach
    guard set.norm == .l2 else { return plain }
    let length = Element.dot(d, slot.delta, slot.delta).squareRoot()
    guard length >= slot.reach * (1 - 64 * Element.ulpOfOne.squareRoot()) else { return plain }
    slot.mayOvershoot = true
    guard let box = set.box else { return plain }
    let (x, delta) = (self.x(slot, task), slot.delta)
    // Held coordinates may have been rounded inwards.
    let slack = 8 * Element.ulpOfOne * max(abs(box.lowerBound), abs(box.upperBound))
    let inset = slack.isFinite ? slack : 0
    let (least, most) = (box.lowerBound + inset, box.upperBound - inset)
    for i in 0..<d {
      let a = x[i] + delta[i]
      probe.pointer[i] = a > least && a < most ? delta[i] : 0
    }
    let product = Element.dot(d, slot.gradient, probe.pointer)
    let square = Element.dot(d, probe.pointer, probe.pointer)
    guard square > 0, product > 0 else {
      slot.mayOvershoot = false
      return plain
    }
    return product / square
  }
}
