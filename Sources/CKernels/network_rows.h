// The row products of network.h for one precision and one level of the instruction set. Before including this, a file
// defines `real`, WIDTH (bytes of a vector), STRIP (vectors in a row of a tile, at most 4: 4 x STRIP accumulators stay
// in registers), TARGET (a function attribute) and NAME(f).
//
// Every element of a product is one sum in the order of the terms, wherever tiles begin and end.
//
// No include guard: network.c includes it once for each combination.
#define LANES (WIDTH / (int)sizeof(real))
#define LINE (64 / (int)sizeof(real))
#define VECTOR NAME(rowVector)
#define INLINE static inline __attribute__((always_inline)) TARGET

typedef real VECTOR __attribute__((ext_vector_type(LANES), aligned(sizeof(real)), may_alias));

INLINE void NAME(rowsSteps)(const int rows, const int vectors, int64_t from, int64_t to, const real *const *a,
                            int64_t step, const real *b, int64_t ldb, VECTOR sum[4][STRIP]) {
  for (int64_t l = from; l < to; l++) {
    const real *row = b + l * ldb;
    VECTOR x[STRIP];
#pragma clang loop unroll(full)
    for (int g = 0; g < vectors; g++) x[g] = *(const VECTOR *)(row + g * LANES);
#pragma clang loop unroll(full)
    for (int j = 0; j < rows; j++) {
      VECTOR w = (VECTOR)(a[j][l * step]);
#pragma clang loop unroll(full)
      for (int g = 0; g < vectors; g++) sum[j][g] += w * x[g];
    }
  }
}

// `rows` rows by `vectors` vectors of c; where `partial`, only `lanes` lanes of the last vector are written.
INLINE void NAME(rowsTile)(const int rows, const int vectors, int64_t d, const real *const *a, int64_t step,
                           const real *const *next, const real *b, int64_t ldb, const real *s, const int add,
                           const int partial, int64_t lanes, real *c, int64_t ldc) {
  VECTOR sum[4][STRIP];
#pragma clang loop unroll(full)
  for (int j = 0; j < rows; j++) {
#pragma clang loop unroll(full)
    for (int g = 0; g < vectors; g++) {
      sum[j][g] = (VECTOR)(0);
      // What the sums are added to may lie far off, and is not needed before they are done.
      if (add && d >= 128) __builtin_prefetch(c + j * ldc + g * LANES, 1);
    }
  }
  if (next) {
    int64_t l = 0;
    for (; l + LINE <= d; l += LINE) {
#pragma clang loop unroll(full)
      for (int j = 0; j < rows; j++) __builtin_prefetch(next[j] + l);
      NAME(rowsSteps)(rows, vectors, l, l + LINE, a, step, b, ldb, sum);
    }
    NAME(rowsSteps)(rows, vectors, l, d, a, step, b, ldb, sum);
  } else {
    NAME(rowsSteps)(rows, vectors, 0, d, a, step, b, ldb, sum);
  }
#pragma clang loop unroll(full)
  for (int j = 0; j < rows; j++) {
#pragma clang loop unroll(full)
    for (int g = 0; g < vectors; g++) {
      real *to = c + j * ldc + g * LANES;
      if (partial && g == vectors - 1) {
        real last[LANES];
        *(VECTOR *)last = sum[j][g];
        for (int64_t i = 0; i < lanes; i++) to[i] = add ? to[i] + last[i] : last[i];
      } else {
        VECTOR value = sum[j][g];
        if (s) value *= *(const VECTOR *)(s + j * ldc + g * LANES);
        if (add) value += *(const VECTOR *)to;
        *(VECTOR *)to = value;
      }
    }
  }
}

// All rows of one tile's columns. Listed rows of a lie apart, where the machine does not foresee the next: they are
// fetched ahead, a cache line of each for a cache line of the present ones.
INLINE void NAME(rowsColumn)(const int vectors, int64_t m, int64_t d, const real *a, int64_t rowStride, int64_t step,
                             const int32_t *list, const real *b, int64_t ldb, const real *s, const int add,
                             const int partial, int64_t lanes, real *c, int64_t ldc) {
  for (int64_t j = 0; j < m; j += 4) {
    const real *row[4], *next[4];
    for (int r = 0; r < 4; r++) {
      int64_t here = j + r < m ? j + r : m - 1, there = j + 4 + r < m ? j + 4 + r : m - 1;
      row[r] = a + (list ? list[here] : here) * rowStride;
      next[r] = a + (list ? list[there] : there) * rowStride;
    }
    const real *sj = s ? s + j * ldc : s;
    real *cj = c + j * ldc;
    switch (m - j) {
#define CASE(rows) \
  NAME(rowsTile)(rows, vectors, d, row, step, 0, b, ldb, sj, add, partial, lanes, cj, ldc)
      case 1: CASE(1); break;
      case 2: CASE(2); break;
      case 3: CASE(3); break;
      default:
        if (list) {
          NAME(rowsTile)(4, vectors, d, row, step, next, b, ldb, sj, add, partial, lanes, cj, ldc);
        } else {
          CASE(4);
        }
#undef CASE
    }
  }
}

