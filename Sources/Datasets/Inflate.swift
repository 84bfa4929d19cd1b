import CZlib

/// How inflating ended.
enum InflateEnd: Equatable {
  /// The stream ended and its check sum, if it has one, agrees.
  case complete
  /// There is more than the limit allows.
  case limit
  /// The input stopped before the stream did.
  case truncated
  /// The bytes at the given offset are no valid continuation.
  case corrupt(at: Int, String)
}

/// The container around the deflated bytes.
enum InflateFormat: Int32 {
  case raw = -15
  case gzip = 31
}

/// No deflate stream expands by more than this factor (258 bytes from two bits), so a larger promise is a lie.
let maximumExpansion = 1032

/// Inflates at most `limit` bytes. Several gzip members after each other count as one stream, as gzip has it.
///
/// Memory grows with what really comes out, by doubling, and never beyond `limit`; zlib itself holds about 40 KiB.
/// - Complexity: O(input + output).
func inflate(_ input: ArraySlice<UInt8>, _ format: InflateFormat, limit: Int) -> (bytes: [UInt8], end: InflateEnd) {
  var stream = z_stream()
  guard inflateInit2_(&stream, format.rawValue, zlibVersion(), Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
    return ([], .corrupt(at: 0, "zlib could not start"))
  }
  defer { inflateEnd(&stream) }
  let capacity = min(limit, max(input.count, 1) * maximumExpansion)
  // One byte more than the limit tells a stream that ends there from one that goes on.
  var output = [UInt8](repeating: 0, count: min(capacity, max(4 * input.count, 4096)) + 1)
  var produced = 0
  var end = InflateEnd.truncated
  input.withUnsafeBufferPointer { source in
    var consumed = 0
    while true {
      if produced == output.count {
        if produced > limit { break }
        output.append(contentsOf: repeatElement(0, count: min(output.count, limit + 1 - output.count)))
      }
      let offered = min(source.count - consumed, 1 << 30)
      let room = min(output.count - produced, 1 << 30)
      stream.next_in = source.baseAddress.map { UnsafeMutablePointer(mutating: $0 + consumed) }
      stream.avail_in = uInt(offered)
      let status = output.withUnsafeMutableBufferPointer { target in
        stream.next_out = target.baseAddress! + produced
        stream.avail_out = uInt(room)
        return CZlib.inflate(&stream, Z_NO_FLUSH)
      }
      let (taken, given) = (offered - Int(stream.avail_in), room - Int(stream.avail_out))
      consumed += taken
      produced += given
      if status == Z_STREAM_END {
        end = .complete
        let another = format == .gzip && source.count - consumed >= 2
          && source[consumed] == 0x1f && source[consumed + 1] == 0x8b
        guard another, inflateReset(&stream) == Z_OK else { break }
        end = .truncated
      } else if status != Z_OK && status != Z_BUF_ERROR {
        end = .corrupt(at: consumed, stream.msg.map { String(cString: $0) } ?? "zlib status \(status)")
        break
      } else if taken == 0 && given == 0 {
        break
      }
    }
  }
  if produced > limit {
    end = .limit
    produced = limit
  }
  output.removeSubrange(produced...)
  return (output, end)
}

/// The content of a gzip file, whose whole size is not declared beforehand; see ``inflate(_:_:limit:)``.
func gunzip(_ bytes: [UInt8], file: String, limit: Int) throws -> [UInt8] {
  let (content, end) = inflate(bytes[...], .gzip, limit: limit)
  switch end {
  case .complete: return content
  case .limit:
    throw DatasetError(.tooLarge, file: file, found: "more than \(limit) bytes once decompressed",
      accepted: "at most \(limit) bytes")
  case .truncated:
    throw DatasetError(.truncated, file: file, at: .byte(bytes.count), found: "the end of an unfinished gzip stream",
      accepted: "a complete gzip file")
  case .corrupt(let offset, let message):
    throw DatasetError(.corrupt, file: file, at: .byte(offset), found: "damaged gzip data (\(message))",
      accepted: "an intact gzip file")
  }
}
