import CAllocationCounter
import LinearAlgebra
import Networks
import Randomness
import Testing

/// Once a workspace has been used, nothing is allocated. The counter sees the calling thread, which does all the work
/// here; it counts on Linux only.
@Suite struct CommitteeAllocationTests {
  private func bytes(_ work: () -> Void) -> Int64 {
    // Twice before: workspaces complete themselves, and the runtime its records of generic types.
    work()
    work()
    let before = allocated_bytes()
    work()
    return allocated_bytes() - before
  }

  @Test(arguments: CommitteeUnit.allCases, [(10, 8, 3), (900, 40, 12)])
  func lossesAllocateNothing(unit: CommitteeUnit, size: (n: Int, d: Int, m: Int)) {
    let c = Committee(unit, n: size.n, d: size.d, m: size.m)
    let count = c.loss.parameterCount
    let w = Buffer<Double>(count: count)
    let gradient = Buffer<Double>(count: count)
    let direction = Buffer<Double>(count: count)
    w.pointer.update(from: c.student.elements, count: count)
    direction.pointer.update(from: c.student.elements, count: count)
    #expect(bytes { _ = c.loss.value(at: w.pointer, workspace: c.workspace) } == 0)
    #expect(
      bytes { _ = c.loss.valueAndGradient(at: w.pointer, gradient: gradient.pointer, workspace: c.workspace) } == 0)
    #expect(
      bytes {
        c.loss.hessianProduct(at: w.pointer, direction.pointer, into: gradient.pointer, workspace: c.workspace)
      } == 0)
    let samples: [Int32] = [3, 1, 4, 1, 5]
    samples.withUnsafeBufferPointer { samples in
      #expect(
        bytes {
          _ = c.loss.valueAndGradient(
            at: w.pointer, samples: samples, gradient: gradient.pointer, workspace: c.workspace)
        } == 0)
    }
    for noise in [0, 0.1] {
      let fresh = FreshSampleLoss(unit: unit, teacher: c.teacher, width: size.m, batch: size.n, labelNoise: noise)
      let workspace = fresh.makeWorkspace()
      var stream = RandomStream(seed: 1)
      #expect(
        bytes {
          _ = fresh.valueAndGradient(
            at: w.pointer, random: &stream, gradient: gradient.pointer, workspace: workspace)
        } == 0)
    }
  }
}
