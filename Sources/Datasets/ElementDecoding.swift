/// The numbers that `count` elements of a numeric type hold, read from the start of `data`.
///
/// - Precondition: the data hold that many elements, and the type is not text.
/// - Complexity: O(count), one allocation.
func decodeNumbers(_ data: ArraySlice<UInt8>, as type: NPYType, count: Int) -> [Double] {
  precondition(data.count >= count * type.width, "the elements are not there")
  return data.withUnsafeBytes { source in
    [Double](unsafeUninitializedCapacity: count) { target, written in
      written = count
      if let target = target.baseAddress { decodeNumbers(source.baseAddress!, as: type, count: count, into: target) }
    }
  }
}

/// The same from memory into memory.
func decodeNumbers(
  _ source: UnsafeRawPointer, as type: NPYType, count: Int, into target: UnsafeMutablePointer<Double>
) {
  precondition(!type.isText, "text is no number")
  func each<T: FixedWidthInteger>(_: T.Type, _ convert: (T) -> Double) {
    let width = T.bitWidth / 8
    if type.bigEndian {
      for i in 0..<count {
        target[i] = convert(T(bigEndian: source.loadUnaligned(fromByteOffset: i * width, as: T.self)))
      }
    } else {
      for i in 0..<count {
        target[i] = convert(T(littleEndian: source.loadUnaligned(fromByteOffset: i * width, as: T.self)))
      }
    }
  }
  switch (type.kind, type.width) {
  case (.bool, _): each(UInt8.self) { $0 == 0 ? 0 : 1 }
  case (.unsigned, 1): each(UInt8.self) { Double($0) }
  case (.unsigned, 2): each(UInt16.self) { Double($0) }
  case (.unsigned, 4): each(UInt32.self) { Double($0) }
  case (.unsigned, _): each(UInt64.self) { Double($0) }
  case (.signed, 1): each(Int8.self) { Double($0) }
  case (.signed, 2): each(Int16.self) { Double($0) }
  case (.signed, 4): each(Int32.self) { Double($0) }
  case (.signed, _): each(Int64.self) { Double($0) }
  case (_, 2): each(UInt16.self, half)
  case (_, 4): each(UInt32.self) { Double(Float(bitPattern: $0)) }
  default: each(UInt64.self) { Double(bitPattern: $0) }
  }
}

/// IEEE 754 half precision by hand: the standard library lacks `Float16` on Intel Macs.
private func half(_ bits: UInt16) -> Double {
  let (exponent, fraction) = (Int(bits >> 10 & 0x1f), Double(bits & 0x3ff))
  let magnitude: Double
  switch exponent {
  case 0: magnitude = fraction * 0x1p-24
  case 31: magnitude = fraction == 0 ? .infinity : .nan
  default: magnitude = (1024 + fraction) * Double(sign: .plus, exponent: exponent - 25, significand: 1)
  }
  return bits & 0x8000 == 0 ? magnitude : -magnitude
}
