// The BLAS and LAPACK routines that Shallows calls, declared once for OpenBLAS and Accelerate
// (both export these symbols with 32-bit integers).
#pragma once
#include <stdint.h>

enum { SHBlasRowMajor = 101, SHBlasColumnMajor = 102 };
enum { SHBlasNoTranspose = 111, SHBlasTranspose = 112 };
enum { SHBlasUpper = 121, SHBlasLower = 122 };
enum { SHBlasNonUnit = 131, SHBlasUnit = 132 };
enum { SHBlasLeft = 141, SHBlasRight = 142 };

#define SH_BLAS(T, p)                                                                                              \
  void cblas_##p##gemm(int32_t order, int32_t ta, int32_t tb, int32_t m, int32_t n, int32_t k, T alpha,            \
                       const T *a, int32_t lda, const T *b, int32_t ldb, T beta, T *c, int32_t ldc);               \
  void cblas_##p##gemv(int32_t order, int32_t ta, int32_t m, int32_t n, T alpha, const T *a, int32_t lda,          \
                       const T *x, int32_t incx, T beta, T *y, int32_t incy);                                      \
  void cblas_##p##ger(int32_t order, int32_t m, int32_t n, T alpha, const T *x, int32_t incx, const T *y,          \
                      int32_t incy, T *a, int32_t lda);                                                            \
  void cblas_##p##syrk(int32_t order, int32_t uplo, int32_t trans, int32_t n, int32_t k, T alpha, const T *a,      \
                       int32_t lda, T beta, T *c, int32_t ldc);                                                    \
  void cblas_##p##trsm(int32_t order, int32_t side, int32_t uplo, int32_t trans, int32_t diag, int32_t m,          \
                       int32_t n, T alpha, const T *a, int32_t lda, T *b, int32_t ldb);                            \
  void cblas_##p##trsv(int32_t order, int32_t uplo, int32_t trans, int32_t diag, int32_t n, const T *a,            \
                       int32_t lda, T *x, int32_t incx);                                                           \
  T cblas_##p##dot(int32_t n, const T *x, int32_t incx, const T *y, int32_t incy);                                 \
  T cblas_##p##nrm2(int32_t n, const T *x, int32_t incx);                                                          \
  void cblas_##p##axpy(int32_t n, T alpha, const T *x, int32_t incx, T *y, int32_t incy);                          \
  void cblas_##p##scal(int32_t n, T alpha, T *x, int32_t incx);

SH_BLAS(float, s)
SH_BLAS(double, d)
#undef SH_BLAS

// Number of threads inside BLAS. Shallows runs it on one and parallelises above it, so that results do not
// depend on the thread count. A no-op on Accelerate.
void shallows_blas_single_thread(void);
// The kernel family OpenBLAS chose ("Haswell", "SkylakeX", ...), or "Accelerate".
const char *shallows_blas_kernel(void);
