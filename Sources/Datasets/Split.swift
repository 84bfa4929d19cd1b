import LinearAlgebra
import Randomness

extension Dataset {
  /// Divides the samples at random into a training and a test part.
  ///
  /// Labelled data are divided class by class (stratified): class c with n_c samples sends floor(f n_c) of them to the
  /// test part, and the classes with the largest remainders one more, until round(f n) are there; of equal remainders
  /// the earlier class goes first. Both parts keep the samples in their original order.
  ///
  /// - Parameter testFraction: f, from 0 (no test samples) to 1.
  /// - Precondition: f lies in 0...1.
  /// - Complexity: O(n d).
  public func split(testFraction: Double, stream: RandomStream) -> (training: Dataset, test: Dataset) {
    let isTest = testRows(fraction: testFraction, stream: stream)
    return (selecting((0..<count).filter { !isTest[$0] }), selecting((0..<count).filter { isTest[$0] }))
  }

  /// Which samples go to the test part; see ``split(testFraction:stream:)``.
  func testRows(fraction: Double, stream: RandomStream) -> [Bool] {
    precondition(fraction >= 0 && fraction <= 1, "a test fraction lies between 0 and 1")
    let wanted = Int((fraction * Double(count)).rounded())
    var members: [[Int]] = [Array(0..<count)]
    if case .labels(let labels, let classes) = target {
      members = Array(repeating: [], count: classes.count)
      for (i, label) in labels.enumerated() { members[label].append(i) }
    }
    let shares = members.map { fraction * Double($0.count) }
    var quota = shares.map { Int($0) }
    let order = members.indices.sorted {
      let (a, b) = (shares[$0] - Double(quota[$0]), shares[$1] - Double(quota[$1]))
      return a == b ? $0 < $1 : a > b
    }
    var left = wanted - quota.reduce(0, +)
    for c in order where left > 0 && quota[c] < members[c].count {
      quota[c] += 1
      left -= 1
    }
    var isTest = Array(repeating: false, count: count)
    for (c, rows) in members.enumerated() {
      var own = stream.split(UInt64(c))
      for k in own.permutation(rows.count).prefix(quota[c]) { isTest[rows[k]] = true }
    }
    return isTest
  }
}
