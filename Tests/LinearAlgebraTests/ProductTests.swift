import CAllocationCounter
import LinearAlgebra
import Testing

/// Sums of k products of numbers in [-1, 1): two orders of summation differ by at most about k eps sum |a||b|, and
/// sum |a||b| <= k. The bound k (k + 4) eps is therefore safe, and far below the size of an entry.
private func bound<T: Scalar>(_ k: Int, _ type: T.Type) -> T { T((k + 1) * (k + 4)) * T.ulpOfOne }

private let guardValue = 7.25

/// A matrix inside a larger buffer, with `pad` foreign entries after each row that must survive.
private final class Padded<T: Scalar> {
  let buffer: Buffer<T>
  let rows: Int, columns: Int, pad: Int

  init(_ a: Matrix<T>, pad: Int) {
    buffer = Buffer(count: a.rows * (a.columns + pad))
    (rows, columns, self.pad) = (a.rows, a.columns, pad)
    for i in 0..<a.rows {
      for j in 0..<a.columns + pad { buffer[i * (a.columns + pad) + j] = j < a.columns ? a[i, j] : T(guardValue) }
    }
  }

  var view: MutableMatrixView<T> {
    MutableMatrixView(buffer.pointer, rows: rows, columns: columns, stride: columns + pad)
  }

  var matrix: Matrix<T> { Matrix(rows: rows, columns: columns) { buffer[$0 * (columns + pad) + $1] } }

  var paddingIsUntouched: Bool {
    (0..<rows).allSatisfy { i in (0..<pad).allSatisfy { buffer[i * (columns + pad) + columns + $0] == T(guardValue) } }
  }
}

@Suite struct ProductTests {
  static let sizes = [0, 1, 2, 5, 17, 33]

  private func checkMultiply<T: Scalar>(_ type: T.Type, parallel: Bool, sizes: [(Int, Int, Int)]) {
    var random = Congruential(3)
    for (m, n, k) in sizes {
      for (ta, tb) in [(Transpose.no, Transpose.no), (.no, .yes), (.yes, .no), (.yes, .yes)] {
        for (alpha, beta) in [(1, 0), (-0.5, 1), (2, -0.75), (0, 0.5)] as [(T, T)] {
          let a: Matrix<T> = ta == .yes ? random.matrix(k, m) : random.matrix(m, k)
          let b: Matrix<T> = tb == .yes ? random.matrix(n, k) : random.matrix(k, n)
          let c: Matrix<T> = random.matrix(m, n)
          let pa = Padded(a, pad: 3), pb = Padded(b, pad: 1), pc = Padded(c, pad: 2)
          if parallel {
            pc.view.multiplyInParallel(pa.view.readOnly, ta, pb.view.readOnly, tb, alpha: alpha, beta: beta)
          } else {
            pc.view.multiply(pa.view.readOnly, ta, pb.view.readOnly, tb, alpha: alpha, beta: beta)
          }
          let expected = Reference.multiply(a, ta, b, tb, alpha: alpha, beta: beta, c: c)
          let worst = zip(pc.matrix.elements, expected.elements).map { ($0 - $1).magnitude }.max() ?? 0
          #expect(worst <= 2 * bound(k, T.self), "\(T.self) \(m) x \(n) x \(k) \(ta) \(tb) \(alpha) \(beta)")
          #expect(pc.paddingIsUntouched)
        }
      }
    }
  }

  @Test func multiplyAgainstTripleLoop() {
    let sizes = Self.sizes.flatMap { m in Self.sizes.flatMap { n in Self.sizes.map { (m, n, $0) } } }
    checkMultiply(Double.self, parallel: false, sizes: sizes)
    checkMultiply(Float.self, parallel: false, sizes: sizes)
  }

  @Test func parallelMultiplyAgainstTripleLoop() {
    // Tall, wide, square, thin inner dimension, and small enough to stay on one thread.
    let sizes = [(0, 3, 2), (1, 1, 1), (3, 2, 0), (300, 41, 30), (37, 290, 40), (150, 150, 15), (1000, 3, 100), (70, 1100, 8), (600, 530, 3)]
    checkMultiply(Double.self, parallel: true, sizes: sizes)
    checkMultiply(Float.self, parallel: true, sizes: sizes)
  }

