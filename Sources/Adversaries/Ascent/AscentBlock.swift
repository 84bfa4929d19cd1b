import LinearAlgebra
import Networks
import Randomness

/// The rows that one thread works on, and their memory. Used by one thread at a time.
final class AscentBlock<Element: Scalar>: @unchecked Sendable {
  typealias Slot = AscentSlot<Element>
  typealias Observer = (Int, Int, Element, UnsafePointer<Element>) -> Void

  let function: InputFunction<Element>
  let set: PerturbationSet<Element>
  let loss: AttackLoss
  let method: AscentMethod
  let starts: [AttackStart]
  let seed: UInt64
  let workspace: InputWorkspace<Element>
  let rows, d, k: Int

  let slots: Buffer<Slot>
  /// Seven rows of d elements for each slot.
  let memory: Buffer<Element>
  let z0: Buffer<Element>
  /// Gradients as they come, before they go to their slots.
  let fresh: Buffer<Element>
  /// Which slots a round evaluates, where their points lie in `memory`, in rows, and which of them want a gradient.
  let turns, places, wanted: Buffer<Int32>
  let scratch: Buffer<Element>
  let probe: Buffer<Element>
  /// Z0 of the inputs from `batchStart` on.
  let batch: Buffer<Element>
  var batchStart = 0, batchCount = 0
  let directions: StartDirections<Element>?
  let hasBranches, hasFastGradient: Bool
  /// Slots in use are the first `active`.
  var active = 0

  init(_ engine: AscentEngine<Element>) {
    (function, set, loss, method) = (engine.function, engine.set, engine.loss, engine.method)
    (starts, seed) = (engine.starts, engine.seed)
    // All starts of an input are under way together.
    rows = max(engine.rows, engine.starts.count)
    (d, k) = (set.dimension, function.shape.outputs)
    workspace = function.makeWorkspace(rows: rows)
    slots = Buffer(count: rows)
    memory = Buffer(count: 7 * rows * d)
    z0 = Buffer(count: rows * function.hidden)
    fresh = Buffer(count: rows * d)
    places = Buffer(count: rows)
    wanted = Buffer(count: rows)
    scratch = Buffer(count: set.scratchCount)
    probe = Buffer(count: d)
    turns = Buffer(count: rows)
    batch = Buffer(count: rows * function.hidden)
    hasFastGradient = starts.contains(.fastGradient)
    hasBranches = starts.contains { $0.needsDirection && $0 != .fastGradient }
    directions = starts.contains(where: \.needsDirection) ? StartDirections(function, loss: loss) : nil
    for i in 0..<rows {
      let row = memory.pointer + 7 * i * d
      (slots.pointer + i).initialize(
        to: Slot(
          delta: row, trial: row + d, step: row + 2 * d, gradient: row + 3 * d, memory: row + 4 * d, best: row + 5 * d,
          bestGradient: row + 6 * d, z0: z0.pointer + i * function.hidden))
    }
  }

  /// Runs every ascent of the inputs `range`, and leaves the best of each input in the results.
  @inline(__always) func run(_ range: Range<Int>, _ task: AscentTask<Element>, _ onStep: Observer?) {
    for i in range { task.results.outcomes.pointer[i] = AscentOutcome() }
    let perInput = task.deltas == nil ? starts.count : 1
    var next = range.lowerBound
    (active, batchCount) = (0, 0)
    while true {
      // Inputs that wait take the place of those that ended.
      while active + perInput <= rows && next < range.upperBound {
        begin(next, of: range, task)
        next += 1
      }
      if active == 0 { return }
      round(task, onStep)
    }
  }

