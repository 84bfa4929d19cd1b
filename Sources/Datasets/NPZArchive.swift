/// The arrays of an NPZ file by name.
///
/// ```swift
/// let archive = try NPZArchive(path: "omniglot.npz")
/// archive.names                                 // ["alphabet", "character", "drawer", "images"]
/// let images = try archive.array("images")      // read and checked only now
/// ```
public struct NPZArchive: Sendable {
  public let file: String
  /// The names of the arrays, sorted.
  public let names: [String]
  private let archive: ZipArchive

  /// - Throws: ``DatasetError`` unless the file is a ZIP archive with an intact directory and at least one array.
  public init(path: String) throws {
    try self.init(bytes: try readFile(path), file: path)
  }

  /// Reads the bytes of an `.npz` file; `file` is only used in messages.
  public init(bytes: [UInt8], file: String) throws {
    archive = try ZipArchive(bytes: bytes, file: file)
    self.file = file
    names = try archive.directory.arrayNames()
  }

  /// Reads one array.
  /// - Throws: ``DatasetError`` if there is no such array, or its bytes are damaged or of a type that is not read.
  public func array(_ name: String) throws -> NPYArray {
    guard let member = archive.directory.array(name) else {
      throw DatasetError(.missingArray, file: file, found: "no array \"\(excerpt(name))\"",
        accepted: "one of " + listedNames)
    }
    return try NPYArray(bytes: try archive.content(member), file: file, member: name)
  }

  /// The first names, for messages.
  var listedNames: String { Dataset.listed(names) }
}