  private func checkSymmetric<T: Scalar>(_ type: T.Type) {
    var random = Congruential(5)
    for (n, k) in [(0, 3), (1, 1), (4, 0), (7, 5), (60, 9), (200, 31), (401, 20)] {
      for transpose in [Transpose.no, .yes] {
        for (alpha, beta) in [(1, 0), (-2, 0.5)] as [(T, T)] {
          let a: Matrix<T> = transpose == .yes ? random.matrix(k, n) : random.matrix(n, k)
          let c: Matrix<T> = random.symmetric(n)
          let full = Reference.multiply(a, transpose, a, transpose == .yes ? .no : .yes, alpha: alpha, beta: beta, c: c)
          for kind in 0..<3 {
            let pa = Padded(a, pad: 2), pc = Padded(c, pad: 1)
            switch kind {
            case 0: pc.view.multiplyBySelf(pa.view.readOnly, transpose, alpha: alpha, beta: beta)
            case 1: pc.view.multiplyBySelfInParallel(pa.view.readOnly, transpose, alpha: alpha, beta: beta)
            default:
              pc.view.multiplyBySelfInParallel(pa.view.readOnly, transpose, alpha: alpha, beta: beta, mirror: true)
            }
            let found = pc.matrix
            var worst: T = 0, upperIsRight = true
            for i in 0..<n {
              for j in 0..<n {
                if j <= i {
                  worst = max(worst, (found[i, j] - full[i, j]).magnitude)
                } else {
                  upperIsRight = upperIsRight && found[i, j] == (kind == 2 ? found[j, i] : c[i, j])
                }
              }
            }
            #expect(worst <= 4 * bound(k, T.self), "\(T.self) \(n) x \(k) \(transpose) kind \(kind)")
            #expect(upperIsRight)
            #expect(pc.paddingIsUntouched)
          }
        }
      }
    }
  }

  @Test func symmetricProduct() {
    checkSymmetric(Double.self)
    checkSymmetric(Float.self)
  }

  private func checkVectorProducts<T: Scalar>(_ type: T.Type) {
    var random = Congruential(7)
    for m in Self.sizes {
      for n in Self.sizes {
        let a: Matrix<T> = random.matrix(m, n)
        let pa = Padded(a, pad: 2)
        for transpose in [Transpose.no, .yes] {
          for (alpha, beta) in [(1, 0), (-2, 0.5)] as [(T, T)] {
            let (out, inner) = transpose == .yes ? (n, m) : (m, n)
            let x: [T] = random.vector(inner), before: [T] = random.vector(out)
            let y = Buffer<T>(count: out), xs = Buffer<T>(count: inner)
            for i in 0..<out { y[i] = before[i] }
            for i in 0..<inner { xs[i] = x[i] }
            pa.view.readOnly.apply(transpose, to: xs.pointer, into: y.pointer, alpha: alpha, beta: beta)
            let expected = Reference.multiply(
              a, transpose, Matrix(rows: inner, columns: 1, elements: x), alpha: alpha, beta: beta,
              c: Matrix(rows: out, columns: 1, elements: before))
            for i in 0..<out { #expect((y[i] - expected[i, 0]).magnitude <= 4 * bound(inner, T.self)) }
          }
        }
        let x: [T] = random.vector(m), y: [T] = random.vector(n)
        let empty = UnsafePointer(pa.buffer.pointer)
        x.withUnsafeBufferPointer { x in y.withUnsafeBufferPointer { y in
          pa.view.addOuterProduct(x.baseAddress ?? empty, y.baseAddress ?? empty, alpha: -0.5)
        } }
        for i in 0..<m {
          for j in 0..<n { #expect((pa.matrix[i, j] - (a[i, j] - x[i] * y[j] / 2)).magnitude <= 2 * T.ulpOfOne) }
        }
        #expect(pa.paddingIsUntouched)
      }
    }
  }

  @Test func vectorProducts() {
    checkVectorProducts(Double.self)
    checkVectorProducts(Float.self)
  }

  @Test func transposedCopyAndMirror() {
    var random = Congruential(9)
    for (m, n) in [(0, 0), (1, 5), (40, 33), (70, 70)] {
      let a: Matrix<Float> = random.matrix(m, n)
      let pa = Padded(a, pad: 3), pc = Padded(Matrix<Float>(rows: n, columns: m), pad: 2)
      pc.view.copyTransposed(pa.view.readOnly)
      #expect(pc.matrix == a.transposed())
      #expect(pc.paddingIsUntouched)
    }
    let a: Matrix<Double> = random.matrix(77, 77)
    let pa = Padded(a, pad: 1)
    pa.view.mirrorLowerTriangle()
    #expect(pa.matrix == Matrix(rows: 77, columns: 77) { a[max($0, $1), min($0, $1)] })
  }

  @Test func sameBitsForAnyNumberOfThreads() {
    var random = Congruential(11)
    let a: Matrix<Double> = random.matrix(531, 203), b: Matrix<Double> = random.matrix(203, 97)
    let products = withThreads {
      var c = Matrix<Double>(rows: 531, columns: 97), s = Matrix<Double>(rows: 531, columns: 531)
      a.withView { a in b.withView { b in
        c.withMutableView { $0.multiplyInParallel(a, .no, b) }
        s.withMutableView { $0.multiplyBySelfInParallel(a, mirror: true) }
      } }
      return [c, s]
    }
    #expect(products[0] == products[1] && products[0] == products[2])
  }

  @Test func parallelProductsAllocateNothing() {
    let a = Buffer<Double>(count: 500 * 64), c = Buffer<Double>(count: 500 * 500)
    func work() {
      let av = a.view(rows: 500, columns: 64).readOnly, cv = c.view(rows: 500, columns: 500)
      cv.multiplyInParallel(av, .no, av, .yes)
      cv.multiplyBySelfInParallel(av, mirror: true)
    }
    work()
    let before = allocation_count()
    for _ in 0..<20 { work() }
    #expect(allocation_count() == before)
  }
}
