import LinearAlgebra
import Randomness
import Testing

@testable import Datasets

/// n samples with x = (i, i^2) and y = (-i).
func numbered(_ n: Int) -> MatrixSamples {
  MatrixSamples(x: Matrix(rows: n, columns: 2) { i, j in Double(j == 0 ? i : i * i) },
    y: Matrix(rows: n, columns: 1) { i, _ in -Double(i) })
}

/// The rows that a source hands out in blocks of a size; the blocks' starts and sizes are checked on the way.
func collect(_ source: any SampleSource, of size: Int) throws -> (x: [Double], y: [Double]) {
  var (x, y): ([Double], [Double]) = ([], [])
  var next = 0
  try source.forEachBlock(of: size) { block in
    #expect(block.start == next && block.count == min(size, source.count - next))
    #expect(block.x.columns == source.inputs && block.y.columns == source.outputs && block.y.rows == block.count)
    for i in 0..<block.count {
      x += UnsafeBufferPointer(start: block.x.row(i), count: source.inputs)
      y += UnsafeBufferPointer(start: block.y.row(i), count: source.outputs)
    }
    next += block.count
  }
  #expect(next == source.count)
  return (x, y)
}

@Suite struct SelectedSamplesTests {
  @Test(arguments: [1, 3, 100, 1024, 5000]) func repeatsAndLeavesOut(size: Int) throws {
    let n = 2500
    let selected = SelectedSamples(numbered(n), copies: { $0 % 4 })
    let expected = (0..<n).flatMap { Array(repeating: Double($0), count: $0 % 4) }
    #expect(selected.count == expected.count)
    let (x, y) = try collect(selected, of: size)
    let (xs, ys) = (expected.flatMap { [$0, $0 * $0] }, expected.map { -$0 })
    #expect(x == xs && y == ys)
  }

  @Test func nothingMayBeLeft() throws {
    let none = SelectedSamples(numbered(10), copies: { _ in 0 })
    #expect(none.count == 0)
    try none.forEachBlock(of: 4) { _ in Issue.record("a block of no samples") }
  }

  @Test func partsComplementEachOther() throws {
    let source = numbered(5001)
    let random = RandomStream(seed: 5)
    let (training, heldOut) = source.heldOut(0.2, random: random)
    let (a, b) = (try collect(training, of: 700).y, try collect(heldOut, of: 700).y)
    let together = (a + b).sorted(by: >)
    let all = (0..<5001).map { -Double($0) }
    #expect(together == all)
    // 6 standard deviations of the binomial number.
    let deviation = 28.3  // sqrt(5001 0.2 0.8)
    #expect(abs(Double(b.count) - 1000) < 6 * deviation)
    // The part does not follow the order: each tenth of the samples gives about a tenth of it.
    for tenth in 0..<10 {
      let share = b.count { Int(-$0) / 501 == tenth }
      #expect(abs(Double(share) - 100) < 6 * 8.95, "tenth \(tenth): \(share)")
    }
    #expect(try collect(source.heldOut(0.2, random: random).heldOut, of: 64).y == b)
    #expect(try collect(source.heldOut(0.2, random: random.split(1)).heldOut, of: 64).y != b)
    #expect(source.heldOut(0, random: random).heldOut.count == 0)
    #expect(source.heldOut(1, random: random).heldOut.count == 5001)
    let halves = source.halves(random: random)
    #expect(halves.first.count + halves.second.count == 5001)
  }

  @Test func bootstrapCopiesFollowThePoissonDistribution() throws {
    let n = 200_000
    let source = MatrixSamples(x: Matrix(rows: n, columns: 1) { i, _ in Double(i) }, y: Matrix(rows: n, columns: 1))
    let replicate = source.bootstrap(random: RandomStream(seed: 8))
    var copies = [Int](repeating: 0, count: n)
    try replicate.forEachBlock(of: 4096) { block in
      for i in 0..<block.count { copies[Int(block.x[i, 0])] += 1 }
    }
    var probability = 0.36787944117144233
    for k in 0...7 {
      let expected = Double(n) * probability
      let found = Double(copies.count { $0 == k })
      // 6 standard deviations of the binomial number.
      let limit = 6 * expected.squareRoot() + 1
      #expect(abs(found - expected) < limit, "\(k) copies: \(found) of \(expected)")
      probability /= Double(k + 1)
    }
    // Numbers of neighbours are independent: both halves of a word are used.
    var both = 0
    for i in stride(from: 0, to: n, by: 2) where copies[i] == 0 && copies[i + 1] == 0 { both += 1 }
    // e^-2 of 100,000 pairs, standard deviation 108.
    #expect(abs(both - 13_534) < 650)
    #expect(copies.max()! < 13)
  }

  @Test func selectionsNest() throws {
    let inner = SelectedSamples(numbered(3000), copies: { $0 % 2 })
    let outer = SelectedSamples(inner, copies: { $0 % 3 == 0 ? 2 : 0 })
    // The odd numbers, every third of them twice.
    var expected: [Double] = []
    for i in stride(from: 1, to: 3000, by: 6) { expected += [-Double(i), -Double(i)] }
    let elements = try outer.matrixSamples().y.elements
    #expect(elements == expected)
  }
}
