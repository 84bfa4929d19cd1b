extension ConfidenceInterval {
  /// Newcombe's interval for p1 - p2, the difference of two probabilities of success, given k1 successes in n1 and k2 in
  /// n2 independent trials. With Wilson's limits l and u of each and d = k1/n1 - k2/n2, it reaches
  ///
  ///     from  d - sqrt((k1/n1 - l1)^2 + (u2 - k2/n2)^2)  to  d + sqrt((u1 - k1/n1)^2 + (k2/n2 - l2)^2).
  ///
  /// Like Wilson's it is meaningful for few trials and for none or all successful, where the textbook interval, d
  /// plus and minus so many standard errors, has no width. Two samples agree if it contains zero.
  ///
  /// ```swift
  /// ConfidenceInterval.difference((0, of: 1000), (3, of: 1000)).contains(0)      // true
  /// ```
  ///
  /// Source: Newcombe, "Interval estimation for the difference between independent proportions" (Statistics in Medicine
  /// 1998), method 10.
  ///
  /// - Precondition: as for ``wilson(successes:of:confidence:)``, and there are trials of both.
  public static func difference(
    _ first: (successes: Int, of: Int), _ second: (successes: Int, of: Int), confidence: Double = 0.95
  ) -> ConfidenceInterval {
    precondition(first.of > 0 && second.of > 0, "a difference of shares of \(first.of) and \(second.of) trials")
    let a = wilson(successes: first.successes, of: first.of, confidence: confidence)
    let b = wilson(successes: second.successes, of: second.of, confidence: confidence)
    func length(_ x: Double, _ y: Double) -> Double { (x * x + y * y).squareRoot() }
    let difference = a.estimate - b.estimate
    return ConfidenceInterval(
      estimate: difference, lower: difference - length(a.estimate - a.lower, b.upper - b.estimate),
      upper: difference + length(a.upper - a.estimate, b.estimate - b.lower), confidence: confidence,
      method: .newcombe)
  }
}
