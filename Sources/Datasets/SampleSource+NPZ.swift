import Dynamics
import LinearAlgebra

extension SampleSource {
  /// Writes all samples into an NPZ file: x (n x d) and y (n x l), doubles, stored as they are.
  ///
  /// The sizes are known beforehand, so both arrays are written side by side in one pass, and their check sums at the
  /// end. The old file or the new one is there, never a part. Archives of 4 GiB and more are in Zip64, as NumPy reads
  /// and writes them; ``FileSamples`` reads them back.
  ///
  /// ```swift
  /// try samples.writeNPZ(to: "samples.npz")     // numpy.load("samples.npz")["x"]
  /// ```
  ///
  /// - Parameters:
  ///   - inputs: the name of the array of inputs.
  ///   - outputs: the name of the array of outputs, another one.
  /// - Throws: what the source throws, or `AtomicFile.Failure`.
  /// - Complexity: one pass; memory for a block, whatever n.
  public func writeNPZ(to path: String, inputs: String = "x", outputs: String = "y") throws {
    precondition(inputs != outputs && !inputs.isEmpty && !outputs.isEmpty, "two arrays of the same name")
    try AtomicFile.write(to: path) { file in
      var x = StreamedArray(name: inputs, rows: count, columns: self.inputs, offset: 0)
      var y = StreamedArray(name: outputs, rows: count, columns: self.outputs, offset: x.end)
      try forEachBlock(of: 1024) { block in
        try x.append(block.x, to: file)
        try y.append(block.y, to: file)
      }
      try x.finish(file)
      try y.finish(file)
      let directory = x.record.central + y.record.central
      let end = ZipRecord.end(members: 2, start: y.end, size: directory.count)
      try (directory + end).withUnsafeBytes { try file.write($0, at: y.end) }
    }
  }
}

/// A member of an NPZ file that is written row by row.
private struct StreamedArray {
  private(set) var record: ZipRecord
  private let header: [UInt8]
  private var next: Int
  private var bytes: [UInt64] = []
  /// The offset after the data.
  let end: Int

  init(name: String, rows: Int, columns: Int, offset: Int) {
    header = NPYArray.header([rows, columns], .double)
    let size = header.count + 8 * rows * columns
    record = ZipRecord(name: name + ".npy", method: ZipCompression.stored.method,
      checksum: crc32(header[...]), storedSize: size, size: size, offset: offset)
    next = offset + record.local.count + header.count
    end = offset + record.local.count + size
  }

  mutating func append(_ rows: MatrixView<Double>, to file: AtomicFile.Output) throws {
    bytes.removeAll(keepingCapacity: true)
    for i in 0..<rows.rows {
      let row = rows.row(i)
      for j in 0..<rows.columns { bytes.append(row[j].bitPattern.littleEndian) }
    }
    try bytes.withUnsafeBytes { bytes in
      record.checksum = crc32(bytes, after: record.checksum)
      try file.write(bytes, at: next)
      next += bytes.count
    }
  }

  /// Writes what stands before the data.
  func finish(_ file: AtomicFile.Output) throws {
    precondition(next == end, "a source of another number of samples than it says")
    try (record.local + header).withUnsafeBytes { try file.write($0, at: record.offset) }
  }
}
