import Dynamics
import Testing

@Suite struct FingerprintTests {
  /// The published test vectors of FNV-1a, 64 bits.
  @Test(arguments: [("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8)])
  func agreesWithTheTestVectors(text: String, value: UInt64) {
    #expect(Fingerprint(text).value == value)
  }

  @Test func hasSixteenDigits() {
    #expect(Fingerprint("").hexadecimal == "cbf29ce484222325")
    var small = Fingerprint()
    // One of the texts whose digest starts with zeros.
    var i = 0
    while small.value >> 56 != 0 {
      small = Fingerprint("\(i)")
      i += 1
    }
    #expect(small.hexadecimal.utf8.count == 16 && small.hexadecimal.hasPrefix("00"))
  }

  /// Signs and exponents stand in the highest bits, which a product alone would never carry down: two sign changes must
  /// not cancel.
  @Test func tellsSignsApart() {
    var seen: Set<UInt64> = []
    for signs in 0..<1024 {
      var fingerprint = Fingerprint()
      fingerprint.combine((0..<10).map { signs >> $0 & 1 == 0 ? 1.0 : -1.0 })
      seen.insert(fingerprint.value)
    }
    #expect(seen.count == 1024)
  }
}
