// The products of network.h for one precision and one level of the instruction set. Before including this, a file
// defines `real`, WIDTH (bytes of a vector), GROUPS (vectors of samples in a tile of the product), COLUMNS (columns in
// a tile of the outer product), TARGET (a function attribute) and NAME(f). Accumulators of a tile stay in registers:
// 4 x GROUPS and 4 x COLUMNS of them.
//
// No include guard: network.c includes it once for each combination.
#define LANES (WIDTH / (int)sizeof(real))
#define VECTOR NAME(vector)
#define INLINE static inline __attribute__((always_inline)) TARGET

typedef real VECTOR __attribute__((ext_vector_type(LANES), aligned(sizeof(real)), may_alias));

INLINE VECTOR NAME(load)(const real *p) { return *(const VECTOR *)p; }

INLINE real NAME(total)(VECTOR x) {
  // Pairs of halves: the same tree for every accumulator.
  real part[LANES];
  *(VECTOR *)part = x;
#pragma clang loop unroll(full)
  for (int width = LANES / 2; width > 0; width /= 2) {
#pragma clang loop unroll(full)
    for (int i = 0; i < width; i++) part[i] += part[i + width];
  }
  return part[0];
}

INLINE void NAME(productTile)(const int rows, const int groups, int64_t d, const real *a, int64_t rowStride,
                              int64_t columnStride, const real *b, int64_t ldb, const real *s, real *c, int64_t ldc) {
  VECTOR sum[4][GROUPS];
#pragma clang loop unroll(full)
  for (int j = 0; j < rows; j++) {
#pragma clang loop unroll(full)
    for (int g = 0; g < groups; g++) sum[j][g] = (VECTOR)(0);
  }
  for (int64_t l = 0; l < d; l++) {
    VECTOR x[GROUPS];
#pragma clang loop unroll(full)
    for (int g = 0; g < groups; g++) x[g] = NAME(load)(b + l * ldb + g * LANES);
#pragma clang loop unroll(full)
    for (int j = 0; j < rows; j++) {
      VECTOR w = (VECTOR)(a[j * rowStride + l * columnStride]);
#pragma clang loop unroll(full)
      for (int g = 0; g < groups; g++) sum[j][g] += w * x[g];
    }
  }
#pragma clang loop unroll(full)
  for (int j = 0; j < rows; j++) {
#pragma clang loop unroll(full)
    for (int g = 0; g < groups; g++) {
      int64_t at = j * ldc + g * LANES;
      *(VECTOR *)(c + at) = s ? sum[j][g] * NAME(load)(s + at) : sum[j][g];
    }
  }
}

INLINE void NAME(productRows)(const int rows, int64_t d, int64_t n, const real *a, int64_t rowStride,
                              int64_t columnStride, const real *b, int64_t ldb, const real *s, real *c, int64_t ldc) {
  int64_t i = 0;
  for (; i + GROUPS * LANES <= n; i += GROUPS * LANES)
    NAME(productTile)(rows, GROUPS, d, a, rowStride, columnStride, b + i, ldb, s ? s + i : s, c + i, ldc);
  for (; i < n; i += LANES)
    NAME(productTile)(rows, 1, d, a, rowStride, columnStride, b + i, ldb, s ? s + i : s, c + i, ldc);
}

TARGET static void NAME(product)(int64_t m, int64_t d, int64_t n, const real *a, int64_t rowStride,
                                 int64_t columnStride, const real *b, int64_t ldb, const real *s, real *c,
                                 int64_t ldc) {
  for (int64_t j = 0; j < m; j += 4) {
    const real *aj = a + j * rowStride, *sj = s ? s + j * ldc : s;
    real *cj = c + j * ldc;
    switch (m - j) {
      case 1: NAME(productRows)(1, d, n, aj, rowStride, columnStride, b, ldb, sj, cj, ldc); break;
      case 2: NAME(productRows)(2, d, n, aj, rowStride, columnStride, b, ldb, sj, cj, ldc); break;
      case 3: NAME(productRows)(3, d, n, aj, rowStride, columnStride, b, ldb, sj, cj, ldc); break;
      default: NAME(productRows)(4, d, n, aj, rowStride, columnStride, b, ldb, sj, cj, ldc); break;
    }
  }
}

INLINE void NAME(outerTile)(const int rows, const int columns, int64_t n, const real *g, int64_t ldg, const real *x,
                            int64_t ldx, real *c, int64_t ldc) {
  VECTOR sum[4][COLUMNS];
#pragma clang loop unroll(full)
  for (int j = 0; j < rows; j++) {
#pragma clang loop unroll(full)
    for (int l = 0; l < columns; l++) sum[j][l] = (VECTOR)(0);
  }
  for (int64_t i = 0; i < n; i += LANES) {
    VECTOR r[4];
#pragma clang loop unroll(full)
    for (int j = 0; j < rows; j++) r[j] = NAME(load)(g + j * ldg + i);
#pragma clang loop unroll(full)
    for (int l = 0; l < columns; l++) {
      VECTOR v = NAME(load)(x + l * ldx + i);
#pragma clang loop unroll(full)
      for (int j = 0; j < rows; j++) sum[j][l] += r[j] * v;
    }
  }
#pragma clang loop unroll(full)
  for (int j = 0; j < rows; j++) {
#pragma clang loop unroll(full)
    for (int l = 0; l < columns; l++) c[j * ldc + l] = NAME(total)(sum[j][l]);
  }
}

INLINE void NAME(outerRows)(const int rows, int64_t d, int64_t n, const real *g, int64_t ldg, const real *x,
                            int64_t ldx, real *c, int64_t ldc) {
  int64_t l = 0;
  for (; l + COLUMNS <= d; l += COLUMNS) NAME(outerTile)(rows, COLUMNS, n, g, ldg, x + l * ldx, ldx, c + l, ldc);
  for (; l < d; l++) NAME(outerTile)(rows, 1, n, g, ldg, x + l * ldx, ldx, c + l, ldc);
}

TARGET static void NAME(outer)(int64_t m, int64_t d, int64_t n, const real *g, int64_t ldg, const real *x, int64_t ldx,
                               real *c, int64_t ldc) {
  for (int64_t j = 0; j < m; j += 4) {
    const real *gj = g + j * ldg;
    real *cj = c + j * ldc;
    switch (m - j) {
      case 1: NAME(outerRows)(1, d, n, gj, ldg, x, ldx, cj, ldc); break;
      case 2: NAME(outerRows)(2, d, n, gj, ldg, x, ldx, cj, ldc); break;
      case 3: NAME(outerRows)(3, d, n, gj, ldg, x, ldx, cj, ldc); break;
      default: NAME(outerRows)(4, d, n, gj, ldg, x, ldx, cj, ldc); break;
    }
  }
}

TARGET static real NAME(residual)(int64_t k, int64_t count, int64_t n, real scale, real *f, int64_t ldf, const real *y,
                                  int64_t ldy) {
  VECTOR sum = (VECTOR)(0);
  for (int64_t c = 0; c < k; c++) {
    real *fc = f + c * ldf;
    const real *yc = y + c * ldy;
    for (int64_t i = count; i < n; i++) fc[i] = yc[i];
    for (int64_t i = 0; i < n; i += LANES) {
      VECTOR r = NAME(load)(fc + i) - NAME(load)(yc + i);
      sum += r * r;
      *(VECTOR *)(fc + i) = scale * r;
    }
  }
  return NAME(total)(sum) / 2;
}

#undef LANES
#undef VECTOR
#undef INLINE