TARGET static void NAME(rows)(int64_t m, int64_t d, int64_t n, const real *a, int64_t rowStride, int64_t step,
                              const int32_t *list, const real *b, int64_t ldb, const real *s, int32_t add, real *c,
                              int64_t ldc) {
  int64_t i = 0;
#define COLUMN(vectors, partial)                                                                                  \
  NAME(rowsColumn)(vectors, m, d, a, rowStride, step, list, b + i, ldb, s ? s + i : s, add, partial,              \
                   n - i - (vectors - 1) * LANES, c + i, ldc)
  for (; i + STRIP * LANES <= n; i += STRIP * LANES) COLUMN(STRIP, 0);
  int64_t left = n - i;
  if (left == 0) return;
  if (left <= LANES) {
    if (left == LANES) COLUMN(1, 0); else COLUMN(1, 1);
    return;
  }
#if STRIP > 2
  if (left > 2 * LANES) {
#if STRIP > 3
    if (left > 3 * LANES) {
      COLUMN(4, 1);
      return;
    }
#endif
    if (left == 3 * LANES) COLUMN(3, 0); else COLUMN(3, 1);
    return;
  }
#endif
  if (left == 2 * LANES) COLUMN(2, 0); else COLUMN(2, 1);
#undef COLUMN
}

// The columns of x are read once for every four neurons, from rows apart: a copy of them side by side is aligned, keeps
// to few pages, and is soon paid for.
TARGET static void NAME(gradient)(int64_t m, int64_t count, int64_t n, const real *g, int64_t ldg, const real *x,
                                  int64_t ldx, const int32_t *list, int32_t add, real *c, int64_t ldc) {
  enum { columns = SHALLOWS_STRIP_BYTES / sizeof(real) };
  real tile[SHALLOWS_PANEL * columns] __attribute__((aligned(64)));
  for (int64_t i = 0; i < count; i++) {
    const real *row = x + (list ? list[i] : i) * ldx;
    real *to = tile + i * columns;
    int64_t l = 0;
    for (; l + LANES <= n; l += LANES) *(VECTOR *)(to + l) = *(const VECTOR *)(row + l);
    if (l < n) {
      *(VECTOR *)(to + l) = (VECTOR)(0);
      for (; l < n; l++) to[l] = row[l];
    }
  }
  NAME(rows)(m, count, n, g, 1, ldg, 0, tile, columns, 0, add, c, ldc);
}

typedef real NAME(four) __attribute__((ext_vector_type(4), aligned(sizeof(real)), may_alias));

INLINE void NAME(transposeFour)(const real *a, int64_t lda, real *c, int64_t ldc) {
  typedef NAME(four) four;
  four r0 = *(const four *)a, r1 = *(const four *)(a + lda);
  four r2 = *(const four *)(a + 2 * lda), r3 = *(const four *)(a + 3 * lda);
  four p = __builtin_shufflevector(r0, r1, 0, 4, 1, 5), q = __builtin_shufflevector(r2, r3, 0, 4, 1, 5);
  four u = __builtin_shufflevector(r0, r1, 2, 6, 3, 7), v = __builtin_shufflevector(r2, r3, 2, 6, 3, 7);
  *(four *)c = __builtin_shufflevector(p, q, 0, 1, 4, 5);
  *(four *)(c + ldc) = __builtin_shufflevector(p, q, 2, 3, 6, 7);
  *(four *)(c + 2 * ldc) = __builtin_shufflevector(u, v, 0, 1, 4, 5);
  *(four *)(c + 3 * ldc) = __builtin_shufflevector(u, v, 2, 3, 6, 7);
}

TARGET static void NAME(transpose)(int64_t m, int64_t d, const real *a, int64_t lda, real *c, int64_t ldc) {
  // By cache lines of a, so that the rows of c being written stay in the first cache.
  for (int64_t l = 0; l < d; l += LINE) {
    int64_t end = l + LINE < d ? l + LINE : d, j = 0;
    for (; j + 4 <= m; j += 4) {
      int64_t i = l;
      for (; i + 4 <= end; i += 4) NAME(transposeFour)(a + j * lda + i, lda, c + i * ldc + j, ldc);
      for (; i < end; i++) {
        for (int64_t r = j; r < j + 4; r++) c[i * ldc + r] = a[r * lda + i];
      }
    }
    for (int64_t i = l; i < end; i++) {
      for (int64_t r = j; r < ldc; r++) c[i * ldc + r] = r < m ? a[r * lda + i] : 0;
    }
  }
}

#undef LANES
#undef LINE
#undef VECTOR
#undef INLINE
#undef NAME
