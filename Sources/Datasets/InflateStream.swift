import CZlib

/// Raw deflated bytes of a file, inflated piece by piece as they are asked for.
///
/// Memory: 256 KiB of input and what zlib holds (about 40 KiB).
final class InflateStream {
  private let file: OpenFile
  private var offset: Int
  private let end: Int
  private let input = Buffer(count: 1 << 18)
  private var available = 0..<0
  private var stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  /// Whether the stream has come to its end.
  private(set) var isFinished = false

  /// zlib's state points back to the structure, so that both stay where they are.
  private struct Buffer: ~Copyable {
    let bytes: UnsafeMutableRawBufferPointer

    init(count: Int) { bytes = .allocate(byteCount: count, alignment: 64) }
    deinit { bytes.deallocate() }
  }

  /// - Throws: ``DatasetError`` if zlib cannot start.
  init(_ file: OpenFile, _ range: Range<Int>) throws {
    self.file = file
    offset = range.lowerBound
    end = range.upperBound
    stream.initialize(to: z_stream())
    guard inflateInit2_(stream, InflateFormat.raw.rawValue, zlibVersion(), Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else {
      throw DatasetError(.unreadable, file: file.path, found: "no memory to inflate in", accepted: "some more memory")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Fills as much of the target as there is.
  /// - Returns: the number of bytes written; less than asked for only at the end of the stream, or of the input.
  /// - Throws: ``DatasetError`` for bytes that are no deflated data.
  func read(_ target: UnsafeMutableRawBufferPointer) throws -> Int {
    var have = 0
    while have < target.count && !isFinished {
      if available.isEmpty && offset < end {
        let count = min(input.bytes.count, end - offset)
        try file.read(UnsafeMutableRawBufferPointer(rebasing: input.bytes[..<count]), at: offset)
        offset += count
        available = 0..<count
      }
      let room = min(target.count - have, 1 << 30)
      stream.pointee.next_in = (input.bytes.baseAddress! + available.lowerBound).assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_in = uInt(available.count)
      stream.pointee.next_out = (target.baseAddress! + have).assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_out = uInt(room)
      let status = CZlib.inflate(stream, Z_NO_FLUSH)
      available = available.upperBound - Int(stream.pointee.avail_in)..<available.upperBound
      let given = room - Int(stream.pointee.avail_out)
      have += given
      switch status {
      case Z_STREAM_END: isFinished = true
      case Z_OK: break
      case Z_BUF_ERROR where given == 0 && available.isEmpty && offset == end: return have
      case Z_BUF_ERROR: break
      default:
        let message = stream.pointee.msg.map { String(cString: $0) } ?? "zlib status \(status)"
        throw DatasetError(.corrupt, file: file.path, at: .byte(offset - available.count),
          found: "damaged deflate data (\(message))", accepted: "an intact archive")
      }
    }
    return have
  }
}
