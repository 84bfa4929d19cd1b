/// A stream of random numbers that is addressed, not only drawn from: same seed and same path of splits, same numbers.
///
/// The words are those of Philox4x64-10 with a 128-bit key. Word i is word `i mod 4` of the block with counter
/// `i / 4 + 1`, so `RandomStream(seed: s)` gives the words of NumPy's `Philox(key=s)`.
///
/// Give every independent piece of work (a run, an epoch, a layer) a child of its own; then its numbers depend neither
/// on threads nor on what other pieces have drawn:
///
/// ```swift
/// let stream = RandomStream(seed: 7)
/// var weights = stream.split(0)
/// var epoch12 = stream.split(1).split(12)
/// let w: Double = weights.normal()
/// let order = epoch12.permutation(1000)
/// ```
///
/// The state is two words of key and a position. Encoding and decoding it in the middle of a run continues exactly.
/// Not for cryptography.
public struct RandomStream: RandomNumberGenerator, Sendable {
  @usableFromInline let philox: Philox
  @usableFromInline var drawn: UInt64
  /// The block that the next word comes from; meaningless while `drawn` is a multiple of 4.
  @usableFromInline var block: Philox.Block

  /// The stream with key (seed, 0). Different seeds give independent streams, neighbouring ones included.
  public init(seed: UInt64) { self.init(Philox(seed, 0)) }

  @usableFromInline init(_ philox: Philox, position: UInt64 = 0) {
    self.philox = philox
    drawn = position
    block = position & 3 == 0 ? (0, 0, 0, 0) : philox.block(position / 4 + 1)
  }

  /// The child stream number `index`, independent of this stream and of its other children.
  ///
  /// Its key is the first two words of this key's block with counter (index, 0, 0, 1). Draws only ever use counters
  /// (i, 0, 0, 0), so the two never meet. The child does not depend on this stream's position, and splitting draws
  /// nothing: the order in which children are made and used does not matter. Two of N streams share a key with a
  /// probability of about N^2 / 2^129.
  ///
  /// - Complexity: one block.
  public func split(_ index: UInt64) -> RandomStream {
    let words = philox.block(index, 0, 0, 1)
    return RandomStream(Philox(words.0, words.1))
  }

  /// The child stream number `index`; see ``split(_:)-(UInt64)``.
  ///
  /// - Precondition: `index` is not negative.
  public func split(_ index: Int) -> RandomStream { split(UInt64(index)) }

  /// How many words have been drawn.
  public var position: UInt64 { drawn }

  /// 64 random bits.
  @inlinable public mutating func next() -> UInt64 {
    let lane = drawn & 3
    if lane == 0 { block = philox.block(drawn >> 2 &+ 1) }
    drawn &+= 1
    switch lane {
    case 0: return block.0
    case 1: return block.1
    case 2: return block.2
    default: return block.3
    }
  }
}

extension RandomStream {
  /// Hands `body` the next `count` words in order, each with its index, a whole block at a time: bulk draws give the
  /// same numbers as one draw after the other, several times as fast.
  @inlinable @inline(__always)
  mutating func forEachWord(_ count: Int, _ body: (Int, UInt64) -> Void) {
    var i = 0
    while i < count && drawn & 3 != 0 {
      body(i, next())
      i += 1
    }
    let blocks = (count - i) / 4
    let first = drawn >> 2 &+ 1
    for b in 0..<max(blocks, 0) {
      let words = philox.block(first &+ UInt64(b))
      body(i, words.0)
      body(i + 1, words.1)
      body(i + 2, words.2)
      body(i + 3, words.3)
      i += 4
    }
    drawn &+= UInt64(4 * max(blocks, 0))
    while i < count {
      body(i, next())
      i += 1
    }
  }
}
