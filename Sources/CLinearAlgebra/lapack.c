// LAPACK's Fortran entry points, wrapped so that arguments go by value and workspaces look after themselves.
// Debian's OpenBLAS has no LAPACKE header; the Fortran symbols are the same in OpenBLAS and Accelerate.
#include "clinearalgebra.h"

#include <stddef.h>
#include <stdlib.h>

// gfortran appends the length of every character argument. Reference LAPACK compiled by it may rely on them, and a
// callee that does not know them ignores them, so they are always passed.
#define LENGTH , size_t
#define ONE , (size_t)1

#define SH_FORTRAN(T, p)                                                                                           \
  void p##potrf_(const char *, const int32_t *, T *, const int32_t *, int32_t *LENGTH);                            \
  void p##getrf_(const int32_t *, const int32_t *, T *, const int32_t *, int32_t *, int32_t *);                    \
  void p##getrs_(const char *, const int32_t *, const int32_t *, const T *, const int32_t *, const int32_t *, T *, \
                 const int32_t *, int32_t *LENGTH);                                                                \
  void p##getri_(const int32_t *, T *, const int32_t *, const int32_t *, T *, const int32_t *, int32_t *);         \
  void p##gecon_(const char *, const int32_t *, const T *, const int32_t *, const T *, T *, T *, int32_t *,        \
                 int32_t *LENGTH);                                                                                 \
  void p##gelqf_(const int32_t *, const int32_t *, T *, const int32_t *, T *, T *, const int32_t *, int32_t *);    \
  void p##orglq_(const int32_t *, const int32_t *, const int32_t *, T *, const int32_t *, const T *, T *,          \
                 const int32_t *, int32_t *);                                                                      \
  void p##syevd_(const char *, const char *, const int32_t *, T *, const int32_t *, T *, T *, const int32_t *,     \
                 int32_t *, const int32_t *, int32_t *LENGTH LENGTH);                                              \
  void p##geev_(const char *, const char *, const int32_t *, T *, const int32_t *, T *, T *, T *, const int32_t *, \
                T *, const int32_t *, T *, const int32_t *, int32_t *LENGTH LENGTH);                               \
  void p##gesdd_(const char *, const int32_t *, const int32_t *, T *, const int32_t *, T *, T *, const int32_t *,  \
                 T *, const int32_t *, T *, const int32_t *, int32_t *, int32_t *LENGTH);

SH_FORTRAN(float, s)
SH_FORTRAN(double, d)

static void *elements(double count, size_t size) { return malloc((count < 1 ? 1 : (size_t)count) * size); }

// A workspace query answers in floating point: in single precision a large size may have been rounded down.
static int32_t roundedUp(double query) { return (int32_t)(query * 1.0000003 + 1); }

