import CLinearAlgebra

// What every BLAS call needs, in Swift's types.

let rowMajor = Int32(SHBlasRowMajor)

@inline(__always) func transposition(_ transpose: Bool) -> Int32 {
  Int32(transpose ? SHBlasTranspose : SHBlasNoTranspose)
}

@inline(__always) func triangle(lower: Bool) -> Int32 {
  Int32(lower ? SHBlasLower : SHBlasUpper)
}

private let blasIsSingleThreaded: Void = shallows_blas_single_thread()

/// Puts BLAS on one thread before its first call: parallelism lives above it, in ``Parallel``, with a fixed order of
/// reduction, so that results do not depend on the number of threads.
@inline(__always) func prepareBLAS() { _ = blasIsSingleThreaded }

/// The linear-algebra library beneath, as it found this machine.
public enum BLAS {
  /// The kernel family that OpenBLAS chose for this processor ("Haswell", "SkylakeX", ...), or "Accelerate".
  public static var kernel: String { String(cString: shallows_blas_kernel()) }

  /// Its version and how it was built, in its own words: "OpenBLAS 0.3.21 ...", or "Accelerate".
  public static var configuration: String { String(cString: shallows_blas_configuration()) }
}
