import Dynamics

extension Dataset {
  /// The digest of inputs and target, by which a run knows its data wherever they lie and in whatever format: sixteen
  /// hexadecimal digits.
  ///
  /// - Complexity: O(n d).
  public var fingerprint: String {
    var digest = Fingerprint()
    digest.combine([Double(inputs.rows), Double(inputs.columns)])
    digest.combine(inputs.elements)
    switch target {
    case .none: break
    case .labels(let labels, let classes):
      digest.combine(labels.lazy.map { Double($0) })
      for name in classes { digest.combine(name + "\n") }
    case .values(let values, let names):
      digest.combine(values.elements)
      for name in names { digest.combine(name + "\n") }
    }
    return digest.hexadecimal
  }
}