#define SH_WRAPPERS(T, p)                                                                                          \
  int32_t shallows_##p##potrf(int32_t upper, int32_t n, T *a, int32_t lda) {                                       \
    int32_t info = 0;                                                                                              \
    p##potrf_(upper ? "U" : "L", &n, a, &lda, &info ONE);                                                          \
    return info;                                                                                                   \
  }                                                                                                                \
  int32_t shallows_##p##getrf(int32_t m, int32_t n, T *a, int32_t lda, int32_t *pivots) {                          \
    int32_t info = 0;                                                                                              \
    p##getrf_(&m, &n, a, &lda, pivots, &info);                                                                     \
    return info;                                                                                                   \
  }                                                                                                                \
  int32_t shallows_##p##getrs(int32_t transpose, int32_t n, int32_t columns, const T *lu, int32_t lda,             \
                              const int32_t *pivots, T *b, int32_t ldb) {                                          \
    int32_t info = 0;                                                                                              \
    p##getrs_(transpose ? "T" : "N", &n, &columns, lu, &lda, pivots, b, &ldb, &info ONE);                          \
    return info;                                                                                                   \
  }                                                                                                                \
  int32_t shallows_##p##getri(int32_t n, T *lu, int32_t lda, const int32_t *pivots) {                              \
    int32_t info = 0, size = -1;                                                                                   \
    T query = 0;                                                                                                   \
    p##getri_(&n, lu, &lda, pivots, &query, &size, &info);                                                         \
    size = roundedUp(query);                                                                                       \
    T *work = elements(size, sizeof(T));                                                                           \
    if (!work) return SHLapackNoMemory;                                                                            \
    p##getri_(&n, lu, &lda, pivots, work, &size, &info);                                                           \
    free(work);                                                                                                    \
    return info;                                                                                                   \
  }                                                                                                                \
  int32_t shallows_##p##gecon(int32_t n, const T *lu, int32_t lda, T norm1, T *reciprocal) {                       \
    int32_t info = 0;                                                                                              \
    T *work = elements(4.0 * n, sizeof(T));                                                                        \
    int32_t *integers = elements(n, sizeof(int32_t));                                                              \
    if (work && integers)                                                                                          \
      p##gecon_("1", &n, lu, &lda, &norm1, reciprocal, work, integers, &info ONE);                                 \
    else                                                                                                           \
      info = SHLapackNoMemory;                                                                                     \
    free(work);                                                                                                    \
    free(integers);                                                                                                \
    return info;                                                                                                   \
  }                                                                                                                \
  int32_t shallows_##p##gelqf(int32_t m, int32_t n, T *a, int32_t lda, T *tau) {                                   \
    int32_t info = 0, size = -1;                                                                                   \
    T query = 0;                                                                                                   \
    p##gelqf_(&m, &n, a, &lda, tau, &query, &size, &info);                                                         \
    size = roundedUp(query);                                                                                       \
    T *work = elements(size, sizeof(T));                                                                           \
    if (!work) return SHLapackNoMemory;                                                                            \
    p##gelqf_(&m, &n, a, &lda, tau, work, &size, &info);                                                           \
    free(work);                                                                                                    \
    return info;                                                                                                   \
  }                                                                                                                \
  int32_t shallows_##p##orglq(int32_t m, int32_t n, int32_t k, T *a, int32_t lda, const T *tau) {                  \
    int32_t info = 0, size = -1;                                                                                   \
    T query = 0;                                                                                                   \
    p##orglq_(&m, &n, &k, a, &lda, tau, &query, &size, &info);                                                     \
    size = roundedUp(query);                                                                                       \
    T *work = elements(size, sizeof(T));                                                                           \
    if (!work) return SHLapackNoMemory;                                                                            \
    p##orglq_(&m, &n, &k, a, &lda, tau, work, &size, &info);                                                       \
    free(work);                                                                                                    \
    return info;                                                                                                   \
  }                                                                                                                \
  int32_t shallows_##p##syevd(int32_t vectors, int32_t upper, int32_t n, T *a, int32_t lda, T *w) {                \
    int32_t info = 0, size = -1, integerSize = -1, integerQuery = 0;                                               \
    const char *job = vectors ? "V" : "N", *uplo = upper ? "U" : "L";                                              \
    T query = 0;                                                                                                   \
    p##syevd_(job, uplo, &n, a, &lda, w, &query, &size, &integerQuery, &integerSize, &info ONE ONE);               \
    size = roundedUp(query);                                                                                       \
    integerSize = integerQuery;                                                                                    \
    T *work = elements(size, sizeof(T));                                                                           \
    int32_t *integers = elements(integerSize, sizeof(int32_t));                                                    \
    if (work && integers)                                                                                          \
      p##syevd_(job, uplo, &n, a, &lda, w, work, &size, integers, &integerSize, &info ONE ONE);                    \
    else                                                                                                           \
      info = SHLapackNoMemory;                                                                                     \
    free(work);                                                                                                    \
    free(integers);                                                                                                \
    return info;                                                                                                   \
  }                                                                                                                \
  int32_t shallows_##p##geev(int32_t n, T *a, int32_t lda, T *wr, T *wi, T *vr, int32_t ldvr) {                    \
    int32_t info = 0, size = -1, one = 1;                                                                          \
    const char *job = vr ? "V" : "N";                                                                              \
    T query = 0, unused = 0, *right = vr ? vr : &unused;                                                           \
    int32_t *stride = vr ? &ldvr : &one;                                                                           \
    p##geev_("N", job, &n, a, &lda, wr, wi, &unused, &one, right, stride, &query, &size, &info ONE ONE);           \
    size = roundedUp(query);                                                                                       \
    T *work = elements(size, sizeof(T));                                                                           \
    if (!work) return SHLapackNoMemory;                                                                            \
    p##geev_("N", job, &n, a, &lda, wr, wi, &unused, &one, right, stride, work, &size, &info ONE ONE);             \
    free(work);                                                                                                    \
    return info;                                                                                                   \
  }                                                                                                                \
  int32_t shallows_##p##gesdd(int32_t vectors, int32_t m, int32_t n, T *a, int32_t lda, T *s, T *u, int32_t ldu,   \
                              T *vt, int32_t ldvt) {                                                               \
    int32_t info = 0, size = -1, smaller = m < n ? m : n;                                                          \
    const char *job = vectors ? "S" : "N";                                                                         \
    T query = 0;                                                                                                   \
    int32_t *integers = elements(8.0 * smaller, sizeof(int32_t));                                                  \
    if (!integers) return SHLapackNoMemory;                                                                        \
    p##gesdd_(job, &m, &n, a, &lda, s, u, &ldu, vt, &ldvt, &query, &size, integers, &info ONE);                    \
    size = roundedUp(query);                                                                                       \
    T *work = elements(size, sizeof(T));                                                                           \
    if (work)                                                                                                      \
      p##gesdd_(job, &m, &n, a, &lda, s, u, &ldu, vt, &ldvt, work, &size, integers, &info ONE);                    \
    else                                                                                                           \
      info = SHLapackNoMemory;                                                                                     \
    free(work);                                                                                                    \
    free(integers);                                                                                                \
    return info;                                                                                                   \
  }

SH_WRAPPERS(float, s)
SH_WRAPPERS(double, d)
