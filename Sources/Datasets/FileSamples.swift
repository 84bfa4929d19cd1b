import LinearAlgebra

/// Samples in NumPy's files, read block by block: files may be larger than memory.
///
/// Inputs are an array of n x d numbers, outputs one of n x l, or of n (then l = 1): integers, booleans or floating
/// point of any width that ``NPYArray`` reads and either order of bytes, in C order. NPZ archives may be deflated and
/// larger than 4 GiB (Zip64).
///
/// ```swift
/// let samples = try FileSamples(npz: "samples.npz")       // its arrays x and y
/// try samples.forEachBlock(of: 1024) { block in ... }
/// ```
///
/// The files stay open as long as the value lives. Each pass checks what it reads: that numbers are finite, that the
/// check sums of an archive agree, and that the files have not been written to since they were opened.
public struct FileSamples: SampleSource {
  private let x: FileArray
  private let y: FileArray

  /// Two arrays of an NPZ file.
  ///
  /// - Parameters:
  ///   - inputs: the name of x; without one, the customary names are tried: x, data, images, inputs, features, x_train,
  ///     and a few more, in any case.
  ///   - outputs: the name of y; the customary names are y, target, targets, labels and a few more.
  /// - Throws: ``DatasetError`` for a file that is missing or no intact archive, arrays that are missing, empty, of
  ///   another rank, no numbers or in Fortran order, and different numbers of samples.
  /// - Complexity: O(members of the archive); no element is read.
  public init(npz path: String, inputs: String? = nil, outputs: String? = nil) throws {
    let file = try OpenFile(path)
    let directory = try ZipDirectory(archiveSize: file.count, file: path, read: file.bytes)
    let present = try directory.arrayNames()
    func find(_ role: String, _ explicit: String?, _ customary: [String]) throws -> FileArray {
      guard let name = try Dataset.findArray(explicit, customary: customary, among: present, file: path) else {
        throw DatasetError(.missingArray, file: path, found: "the arrays " + Dataset.listed(present),
          accepted: "\(role) under one of the names \(customary.joined(separator: ", ")), or named explicitly")
      }
      return try FileArray(name, of: directory, in: file)
    }
    try self.init(x: find("inputs", inputs, Dataset.inputArrayNames), y: find("outputs", outputs,
      Dataset.targetArrayNames))
  }

  /// The arrays of two NPY files.
  /// - Throws: ``DatasetError`` as ``init(npz:inputs:outputs:)`` does.
  public init(npy inputs: String, outputs: String) throws {
    try self.init(x: FileArray(npy: OpenFile(inputs)), y: FileArray(npy: OpenFile(outputs)))
  }

  private init(x: FileArray, y: FileArray) throws {
    guard x.header.shape.count == 2 else {
      throw DatasetError(.badHeader, file: x.file.path, at: .array(x.name), found: "the shape \(x.header.shape)",
        accepted: "two dimensions: samples x inputs")
    }
    guard x.rows == y.rows else {
      throw DatasetError(.countMismatch, file: y.file.path, at: .array(y.name), found: "\(y.rows) outputs",
        accepted: "\(x.rows), one for each sample of \(x.name)")
    }
    self.x = x
    self.y = y
  }

  /// The name of the array (NPZ) or file (NPY) of the inputs.
  public var inputName: String { x.name }
  /// The name of the array (NPZ) or file (NPY) of the outputs.
  public var outputName: String { y.name }
  public var count: Int { x.rows }
  public var inputs: Int { x.columns }
  public var outputs: Int { y.columns }

  /// - Throws: ``DatasetError`` for numbers that are not finite, damage, and files that have changed; what `body`
  ///   throws. Check sums are compared before the last block is handed out.
  /// - Complexity: O(n (d + l)); memory for a block and less than 1 MiB besides.
  public func forEachBlock(of size: Int, _ body: (SampleBlock) throws -> Void) throws {
    precondition(size > 0, "blocks of \(size) samples")
    try x.file.checkUnchanged()
    try y.file.checkUnchanged()
    let rows = min(size, count)
    let xs = Buffer<Double>(count: rows * inputs), ys = Buffer<Double>(count: rows * outputs)
    let (xBlock, yBlock) = (xs.view(rows: rows, columns: inputs), ys.view(rows: rows, columns: outputs))
    let (xReader, yReader) = (try x.reader(), try y.reader())
    for piece in 0..<Parallel.pieces(of: count, size: size) {
      let range = Parallel.piece(piece, of: count, size: size)
      try xReader.read(range.count, into: xBlock.pointer)
      try yReader.read(range.count, into: yBlock.pointer)
      let (xRows, yRows) = (xBlock.readOnly.rows(0..<range.count), yBlock.readOnly.rows(0..<range.count))
      try body(SampleBlock(start: range.lowerBound, x: xRows, y: yRows))
    }
    try x.file.checkUnchanged()
    try y.file.checkUnchanged()
  }
}
