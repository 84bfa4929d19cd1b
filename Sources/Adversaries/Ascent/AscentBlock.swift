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
  /// Where the rows of an evaluation lie in `memory`, in rows; and which of them want a gradient.
  let places, wanted: Buffer<Int32>
  let scratch: Buffer<Element>
  let probe: Buffer<Element>
  /// Rivals of some inputs in their order, and which inputs these are; -1 for none.
  let rivalOrders, rivalInputs: Buffer<Int32>
  let margins: Buffer<Element>
  /// Slots in use are the first `active`.
  var active = 0

  init(_ engine: AscentEngine<Element>) {
    (function, set, loss, method) = (engine.function, engine.set, engine.loss, engine.method)
    (starts, seed, rows) = (engine.starts, engine.seed, engine.rows)
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
    rivalOrders = Buffer(count: rows * k)
    rivalInputs = Buffer(count: rows)
    margins = Buffer(count: k)
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
    rivalInputs.pointer.update(repeating: -1, count: rows)
    for i in range { task.results.outcomes.pointer[i] = AscentOutcome() }
    let perInput = task.deltas == nil ? starts.count : 1
    let total = range.count * perInput
    var next = 0
    active = 0
    while true {
      // Rows that wait take the place of those that ended.
      while active < rows && next < total {
        begin(
          &slots.pointer[active], input: range.lowerBound + next / perInput, start: next % perInput, task)
        active += 1
        next += 1
      }
      if active == 0 { return }
      round(task, onStep)
    }
  }

  /// One evaluation of every active slot, and what follows from it.
  @inline(__always) private func round(_ task: AscentTask<Element>, _ onStep: Observer?) {
    // Slots that need no further evaluation leave before it.
    var i = 0
    while i < active {
      if propose(&slots.pointer[i], task) {
        i += 1
      } else {
        finish(slots.pointer[i], task)
        release(i)
      }
    }
    guard active > 0 else { return }
    for i in 0..<active {
      let slot = slots.pointer + i
      places[i] = Int32((slot.pointee.trial - memory.pointer) / d)
      (workspace.z.pointer + i * function.hidden).update(from: slot.pointee.z0, count: function.hidden)
      (workspace.y.pointer + i * k).update(from: task.targets.row(Int(slot.pointee.input)), count: k)
    }
    function.forward(
      Rows(pointer: UnsafePointer(memory.pointer), stride: d, list: UnsafePointer(places.pointer)), count: active,
      workspace)
    var listed = 0
    for i in 0..<active where judge(&slots.pointer[i], row: i, task) {
      wanted[listed] = Int32(i)
      listed += 1
    }
    if listed > 0 {
      function.backward(
        count: active, list: UnsafePointer(wanted.pointer), listed: listed, into: fresh.pointer, stride: d, workspace)
    }
    for j in 0..<listed {
      let i = Int(wanted[j])
      receive(&slots.pointer[i], UnsafePointer(fresh.pointer + j * d), task, onStep)
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
