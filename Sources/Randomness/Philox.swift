/// The Philox4x64-10 block function: a keyed bijection on 256-bit counters whose outputs pass as random.
///
/// One round multiplies two of the four words by constants into 128-bit products, swaps the halves about and mixes in
/// the key; ten rounds pass every test of TestU01's BigCrush. There is no hidden state, so block i is computed without
/// the blocks before it.
///
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011), section 4.3.
@usableFromInline struct Philox: Sendable {
  @usableFromInline typealias Block = (UInt64, UInt64, UInt64, UInt64)

  @usableFromInline let key0: UInt64
  @usableFromInline let key1: UInt64

  @inlinable init(_ key0: UInt64, _ key1: UInt64) {
    self.key0 = key0
    self.key1 = key1
  }

  /// The four words that belong to the counter (c0, c1, c2, c3), c0 the least significant.
  @inlinable @inline(__always)
  func block(_ c0: UInt64, _ c1: UInt64 = 0, _ c2: UInt64 = 0, _ c3: UInt64 = 0) -> Block {
    var (x0, x1, x2, x3) = (c0, c1, c2, c3)
    var (k0, k1) = (key0, key1)
    for _ in 0..<10 {
      let p = (0xD2E7_470E_E14C_6C93 as UInt64).multipliedFullWidth(by: x0)
      let q = (0xCA5A_8263_9512_1157 as UInt64).multipliedFullWidth(by: x2)
      (x0, x1, x2, x3) = (q.high ^ x1 ^ k0, q.low, p.high ^ x3 ^ k1, p.low)
      // Weyl sequences by the golden ratio and by the square root of 3 less 1.
      k0 &+= 0x9E37_79B9_7F4A_7C15
      k1 &+= 0xBB67_AE85_84CA_A73B
    }
    return (x0, x1, x2, x3)
  }
}
