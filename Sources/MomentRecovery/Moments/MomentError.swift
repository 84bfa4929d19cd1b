import Datasets

/// Why moments of samples could not be taken.
public enum MomentError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The source is empty.
  case noSamples
  /// Number `column` of `variable` ("x" or "y") of sample `sample` is infinite or undefined; all counted from 0.
  case notFinite(variable: String, sample: Int, column: Int, value: String)
  /// All numbers are finite, but sums of products of them are not.
  case overflow

  public var description: String {
    switch self {
    case .noSamples: "There are no samples; moments need at least one."
    case .notFinite(let variable, let sample, let column, let value):
      "Sample \(sample) (counted from 0), \(variable)[\(column)]: found \(value); accepted: a finite number."
    case .overflow:
      "The numbers are so large that sums of their products overflow; divide the inputs and outputs by a constant."
    }
  }

  /// The error for sums that are not finite: the first sample to blame, if it is one alone.
  static func notFinite(in source: some SampleSource) throws -> MomentError {
    do {
      try source.forEachBlock(of: 1024) { block in
        for i in 0..<block.count {
          for (variable, view) in [("x", block.x), ("y", block.y)] {
            for j in 0..<view.columns where !view[i, j].isFinite {
              throw notFinite(variable: variable, sample: block.start + i, column: j, value: "\(view[i, j])")
            }
          }
        }
      }
    } catch let error as MomentError {
      return error
    }
    return .overflow
  }
}
