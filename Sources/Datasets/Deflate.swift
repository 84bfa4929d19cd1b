import CZlib

/// Deflates the bytes as a raw stream, without a header and a check sum, as ZIP members are.
///
/// Level 6 is zlib's default: on tables of doubles higher levels take several times as long for a percent.
/// - Complexity: O(input); the output is allocated for the worst case, which is slightly more than the input.
func deflate(_ input: [UInt8]) -> [UInt8] {
  var stream = z_stream()
  let status = deflateInit2_(
    &stream, 6, Z_DEFLATED, InflateFormat.raw.rawValue, 8, Z_DEFAULT_STRATEGY, zlibVersion(),
    Int32(MemoryLayout<z_stream>.size))
  precondition(status == Z_OK, "zlib could not start (status \(status)): its version differs, or memory is exhausted")
  defer { deflateEnd(&stream) }
  let capacity = Int(deflateBound(&stream, uLong(input.count)))
  return [UInt8](unsafeUninitializedCapacity: capacity) { output, produced in
    input.withUnsafeBufferPointer { source in
      // zlib counts in 32 bits, so the two are handed over in pieces of at most 1 GiB.
      var consumed = 0
      while true {
        let offered = min(source.count - consumed, 1 << 30)
        let room = min(capacity - produced, 1 << 30)
        stream.next_in = source.baseAddress.map { UnsafeMutablePointer(mutating: $0 + consumed) }
        stream.avail_in = uInt(offered)
        stream.next_out = output.baseAddress! + produced
        stream.avail_out = uInt(room)
        let last = consumed + offered == source.count
        let status = CZlib.deflate(&stream, last ? Z_FINISH : Z_NO_FLUSH)
        consumed += offered - Int(stream.avail_in)
        produced += room - Int(stream.avail_out)
        if status == Z_STREAM_END { return }
        precondition(status == Z_OK || status == Z_BUF_ERROR, "zlib failed with status \(status)")
        precondition(room > 0, "zlib exceeded its own bound")
      }
    }
  }
}
