import Dynamics
import LinearAlgebra

/// Which way to go, from gradients seen so far; the step is x <- P(x - eta d).
///
/// A direction is an immutable value; what it remembers between steps is a ``DirectionMemory`` in the method's state.
public protocol Direction<Element>: Sendable {
  associatedtype Element: Scalar

  /// How many vectors it remembers.
  var remembered: Int { get }

  /// Writes d for this gradient over `direction` and updates the memory.
  func advance(
    _ memory: inout DirectionMemory<Element>, gradient: UnsafePointer<Element>,
    into direction: UnsafeMutablePointer<Element>, count: Int)
}

/// What a direction remembers: some vectors, and how many gradients it has seen.
public struct DirectionMemory<Element: Scalar>: Codable, Sendable, Equatable {
  public var seen = 0
  /// The vectors one after another.
  public var vectors: [Element]

  public init(remembering vectors: Int, count: Int) { self.vectors = Array(repeating: 0, count: vectors * count) }

  /// Back to the beginning, in place.
  mutating func forget() {
    seen = 0
    for i in vectors.indices { vectors[i] = 0 }
  }

  private enum CodingKeys: String, CodingKey { case seen, vectors }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    seen = try container.decode(Int.self, forKey: .seen)
    vectors = try container.decode(Packed<Element>.self, forKey: .vectors).wrappedValue
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(seen, forKey: .seen)
    try container.encode(Packed(wrappedValue: vectors), forKey: .vectors)
  }
}

/// Steepest descent: d = g.
public struct Gradient<Element: Scalar>: Direction {
  public init() {}
  public var remembered: Int { 0 }

  public func advance(
    _ memory: inout DirectionMemory<Element>, gradient: UnsafePointer<Element>,
    into direction: UnsafeMutablePointer<Element>, count: Int
  ) {
    memory.seen += 1
    direction.update(from: gradient, count: count)
  }
}
