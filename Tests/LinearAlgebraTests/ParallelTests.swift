import CAllocationCounter
import LinearAlgebra
import Testing

@Suite struct ParallelTests {
  @Test(arguments: [0, 1, 2, 3, 7, 1000]) func everyIndexOnce(count: Int) {
    for _ in 0..<200 {
      let seen = Buffer<Int>(count: count)
      let hits = seen.pointer
      Parallel.forEach(count) { hits[$0] += 1 }
      #expect((0..<count).allSatisfy { seen[$0] == 1 })
    }
  }

  @Test func nestedCallsRun() {
    let sums = Buffer<Int>(count: 8)
    let p = sums.pointer
    Parallel.forEach(8) { i in Parallel.forEach(10) { p[i] += $0 } }
    #expect((0..<8).allSatisfy { sums[$0] == 45 })
  }

  @Test func allocatesNothing() {
    let sums = Buffer<Int>(count: 8)
    let p = sums.pointer
    Parallel.forEach(8) { p[$0] += 1 }
    let before = allocation_count()
    for _ in 0..<1000 { Parallel.forEach(8) { p[$0] += 1 } }
    #expect(allocation_count() == before)
  }
}
