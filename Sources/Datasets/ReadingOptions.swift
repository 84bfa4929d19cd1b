/// How a file becomes a data set, where the reader should not decide by itself.
public struct ReadingOptions: Equatable, Sendable {
  /// Whether the target is a class or a number.
  public enum Task: String, Sendable, CaseIterable {
    /// Text and booleans are classes; so are whole numbers between -1000 and 1000 with at most 20 different values,
    /// each of which occurs twice on average. Any other numbers are values. Labels in IDX files are always classes.
    case automatic
    case classification
    case regression
  }

  /// Whether the first line of a CSV file holds names.
  public enum Header: String, Sendable, CaseIterable {
    /// It does if none of its cells is a number and one stands above a column in which most cells are numbers, or
    /// if it is the only line.
    case automatic
    case present
    case absent
  }

  /// What the data are wanted for.
  public enum Purpose: String, Sendable, CaseIterable {
    /// Missing and non-finite values, a constant target and more outputs than samples are errors.
    case training
    /// Missing values are kept as NaN to be counted; see ``Dataset/summary()``.
    case inspection
  }

  /// The target: a column's name or its number (1 is the first, -1 the last; several with commas between), an array's
  /// name, for an `.npy` file also the path of a second one, or "none". By default the reader looks for it.
  public var target: String?
  /// The name of the array of inputs in an NPZ file.
  public var inputs: String?
  public var task: Task
  public var header: Header
  /// The character between two cells of a CSV file; found out by default.
  public var delimiter: Character?
  public var purpose: Purpose

  public init(target: String? = nil, inputs: String? = nil, task: Task = .automatic, header: Header = .automatic,
    delimiter: Character? = nil, purpose: Purpose = .training) {
    self.target = target
    self.inputs = inputs
    self.task = task
    self.header = header
    self.delimiter = delimiter
    self.purpose = purpose
  }
}
