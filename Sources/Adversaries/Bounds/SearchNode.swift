/// A part of the perturbation set: where each pre-activation lies and, where inputs are split, each coordinate.
struct SearchNode {
  /// An upper bound of the loss in this part.
  var bound: Double
  /// The functional that is made large, of several that are searched apart.
  let row: Int
  /// l, u and the slopes alpha (m each), then the intervals of the coordinates (d each).
  var numbers: [Double]
  /// Between which numbers each functional lies, where several are searched together.
  var ranges: [(lower: Double, upper: Double)] = []
  /// Whether `branch` is such a functional.
  var splitsRange = false
  /// What to split, a neuron or a coordinate, and where.
  var branch = 0
  var point = 0.0
}

/// The nodes still open, the one with the largest bound first.
struct NodeQueue {
  private var heap: [SearchNode] = []

  var isEmpty: Bool { heap.isEmpty }
  var largestBound: Double? { heap.first?.bound }

  mutating func push(_ node: SearchNode) {
    heap.append(node)
    var i = heap.count - 1
    while i > 0, heap[(i - 1) / 2].bound < heap[i].bound {
      heap.swapAt(i, (i - 1) / 2)
      i = (i - 1) / 2
    }
  }

  mutating func pop() -> SearchNode? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return first }
    heap[0] = last
    var i = 0
    while true {
      var largest = i
      for child in [2 * i + 1, 2 * i + 2] where child < heap.count && heap[child].bound > heap[largest].bound {
        largest = child
      }
      if largest == i { return first }
      heap.swapAt(i, largest)
      i = largest
    }
  }
}
