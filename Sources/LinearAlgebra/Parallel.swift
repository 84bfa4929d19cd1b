import CKernels

/// Sharing out independent pieces of work over threads.
///
/// Results never depend on the number of threads: pieces have fixed bounds, each writes to a place of its own, and
/// whoever adds them up does so in a fixed order.
public enum Parallel {
  /// How many threads `forEach` may use, the caller included. Starts as the number of processors.
  public static var threads: Int {
    get { Int(shallows_threads()) }
    set { shallows_set_threads(Int32(clamping: newValue)) }
  }

  /// Calls `body(i)` once for each i in `0..<count`, in no fixed order, and returns when all are done.
  ///
  /// The body runs on several threads at once, so it must only write to places that depend on i. Nested calls run on
  /// the calling thread alone. Allocates nothing once the threads exist.
  public static func forEach(_ count: Int, _ body: (Int) -> Void) {
    guard count > 1 else {
      if count == 1 { body(0) }
      return
    }
    parallelFor(Int64(count)) { body(Int($0)) }
  }

  /// The bounds of piece `i` when `total` items are cut into pieces of at most `size`.
  @inlinable public static func piece(_ i: Int, of total: Int, size: Int) -> Range<Int> {
    i * size..<min((i + 1) * size, total)
  }

  /// How many pieces of at most `size` cover `total` items.
  @inlinable public static func pieces(of total: Int, size: Int) -> Int { (total + size - 1) / size }
}

/// The pool's entry for Swift closures (CKernels/parallel.c). Named by symbol because a C header cannot say "closure",
/// and storing one in memory, as a C callback's context would need, costs a heap allocation a call.
@_silgen_name("shallows_parallel_for_swift")
private func parallelFor(_ count: Int64, _ body: (Int64) -> Void)
