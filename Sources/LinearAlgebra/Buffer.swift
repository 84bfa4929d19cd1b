/// Memory for scratch work, owned by one place and freed with it: 64-byte aligned, zero at first, never resized.
///
/// Workspaces are made of buffers before a loop starts, so that the loop allocates nothing.
///
/// ```swift
/// let z = Buffer<Double>(count: samples * hidden)
/// let view = z.view(rows: samples, columns: hidden)
/// ```
public struct Buffer<Element: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
  public let pointer: UnsafeMutablePointer<Element>
  public let count: Int

  public init(count: Int) {
    precondition(count >= 0)
    self.count = count
    let bytes = (max(count, 1) * MemoryLayout<Element>.stride + 63) / 64 * 64
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    raw.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    pointer = raw.bindMemory(to: Element.self, capacity: max(count, 1))
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }

  @inlinable public subscript(i: Int) -> Element {
    get { pointer[i] }
    nonmutating set { pointer[i] = newValue }
  }
}

extension Buffer where Element: Scalar {
  /// The first `rows * columns` elements as a matrix.
  @inlinable public borrowing func view(rows: Int, columns: Int) -> MutableMatrixView<Element> {
    precondition(rows * columns <= count, "\(rows) x \(columns) does not fit into \(count) elements")
    return MutableMatrixView(pointer, rows: rows, columns: columns)
  }
}
