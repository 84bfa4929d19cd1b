import Dynamics

extension NPZArchive {
  /// The bytes of an `.npz` file of these arrays, in the given order.
  ///
  /// Stored arrays always give the same bytes: dates are fixed at 1 January 1980. Compressed ones do with the same
  /// version of zlib.
  ///
  /// A name is what NumPy shows for the array: a path of components between slashes, each neither empty nor "." nor
  /// "..", without backslashes, colons and control characters, so that no program that unpacks the archive writes
  /// outside its folder. The archive is an ordinary ZIP file: 65,534 arrays, each and all together below 4 GiB.
  ///
  /// - Throws: ``DatasetError`` for a name that is not accepted or occurs twice, for text with a zero character (which
  ///   ends an element in NumPy), and beyond the sizes above; `file` is used in its message.
  /// - Complexity: O(bytes) time and memory.
  public static func encoded(
    _ arrays: [(name: String, array: NPYArray)], compression: ZipCompression = .stored, file: String = "NPZ archive"
  ) throws -> [UInt8] {
    func fail(_ kind: DatasetError.Kind, _ name: String, _ found: String, _ accepted: String) -> DatasetError {
      DatasetError(kind, file: file, at: .array(name), found: found, accepted: accepted)
    }
    var writer = ZipWriter(file: file)
    var names: Set<String> = []
    for (name, array) in arrays {
      let components = name.split(separator: "/", omittingEmptySubsequences: false)
      guard components.allSatisfy({ !["", ".", ".."].contains($0) }), name.utf8.count <= 1024,
        !name.unicodeScalars.contains(where: { "\\:".unicodeScalars.contains($0) || isControl($0) })
      else {
        throw fail(.badName, name, "a name that is no plain path of at most 1024 bytes",
          "names such as \"loss\" or \"tanh/loss\", without \\, : and control characters")
      }
      guard names.insert(name).inserted else {
        throw fail(.badName, name, "a second array of this name", "names that differ from each other")
      }
      if let row = array.strings.firstIndex(where: { $0.unicodeScalars.contains("\0") }) {
        throw DatasetError(.unsupported, file: file, at: .entry(array: name, index: [row]),
          found: "text with a zero character", accepted: "text without it")
      }
      try writer.append(name + ".npy", array.encoded(), compression)
    }
    return writer.finished()
  }

  /// Writes an `.npz` file at once: the old file or the new one is there, never a part.
  ///
  /// ```swift
  /// try NPZArchive.write(
  ///   [("configuration", NPYArray(["tanh", "relu"])), ("converged", NPYArray(flags: [true, true])),
  ///     ("median", NPYArray([0.12, 0.15]))],
  ///   to: "table.npz", compression: .deflated)
  /// ```
  ///
  /// - Throws: ``DatasetError`` as ``encoded(_:compression:file:)`` does, or `AtomicFile.Failure`.
  public static func write(
    _ arrays: [(name: String, array: NPYArray)], to path: String, compression: ZipCompression = .stored
  ) throws {
    try AtomicFile.write(encoded(arrays, compression: compression, file: path), to: path)
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.generalCategory == .control }
}
