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

// LAPACK by value: column-major, `info` returned, workspace handled inside (allocated, except where noted).
// Row-major callers pass the transposed meaning; the Swift side says how in each place.
#define SH_LAPACK(T, p)                                                                                            \
  /* A = L L^T (upper = 0) or U^T U; allocates nothing. */                                                         \
  int32_t shallows_##p##potrf(int32_t upper, int32_t n, T *a, int32_t lda);                                        \
  /* P L U with `pivots` counted from 1; allocates nothing. */                                                     \
  int32_t shallows_##p##getrf(int32_t m, int32_t n, T *a, int32_t lda, int32_t *pivots);                           \
  int32_t shallows_##p##getrs(int32_t transpose, int32_t n, int32_t columns, const T *lu, int32_t lda,             \
                              const int32_t *pivots, T *b, int32_t ldb);                                           \
  int32_t shallows_##p##getri(int32_t n, T *lu, int32_t lda, const int32_t *pivots);                               \
  int32_t shallows_##p##gecon(int32_t n, const T *lu, int32_t lda, T norm1, T *reciprocal);                        \
  int32_t shallows_##p##gelqf(int32_t m, int32_t n, T *a, int32_t lda, T *tau);                                    \
  int32_t shallows_##p##orglq(int32_t m, int32_t n, int32_t k, T *a, int32_t lda, const T *tau);                   \
  int32_t shallows_##p##syevd(int32_t vectors, int32_t upper, int32_t n, T *a, int32_t lda, T *w);                 \
  int32_t shallows_##p##geev(int32_t n, T *a, int32_t lda, T *wr, T *wi, T *vr, int32_t ldvr);                     \
  int32_t shallows_##p##gesdd(int32_t vectors, int32_t m, int32_t n, T *a, int32_t lda, T *s, T *u, int32_t ldu,   \
                              T *vt, int32_t ldvt);

SH_LAPACK(float, s)
SH_LAPACK(double, d)
#undef SH_LAPACK
// What the routines above return when their workspace could not be allocated.
enum { SHLapackNoMemory = -1010 };

// Number of threads inside BLAS. Shallows runs it on one and parallelises above it, so that results do not
// depend on the thread count. A no-op on Accelerate.
void shallows_blas_single_thread(void);
// The kernel family OpenBLAS chose ("Haswell", "SkylakeX", ...), or "Accelerate".
const char *shallows_blas_kernel(void);
// The library's own words on its version and how it was built.
const char *shallows_blas_configuration(void);
