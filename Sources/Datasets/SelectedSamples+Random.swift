import Randomness

/// Random selections are drawn by the number of the sample: they depend neither on the blocks nor on the pass, and the
/// order of the samples in the file (by class, say, or by time) does not matter.
extension SampleSource {
  /// Two parts, each sample in one of them with probability 1/2.
  /// - Complexity: O(n): one random word for each two samples, here and in each pass.
  public func halves(random: RandomStream) -> (first: SelectedSamples, second: SelectedSamples) {
    let parts = heldOut(0.5, random: random)
    return (parts.training, parts.heldOut)
  }

  /// A part to be kept for testing, each sample with probability `fraction`, and the rest.
  ///
  /// The size of the part varies by about sqrt(n fraction (1 - fraction)); it may be empty where n is small.
  /// - Precondition: `fraction` lies in 0...1.
  /// - Complexity: O(n): one random word for each two samples, here and in each pass.
  public func heldOut(_ fraction: Double, random: RandomStream)
    -> (training: SelectedSamples, heldOut: SelectedSamples) {
    precondition(fraction >= 0 && fraction <= 1, "a part of \(fraction)")
    let threshold = UInt64(fraction * 0x1p32)
    func part(_ inside: Int32) -> SelectedSamples {
      SelectedSamples(self) { range, copies in
        forEachHalfWord(of: random, range) { copies[$0] = UInt64($1) < threshold ? inside : 1 - inside }
      }
    }
    return (part(0), part(1))
  }

  /// A bootstrap sample: each sample a number of times that has the Poisson distribution of mean 1.
  ///
  /// That is the limit of drawing n of n samples with replacement, with the numbers of copies independent of each
  /// other, so that no pass has to know n. Numbers above 12 (probability 6e-11) do not occur.
  ///
  /// Source: Chamandy, Muralidharan, Najmi and Naidu, "Estimating uncertainty for massive data streams" (2012).
  /// - Complexity: O(n): one random word for each two samples, here and in each pass.
  public func bootstrap(random: RandomStream) -> SelectedSamples {
    // 2^32 P(N <= k), k = 0, ..., 11; the number is how many of them the random word reaches.
    var (thresholds, steps) = (SIMD16<UInt32>(repeating: .max), SIMD16<Int32>(repeating: 0))
    var (term, sum) = (0.36787944117144233, 0.0)  // 1/e
    for k in 0..<12 {
      sum += term
      thresholds[k] = UInt32((sum * 0x1p32).rounded())
      steps[k] = 1
      term /= Double(k + 1)
    }
    let (limits, ones) = (thresholds, steps)
    return SelectedSamples(self) { range, copies in
      forEachHalfWord(of: random, range) { i, word in
        let reached = SIMD16<UInt32>(repeating: word) .>= limits
        copies[i] = SIMD16<Int32>(repeating: 0).replacing(with: ones, where: reached).wrappedSum()
      }
    }
  }
}

/// Hands `body` 32 random bits for each sample of a range that starts at a multiple of ``SelectedSamples/stretch``,
/// with the sample's place in the range.
@inline(__always)
private func forEachHalfWord(of random: RandomStream, _ range: Range<Int>, _ body: (Int, UInt32) -> Void) {
  var words = random.split(range.lowerBound / SelectedSamples.stretch)
  let count = range.count
  for i in stride(from: 0, to: count, by: 2) {
    let word = words.next()
    body(i, UInt32(truncatingIfNeeded: word))
    if i + 1 < count { body(i + 1, UInt32(truncatingIfNeeded: word >> 32)) }
  }
}
