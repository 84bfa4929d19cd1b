import CAllocationCounter
import Datasets
import LinearAlgebra
import Networks
import Randomness
import Testing

@testable import MomentRecovery

@Suite struct RandomSamplesTests {
  static let network = RandomNetworks(inputs: 4, neurons: 3, outputs: 5).network(random: RandomStream(seed: 1))

  static func samples(_ distribution: InputDistribution = .gaussian, noise: Double = 0, count: Int = 5000,
    activation: Activation? = nil) -> RandomSamples {
    RandomSamples(network, distribution, noise: noise, count: count, random: RandomStream(seed: 2),
      activation: activation)
  }

  @Test(arguments: [1, 7, 100, 1024, 1500, 2048, 5000, 9999]) func blocksDoNotMatter(size: Int) throws {
    let samples = Self.samples(.correlated(condition: 5), noise: 0.3)
    let all = samples.matrixSamples()
    var next = 0
    try samples.forEachBlock(of: size) { block in
      #expect(block.start == next && block.count == min(size, 5000 - next))
      for i in 0..<block.count {
        for j in 0..<4 where block.x[i, j] != all.x[next + i, j] { Issue.record("x[\(next + i), \(j)]") }
        for j in 0..<5 where block.y[i, j] != all.y[next + i, j] { Issue.record("y[\(next + i), \(j)]") }
      }
      next += block.count
    }
    #expect(next == 5000)
  }

  @Test func threadsDoNotMatter() {
    let all = Self.samples(noise: 1, count: 20_000).matrixSamples()
    let threads = Parallel.threads
    defer { Parallel.threads = threads }
    for number in [1, 3] {
      Parallel.threads = number
      #expect(Self.samples(noise: 1, count: 20_000).matrixSamples() == all)
    }
  }

  @Test func outputsAreThoseOfTheNetwork() {
    let clean = Self.samples().matrixSamples()
    let predicted = Self.network.predict(clean.x)
    // Sums of 4 and 3 terms of size 1, perhaps in another order.
    for i in predicted.elements.indices { #expect(abs(predicted.elements[i] - clean.y.elements[i]) < 1e-14) }
    let noisy = Self.samples(noise: 0.25).matrixSamples()
    #expect(noisy.x == clean.x)
    let residual = zip(noisy.y.elements, clean.y.elements).map { $0 - $1 }
    let variance = residual.reduce(0) { $0 + $1 * $1 } / 25_000
    // The variance of a square is 2 v^2: 6 standard deviations.
    #expect(abs(variance - 0.25) < 6 * 0.25 * (2.0 / 25_000).squareRoot())
    let louder = Self.samples(noise: 1).matrixSamples()
    for i in residual.indices { #expect(abs(louder.y.elements[i] - clean.y.elements[i] - 2 * residual[i]) < 1e-14) }
    let absolute = Self.samples(activation: .abs).matrixSamples()
    let z = Matrix.product(absolute.x, .no, Self.network.hidden, .yes)
    let expected = Matrix.product(z.map { abs($0) }, .no, Self.network.output, .yes)
    for i in expected.elements.indices { #expect(abs(expected.elements[i] - absolute.y.elements[i]) < 1e-14) }
  }

  @Test func seedsAndChunksDiffer() {
    let all = Self.samples().matrixSamples()
    #expect(all.x[0, 0] != all.x[1024, 0])
    let other = RandomSamples(Self.network, count: 10, random: RandomStream(seed: 3)).matrixSamples()
    #expect(other.x[0, 0] != all.x[0, 0])
    #expect(RandomSamples(Self.network, count: 0, random: RandomStream(seed: 3)).matrixSamples().count == 0)
  }

  @Test func memoryDoesNotGrowWithTheNumberOfSamples() throws {
    func bytes(_ n: Int) throws -> Int64 {
      let before = allocated_bytes()
      try Self.samples(noise: 1, count: n).forEachBlock(of: 1024) { _ in }
      return allocated_bytes() - before
    }
    // All samples are 21.6 MB; a window is a block and a chunk for each thread, 0.1 MB each.
    _ = try bytes(5000)
    #expect(try bytes(300_000) < 8_000_000)
  }
}
