// The loops over vectors, written once for both precisions. Before including this, a file defines `real`, LANES (how
// many `real` fill 64 bytes), NAME(f) (the public name of f), and the branch-free scalar functions that are mapped.
//
// The compiler turns each loop into vector code, once for each level of the x86-64 instruction set; the loader picks
// the best level that the machine has. No fused multiply-add is left to the compiler's choice (FP_CONTRACT is off in
// the including files), so all levels give the same bits.
#pragma once
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__) && !defined(SHALLOWS_ONE_LEVEL)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

// Whole vectors only, whatever the level's registers: the width must be said, because the compiler would use half of
// an AVX-512 register if left alone. assume_safety: in-place calls are legal, elements are independent.
#define TEXT(x) _Pragma(#x)
#define PRAGMA(x) TEXT(x)
#define VECTORISED(ways) PRAGMA(clang loop vectorize(assume_safety) vectorize_width(LANES) interleave_count(ways))

#define INLINE static inline __attribute__((always_inline))

// Blocks of four vectors first: each function is one long chain of dependent operations, and only interleaved chains
// keep the processor busy. Then single vectors. What is left goes through that loop in a padded copy: a scalar
// remainder would be slow.
enum { group = LANES, block = 4 * LANES };
#define EACH(body)                                                              \
  VECTORISED(4) for (int64_t i = 0; i < blocks; i++) { body }                   \
  VECTORISED(1) for (int64_t j = 0; j < singles; j++) { int64_t i = blocks + j; body }
#define COUNTS                                                                  \
  int64_t blocks = n / block * block, singles = (n - blocks) / group * group;      \
  int64_t count = blocks + singles, rest = n - count;

#define MAP1(f)                                                                 \
  CLONES void NAME(f)(const real *x, real *y, int64_t n) {                      \
    real pad[group];                                                            \
    COUNTS                                                                      \
    size_t bytes = (size_t)rest * sizeof(real);                                 \
    const real *tail = x + count;                                               \
    real *end = y + count;                                                      \
    for (int pass = 0; pass < 2; pass++) {                                      \
      EACH(y[i] = f##Of(x[i]);)                                                 \
      if (pass == 1 || rest == 0) break;                                        \
      memset(pad, 0, sizeof pad);                                               \
      memcpy(pad, tail, bytes);                                                 \
      x = y = pad;                                                              \
      blocks = 0;                                                               \
      singles = group;                                                          \
    }                                                                           \
    if (rest != 0) memcpy(end, pad, bytes);                                     \
  }

#define MAP2(f)                                                                 \
  CLONES void NAME(f)(const real *a, const real *b, real *y, int64_t n) {       \
    real padA[group], padB[group];                                              \
    COUNTS                                                                      \
    size_t bytes = (size_t)rest * sizeof(real);                                 \
    const real *tailA = a + count, *tailB = b + count;                          \
    real *end = y + count;                                                      \
    for (int pass = 0; pass < 2; pass++) {                                      \
      EACH(y[i] = f##Of(a[i], b[i]);)                                           \
      if (pass == 1 || rest == 0) break;                                        \
      memset(padA, 0, sizeof padA);                                             \
      memset(padB, 0, sizeof padB);                                             \
      memcpy(padA, tailA, bytes);                                               \
      memcpy(padB, tailB, bytes);                                               \
      a = y = padA;                                                             \
      b = padB;                                                                 \
      blocks = 0;                                                               \
      singles = group;                                                          \
    }                                                                           \
    if (rest != 0) memcpy(end, padA, bytes);                                    \
  }

// sigma, with sigma' when `first`, with sigma'' when `second`; both are constants where this is inlined.
#define ACTIVATE(f, first, second)                                              \
  for (int pass = 0; pass < 2; pass++) {                                        \
    EACH(                                                                       \
      real value; real slope; real curvature;                                   \
      f(z[i], &value, &slope, &curvature);                                      \
      h[i] = value;                                                             \
      if (first) s[i] = slope;                                                  \
      if (second) t[i] = curvature;                                             \
    )                                                                           \
    if (pass == 1 || rest == 0) break;                                          \
    memset(pad[0], 0, sizeof pad[0]);                                           \
    memcpy(pad[0], tail, bytes);                                                \
    z = h = pad[0];                                                             \
    s = pad[1];                                                                 \
    t = pad[2];                                                                 \
    blocks = 0;                                                                 \
    singles = group;                                                            \
  }                                                                             \
  if (rest != 0) {                                                              \
    memcpy(endH, pad[0], bytes);                                                \
    if (first) memcpy(endS, pad[1], bytes);                                     \
    if (second) memcpy(endT, pad[2], bytes);                                    \
  }

// t without s is rare: s then goes into a scratch of the caller (see NAME(activation)).
// Not static, though nobody else calls it: the symbols of a static function's clones are not local to their file.
#define HIDDEN __attribute__((visibility("hidden")))
#define ACTIVATION(f)                                                           \
  HIDDEN void NAME(f)(const real *z, real *h, real *s, real *t, int64_t n);     \
  CLONES HIDDEN void NAME(f)(const real *z, real *h, real *s, real *t, int64_t n) { \
    real pad[3][group];                                                         \
    COUNTS                                                                      \
    size_t bytes = (size_t)rest * sizeof(real);                                 \
    const real *tail = z + count;                                               \
    real *endH = h + count, *endS = s ? s + count : s, *endT = t ? t + count : t; \
    if (t) {                                                                    \
      ACTIVATE(f, 1, 1)                                                         \
    } else if (s) {                                                             \
      ACTIVATE(f, 1, 0)                                                         \
    } else {                                                                    \
      ACTIVATE(f, 0, 0)                                                         \
    }                                                                           \
  }

typedef void (*ActivationLoop)(const real *z, real *h, real *s, real *t, int64_t n);

INLINE void activate(ActivationLoop loop, const real *z, real *h, real *s, real *t, int64_t n) {
  if (!t || s) {
    loop(z, h, s, t, n);
    return;
  }
  enum { piece = 512 };
  real scratch[piece];
  for (int64_t i = 0; i < n; i += piece) loop(z + i, h + i, scratch, t + i, n - i < piece ? n - i : piece);
}
