// Matrix products for networks too small for BLAS, whose set-up and packing would cost more than it gains.
//
// Samples run along the rows here ("transposed" storage: row l holds input l of all samples), so that the lanes of a
// vector are samples and any number of inputs, neurons or outputs fills them. n is a multiple of
// SHALLOWS_SAMPLE_GROUP; callers pad with zeros. Sums have a fixed order that depends on the sizes and the machine's
// vector width only. Outputs must not overlap inputs.
#pragma once
#include <stdint.h>

enum {
  SHALLOWS_SAMPLE_GROUP = 16,
  SHALLOWS_ROW_GROUP = 16,    // no vector holds more elements
  SHALLOWS_STRIP_BYTES = 256, // a row of the widest tile
  SHALLOWS_PANEL = 128        // samples of one gradient
};

#define SH_NETWORK(T, p)                                                                                           \
  /* c[j][i] = sum_l a[j * rowStride + l * columnStride] b[l][i] for j < m, l < d, i < n; times s[j][i] unless s is  \
     NULL, where s has the row distance of c. */                                                                   \
  void shallows_samples_product_##p(int64_t m, int64_t d, int64_t n, const T *a, int64_t rowStride,                \
                                    int64_t columnStride, const T *b, int64_t ldb, const T *s, T *c, int64_t ldc); \
  /* c[j * ldc + l] = sum_i g[j][i] x[l][i] for j < m, l < d, i < n. */                                            \
  void shallows_samples_outer_##p(int64_t m, int64_t d, int64_t n, const T *g, int64_t ldg, const T *x,            \
                                  int64_t ldx, T *c, int64_t ldc);                                                 \
  /* f <- scale (f - y) for the first `count` of n samples and 0 for the rest; returns sum (f - y)^2 / 2. */       \
  T shallows_samples_residual_##p(int64_t k, int64_t count, int64_t n, T scale, T *f, int64_t ldf, const T *y,     \
                                  int64_t ldy);                                                                    \
  /* c[j][i] = sum_l a(j, l) b[l][i] for j < m, l < d, i < n; times s[j][i] unless s is NULL; plus the old c[j][i] \
     where `add`. a(j, l) = a[(list ? list[j] : j) * rowStride + l * columnStride]. Rows of b can be read up to a  \
     multiple of SHALLOWS_ROW_GROUP. s has the row distance of c; n is a multiple of that group where it is given. */\
  void shallows_rows_product_##p(int64_t m, int64_t d, int64_t n, const T *a, int64_t rowStride,                   \
                                 int64_t columnStride, const int32_t *list, const T *b, int64_t ldb, const T *s,   \
                                 int32_t add, T *c, int64_t ldc);                                                  \
  /* c[j][l] = sum_i g[i][j] x[list ? list[i] : i][l] for j < m, i < count, l < n, plus the old c[j][l] where `add`;\
     count is at most SHALLOWS_PANEL, n at most SHALLOWS_STRIP_BYTES / sizeof(T). */                               \
  void shallows_rows_gradient_##p(int64_t m, int64_t count, int64_t n, const T *g, int64_t ldg, const T *x,        \
                                  int64_t ldx, const int32_t *list, int32_t add, T *c, int64_t ldc);               \
  /* c[l][j] = a[j][l] for j < m, l < d; 0 for m <= j < ldc. */                                                    \
  void shallows_rows_transpose_##p(int64_t m, int64_t d, const T *a, int64_t lda, T *c, int64_t ldc);

SH_NETWORK(float, f32)
SH_NETWORK(double, f64)
#undef SH_NETWORK
