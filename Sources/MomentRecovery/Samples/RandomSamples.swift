import Datasets
import LinearAlgebra
import Networks
import Randomness

/// Generated samples y = A sigma(W x) + xi of a known network, as many as wanted without holding them.
///
/// Samples are drawn in chunks of 1024, chunk c from child c of the stream, so that sample i is the same to the last
/// bit whatever the size of the blocks and the number of threads, and in every pass. Within a chunk inputs and noise
/// have streams of their own: the same seed with another noise variance gives the same inputs, and the same noise
/// scaled.
///
/// ```swift
/// let network = RandomNetworks(inputs: 10, neurons: 10, outputs: 10).network(random: RandomStream(seed: 1))
/// let samples = RandomSamples(network, .gaussian, noise: 0.25, count: 10_000, random: RandomStream(seed: 2))
/// let moments = try FirstMoments(of: samples)
/// ```
public struct RandomSamples: SampleSource {
  public let network: ReLUNetwork
  public let distribution: InputDistribution
  /// The variance of each coordinate of xi, which is normal.
  public let noise: Double
  public let count: Int
  public let random: RandomStream
  /// Another function instead of the network's sigma, for samples that no ReLU network explains.
  public let activation: Activation?
  private let sampler: InputSampler
  /// Chunk c comes from child c of this one.
  private var chunks: RandomStream

  /// The samples drawn together; also the unit of work of a thread.
  static let chunk = 1024

  /// - Precondition: `noise` and `count` are not negative; the number that `distribution` holds is one that its text
  ///   form accepts.
  public init(_ network: ReLUNetwork, _ distribution: InputDistribution = .gaussian, noise: Double = 0, count: Int,
    random: RandomStream, activation: Activation? = nil) {
    precondition(noise >= 0 && noise.isFinite, "a noise variance of \(noise)")
    precondition(count >= 0, "\(count) samples")
    self.network = network
    self.distribution = distribution
    self.noise = noise
    self.count = count
    self.random = random
    self.activation = activation
    sampler = InputSampler(distribution, inputs: network.inputs, random: random.split(1))
    chunks = random.split(0)
  }

  /// Other samples of the very same distribution, its random directions included, without noise.
  public func fresh(count: Int) -> RandomSamples {
    var others = RandomSamples(network, distribution, count: count, random: random, activation: activation)
    others.chunks = random.split(2)
    return others
  }

  public var inputs: Int { network.inputs }
  public var outputs: Int { network.outputs }

  /// - Complexity: O(n (d + k)(1 + l)) a pass, on all threads; memory for a block and some chunks.
  public func forEachBlock(of size: Int, _ body: (SampleBlock) throws -> Void) throws {
    precondition(size > 0, "blocks of \(size) samples")
    let chunks = Parallel.pieces(of: count, size: Self.chunk)
    // A block touches at most size / chunk + 2 chunks; beyond them, enough for each thread to have work.
    let capacity = min(chunks, size / Self.chunk + 2 + Parallel.threads)
    let window = SampleWindow(self, chunks: capacity)
    var held = 0..<0
    for piece in 0..<Parallel.pieces(of: count, size: size) {
      let rows = Parallel.piece(piece, of: count, size: size)
      let first = rows.lowerBound / Self.chunk
      if rows.upperBound > min(held.upperBound * Self.chunk, count) {
        let kept = first..<max(held.upperBound, first)
        window.moveToFront(kept.lowerBound - held.lowerBound..<kept.upperBound - held.lowerBound)
        held = first..<min(first + capacity, chunks)
        window.generate(kept.count..<held.count, from: held.lowerBound)
      }
      let start = held.lowerBound * Self.chunk
      let local = rows.lowerBound - start..<rows.upperBound - start
      try body(SampleBlock(start: rows.lowerBound, x: window.x.readOnly.rows(local), y: window.y.readOnly.rows(local)))
    }
  }

  /// All samples in memory.
  public func matrixSamples() -> MatrixSamples {
    do {
      return try collected()
    } catch {
      preconditionFailure("generating samples does not throw: \(error)")
    }
  }

  private func collected() throws -> MatrixSamples {
    let source: any SampleSource = self
    return try source.matrixSamples()
  }

  /// The numbers of scratch room for each sample.
  fileprivate var scratchWidth: Int { max(network.neurons, sampler.scratchWidth) }

  /// Draws chunk `c` into the rows given, as many of them as the chunk has.
  fileprivate func draw(_ c: Int, x: MutableMatrixView<Double>, y: MutableMatrixView<Double>,
    scratch: UnsafeMutablePointer<Double>) {
    let stream = chunks.split(c)
    sampler.fill(x, random: stream.split(0), scratch: scratch)
    let hidden = MutableMatrixView(scratch, rows: x.rows, columns: network.neurons)
    network.hidden.withView { hidden.multiply(x.readOnly, .no, $0, .yes) }
    if let activation {
      for i in 0..<hidden.rows * hidden.columns { scratch[i] = activation.value(scratch[i]) }
    } else {
      let slope = network.slope
      for i in 0..<hidden.rows * hidden.columns { scratch[i] = scratch[i] > 0 ? scratch[i] : slope * scratch[i] }
    }
    var beta = 0.0
    if noise > 0 {
      var numbers = stream.split(1)
      numbers.fillNormal(y.pointer, count: y.rows * y.columns, scale: noise.squareRoot())
      beta = 1
    }
    network.output.withView { y.multiply(hidden.readOnly, .no, $0, .yes, beta: beta) }
  }
}

/// Consecutive chunks of generated samples.
private struct SampleWindow: ~Copyable {
  let samples: RandomSamples
  let x: MutableMatrixView<Double>
  let y: MutableMatrixView<Double>
  private let inputs: Buffer<Double>
  private let outputs: Buffer<Double>
  private let scratch: Buffer<Double>

  init(_ samples: RandomSamples, chunks: Int) {
    self.samples = samples
    let rows = chunks * RandomSamples.chunk
    inputs = Buffer(count: rows * samples.inputs)
    outputs = Buffer(count: rows * samples.outputs)
    scratch = Buffer(count: rows * samples.scratchWidth)
    x = inputs.view(rows: rows, columns: samples.inputs)
    y = outputs.view(rows: rows, columns: samples.outputs)
  }

  /// Moves chunks to the start of the window.
  func moveToFront(_ chunks: Range<Int>) {
    guard chunks.lowerBound > 0, !chunks.isEmpty else { return }
    let rows = chunks.count * RandomSamples.chunk
    let from = chunks.lowerBound * RandomSamples.chunk
    x.pointer.update(from: x.row(from), count: rows * x.columns)
    y.pointer.update(from: y.row(from), count: rows * y.columns)
  }

  /// Draws the chunks at the given places; place 0 belongs to chunk `first`.
  func generate(_ places: Range<Int>, from first: Int) {
    let (samples, x, y, scratch) = (samples, x, y, scratch.pointer)
    Parallel.forEach(places.count) { i in
      let place = places.lowerBound + i
      let start = place * RandomSamples.chunk
      let count = min(RandomSamples.chunk, samples.count - (first + place) * RandomSamples.chunk)
      let rows = start..<start + count
      samples.draw(first + place, x: x.rows(rows), y: y.rows(rows), scratch: scratch + start * samples.scratchWidth)
    }
  }
}
