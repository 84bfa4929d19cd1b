extension Dataset {
  /// Reads a CSV file.
  public static func readCSV(_ path: String, _ options: ReadingOptions = ReadingOptions()) throws -> Dataset {
    fatalError()
  }
}
