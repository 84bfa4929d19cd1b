extension RandomStream {
  /// 0, 1, ..., n - 1 in random order, all n! orders equally likely.
  ///
  /// - Complexity: n - 1 words, besides the rare word drawn again.
  public mutating func permutation(_ n: Int) -> [Int] {
    precondition(n >= 0, "there is no permutation of \(n) things")
    var order = Array(0..<n)
    shuffle(&order)
    return order
  }

  /// Puts the elements into random order, in place (Fisher and Yates, from the end).
  @inlinable public mutating func shuffle<Items: MutableCollection & RandomAccessCollection>(_ items: inout Items) {
    var left = items.count
    while left > 1 {
      let j = integer(below: left)
      left -= 1
      items.swapAt(items.index(items.startIndex, offsetBy: left), items.index(items.startIndex, offsetBy: j))
    }
  }

  /// Puts the elements into random order, in place. Allocates nothing; the order is that of ``shuffle(_:)`` on an array.
  @inlinable public mutating func shuffle<T>(_ items: UnsafeMutableBufferPointer<T>) {
    var items = items
    shuffle(&items)
  }
}
