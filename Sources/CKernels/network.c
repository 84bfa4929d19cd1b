// Products for small networks (network_products.h) and wider ones (network_rows.h): one body each, compiled for both
// precisions and, on x86-64, for three levels of the instruction set with register tiles to match; the best that the
// machine has is chosen at each call.
#include "network.h"
#include "levels.h"

#pragma STDC FP_CONTRACT ON
#pragma clang fp contract(fast)

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)

#if defined(SHALLOWS_LEVELS)

// AVX-512: 32 registers of 64 bytes.
#define WIDTH 64
#define GROUPS 4
#define COLUMNS 5
#define STRIP 4
#define TARGET __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#define real double
#define NAME(f) JOIN(f, _f64_v4)
#include "network_products.h"
#include "network_rows.h"
#undef real
#define real float
#define NAME(f) JOIN(f, _f32_v4)
#include "network_products.h"
#include "network_rows.h"
#undef real
#undef WIDTH
#undef GROUPS
#undef COLUMNS
#undef STRIP
#undef TARGET

// AVX2: 16 registers of 32 bytes.
#define WIDTH 32
#define GROUPS 2
#define COLUMNS 2
#define STRIP 3
#define TARGET __attribute__((target("arch=x86-64-v3")))
#define real double
#define NAME(f) JOIN(f, _f64_v3)
#include "network_products.h"
#include "network_rows.h"
#undef real
#define real float
#define NAME(f) JOIN(f, _f32_v3)
#include "network_products.h"
#include "network_rows.h"
#undef real
#undef WIDTH
#undef GROUPS
#undef COLUMNS
#undef STRIP
#undef TARGET
#endif

// Registers of 16 bytes: 16 of them on the x86-64 baseline, 32 on ARM.
#define WIDTH 16
#if defined(__aarch64__)
#define GROUPS 4
#define COLUMNS 5
#define STRIP 4
#else
#define GROUPS 2
#define COLUMNS 2
#define STRIP 2
#endif
#define TARGET
#define real double
#define NAME(f) JOIN(f, _f64_base)
#include "network_products.h"
#include "network_rows.h"
#undef real
#define real float
#define NAME(f) JOIN(f, _f32_base)
#include "network_products.h"
#include "network_rows.h"
#undef real

#if defined(SHALLOWS_LEVELS)
#define CALL(f, p, ...)                          \
  switch (level()) {                             \
    case 4: return f##_##p##_v4(__VA_ARGS__);    \
    case 3: return f##_##p##_v3(__VA_ARGS__);    \
    default: return f##_##p##_base(__VA_ARGS__); \
  }
#else
#define CALL(f, p, ...) return f##_##p##_base(__VA_ARGS__);
#endif

#define PUBLIC(T, p)                                                                                                \
  void shallows_samples_product_##p(int64_t m, int64_t d, int64_t n, const T *a, int64_t rowStride,                 \
                                    int64_t columnStride, const T *b, int64_t ldb, const T *s, T *c, int64_t ldc) { \
    CALL(product, p, m, d, n, a, rowStride, columnStride, b, ldb, s, c, ldc)                                        \
  }                                                                                                                 \
  void shallows_samples_outer_##p(int64_t m, int64_t d, int64_t n, const T *g, int64_t ldg, const T *x,             \
                                  int64_t ldx, T *c, int64_t ldc) {                                                 \
    CALL(outer, p, m, d, n, g, ldg, x, ldx, c, ldc)                                                                 \
  }                                                                                                                 \
  T shallows_samples_residual_##p(int64_t k, int64_t count, int64_t n, T scale, T *f, int64_t ldf, const T *y,      \
                                  int64_t ldy) {                                                                    \
    CALL(residual, p, k, count, n, scale, f, ldf, y, ldy)                                                           \
  }                                                                                                                 \
  void shallows_rows_product_##p(int64_t m, int64_t d, int64_t n, const T *a, int64_t rowStride,                    \
                                 int64_t columnStride, const int32_t *list, const T *b, int64_t ldb, const T *s,    \
                                 int32_t add, T *c, int64_t ldc) {                                                  \
    CALL(rows, p, m, d, n, a, rowStride, columnStride, list, b, ldb, s, add, c, ldc)                                \
  }                                                                                                                 \
  void shallows_rows_gradient_##p(int64_t m, int64_t count, int64_t n, const T *g, int64_t ldg, const T *x,         \
                                  int64_t ldx, const int32_t *list, int32_t add, T *c, int64_t ldc) {               \
    CALL(gradient, p, m, count, n, g, ldg, x, ldx, list, add, c, ldc)                                               \
  }                                                                                                                 \
  void shallows_rows_transpose_##p(int64_t m, int64_t d, const T *a, int64_t lda, T *c, int64_t ldc) {              \
    CALL(transpose, p, m, d, a, lda, c, ldc)                                                                        \
  }

PUBLIC(double, f64)
PUBLIC(float, f32)