  /// One evaluation of every slot that is not waiting for its siblings, and what follows from it.
  @inline(__always) private func round(_ task: AscentTask<Element>, _ onStep: Observer?) {
    select(task)
    // Slots that need no further evaluation leave before it.
    var (i, count) = (0, 0)
    while i < active {
      if slots.pointer[i].isWaiting {
        i += 1
      } else if propose(&slots.pointer[i], task) {
        turns[count] = Int32(i)
        count += 1
        i += 1
      } else {
        finish(slots.pointer[i], task)
        release(i)
      }
    }
    guard count > 0 else { return }
    for j in 0..<count {
      let slot = slots.pointer + Int(turns[j])
      places[j] = Int32((slot.pointee.trial - memory.pointer) / d)
      (workspace.z.pointer + j * function.hidden).update(from: slot.pointee.z0, count: function.hidden)
      (workspace.y.pointer + j * k).update(from: task.targets.row(Int(slot.pointee.input)), count: k)
    }
    function.forward(
      Rows(pointer: UnsafePointer(memory.pointer), stride: d, list: UnsafePointer(places.pointer)), count: count,
      workspace)
    var listed = 0
    for j in 0..<count where judge(&slots.pointer[Int(turns[j])], row: j) {
      wanted[listed] = Int32(j)
      listed += 1
    }
    if listed > 0 {
      function.backward(
        count: count, list: UnsafePointer(wanted.pointer), listed: listed, into: fresh.pointer, stride: d, workspace)
    }
    for l in 0..<listed {
      let slot = Int(turns[Int(wanted[l])])
      receive(&slots.pointer[slot], UnsafePointer(fresh.pointer + l * d), task, onStep)
    }
  }

  /// Where all starts of an input that are left wait, the best goes on and the others end.
  @inline(__always) private func select(_ task: AscentTask<Element>) {
    var i = 0
    while i < active {
      let slot = slots.pointer[i]
      guard slot.isWaiting else {
        i += 1
        continue
      }
      var (best, isReady) = (i, true)
      for j in 0..<active where slots.pointer[j].input == slot.input {
        let other = slots.pointer[j]
        if !other.isWaiting { isReady = false }
        let leader = slots.pointer[best]
        if other.loss > leader.loss || (other.loss == leader.loss && other.start < leader.start) { best = j }
      }
      guard isReady else {
        i += 1
        continue
      }
      slots.pointer[best].isWaiting = false
      slots.pointer[best].isChosen = true
      var j = active - 1
      while j >= 0 {
        let other = slots.pointer[j]
        if other.input == slot.input && other.isWaiting {
          let outcome = task.results.outcomes.pointer + Int(other.input)
          outcome.pointee.evaluations += other.evaluations
          outcome.pointee.gradients += other.gradients
          release(j)
        }
        j -= 1
      }
      // Slots have moved.
      i = 0
    }
  }

  /// The last active slot takes the place of slot i.
  @inline(__always) private func release(_ i: Int) {
    active -= 1
    let ended = slots.pointer[i]
    slots.pointer[i] = slots.pointer[active]
    slots.pointer[active] = ended
  }

  // MARK: Geometry

  @inline(__always) func x(_ slot: Slot, _ task: AscentTask<Element>) -> UnsafePointer<Element> {
    task.inputs.row(Int(slot.input))
  }

  @inline(__always) func project(
    _ point: UnsafeMutablePointer<Element>, _ slot: Slot, _ task: AscentTask<Element>
  ) {
    set.project(point, around: x(slot, task), radius: task.radii[Int(slot.input)], scratch: scratch.pointer)
  }

  @inline(__always) func moveToSupport(
    of c: UnsafePointer<Element>, into point: UnsafeMutablePointer<Element>, _ slot: Slot, _ task: AscentTask<Element>
  ) {
    let length = set.norm == .l2 ? Element.dot(d, c, c).squareRoot() : 0
    if length > 0 && length.isFinite {
      // The nearest point of S to a point far along c: the same, at less cost.
      let far = (1 / Element.ulpOfOne.squareRoot()) * task.radii[Int(slot.input)] / length
      for i in 0..<d { point[i] = far * c[i] }
      project(point, slot, task)
      return
    }
    _ = set.support(
      c, around: x(slot, task), radius: task.radii[Int(slot.input)], maximizer: point, scratch: scratch.pointer)
  }

  /// |P(delta + R g/|g|) - delta| / R.
  @inline(__always) func residual(
    _ slot: Slot, at point: UnsafePointer<Element>, gradient g: UnsafePointer<Element>, _ task: AscentTask<Element>
  ) -> Element {
    let length = Element.dot(d, g, g).squareRoot()
    guard length > 0, slot.reach > 0 else { return 0 }
    probe.pointer.update(from: point, count: d)
    Element.axpy(d, slot.reach / length, g, probe.pointer)
    project(probe.pointer, slot, task)
    return distance(probe.pointer, point, count: d) / slot.reach
  }
}
