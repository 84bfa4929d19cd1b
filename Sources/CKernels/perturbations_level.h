// The passes of perturbations.h over vectors of 64 bytes, for one precision and one level of the instruction set:
// before including this, a file defines real, word (an integer of its size), TARGET and NAME(f).
//
// A pass is a function `step` of up to LANES elements, called for whole vectors with a constant count and once for
// what is left, filled up with zeros: zeros add nothing to any sum.

#define LANES ((int64_t)(64 / sizeof(real)))
#define V NAME(Vector)
#define M NAME(Bits)
typedef real V __attribute__((vector_size(64)));
typedef word M __attribute__((vector_size(64)));

#define INLINE static inline __attribute__((always_inline, unused)) TARGET
#define load NAME(load)
#define store NAME(store)
#define all NAME(all)
#define choose NAME(choose)
#define least2 NAME(least2)
#define most2 NAME(most2)
#define shorter NAME(shorter)
#define difference NAME(difference)
#define sum NAME(sum)

INLINE V load(const real *p, int64_t n) {
  V v = {0};
  __builtin_memcpy(&v, p, (size_t)n * sizeof(real));
  return v;
}
INLINE void store(real *p, V v, int64_t n) { __builtin_memcpy(p, &v, (size_t)n * sizeof(real)); }
INLINE V all(real a) { return a - (V){0}; }
INLINE V choose(M mask, V yes, V no) { return (V)(((M)yes & mask) | ((M)no & ~mask)); }
INLINE V least2(V a, V b) { return choose((M)(a < b), a, b); }
INLINE V most2(V a, V b) { return choose((M)(a > b), a, b); }
// The neighbour of v nearer to zero where `where` is -1: sizes are ordered as their bits. v is not zero there.
INLINE V shorter(V v, M where) { return (V)((M)v + where); }

// a - x rounded towards zero, for a <= x (sign -1) or a >= x (sign 1). Knuth's TwoSum tells the error of the rounded
// difference, which is no number where an end of the box is infinite.
INLINE V difference(V a, V x, int sign) {
  const V d = a - x;
  const V part = d - a;
  const V error = (a - (d - part)) - (x + part);
  return shorter(d, sign < 0 ? (M)(error > 0) : (M)(error < 0));
}

INLINE real sum(V v) {
  real lanes[64 / sizeof(real)];
  __builtin_memcpy(lanes, &v, 64);
  for (int64_t width = LANES / 2; width > 0; width /= 2)
    for (int64_t i = 0; i < width; i++) lanes[i] += lanes[i + width];
  return lanes[0];
}

#define PASS(step, ...)                                        \
  int64_t i = 0;                                               \
  for (; i + LANES <= n; i += LANES) step(i, LANES, __VA_ARGS__); \
  if (i < n) step(i, n - i, __VA_ARGS__);

#define step NAME(roomsStep)
INLINE void step(int64_t i, int64_t k, const real *x, V least, V most, real *lower, real *upper) {
  const V at = load(x + i, k);
  store(lower + i, difference(least, at, -1), k);
  store(upper + i, difference(most, at, 1), k);
}
TARGET static void NAME(rooms)(int64_t n, const real *x, real least, real most, real *lower, real *upper) {
  PASS(step, x, all(least), all(most), lower, upper)
}
#undef step

#define step NAME(cubeStep)
INLINE void step(int64_t i, int64_t k, const real *x, V radius, V least, V most, real *delta) {
  const V at = load(x + i, k);
  const V lower = most2(difference(least, at, -1), -radius), upper = least2(difference(most, at, 1), radius);
  store(delta + i, least2(most2(load(delta + i, k), lower), upper), k);
}
TARGET static void NAME(clip_cube)(int64_t n, const real *x, real radius, real least, real most, real *delta) {
  PASS(step, x, all(radius), all(least), all(most), delta)
}
#undef step

#define step NAME(addStep)
INLINE void step(int64_t i, int64_t k, const real *x, const real *delta, real *a, V limit) {
  const V at = load(x + i, k), by = load(delta + i, k);
  const V s = at + by;
  const V part = s - at;
  const V error = (at - (s - part)) + (by - part);
  const M up = (M)(by > 0) & (M)(error < 0), down = (M)(by < 0) & (M)(error > 0);
  // One number towards x: its bits are one less where s and the way back to x differ in sign, else one more. A sum
  // that is 0 is exact.
  const M positive = (M)(s > 0);
  const M change = (up & ((positive & -1) | (~positive & 1))) | (down & ((positive & 1) | (~positive & -1)));
  const V near = (V)((M)s + change);
  // Where the sum overflows the error is no number, and the largest one is nearer to x.
  store(a + i, most2(least2(near, limit), -limit), k);
}
TARGET static void NAME(add_towards)(int64_t n, const real *x, const real *delta, real *a) {
  PASS(step, x, delta, a, all(LARGEST))
}
#undef step

#define step NAME(boxSquaresStep)
INLINE void step(int64_t i, int64_t k, const real *x, V least, V most, V unit, real *delta, real *copy, real *lower,
                 real *upper, V *sums) {
  const V z = load(delta + i, k);
  store(copy + i, z, k);
  if (lower == 0) {
    sums[0] += (z * unit) * (z * unit);
    return;
  }
  const V at = load(x + i, k);
  const V low = difference(least, at, -1), high = difference(most, at, 1);
  // Lanes filled up are 0 again after this: their x = 0 need not be in the box.
  const V clipped = least2(most2(z, low), high), y = load((const real *)&clipped, k);
  store(lower + i, low, k);
  store(upper + i, high, k);
  store(delta + i, y, k);
  const V w = y * unit, v = z * unit;
  const M free = (M)(y == z);
  const M roomy = ((M)(z > 0) & (M)(high > 0)) | ((M)(z < 0) & (M)(low < 0));
  sums[0] += choose(free, w * w, all(0));
  sums[1] += choose(free, all(0), w * w);
  sums[2] += choose(roomy, v * v, all(0));
}
TARGET static void NAME(box_squares)(int64_t n, const real *x, real least, real most, real unit, real *delta,
                                     real *copy, real *lower, real *upper, real *sums) {
  V s[3] = {{0}, {0}, {0}};
  if (lower == 0) {
    PASS(step, x, all(0), all(0), all(unit), delta, copy, 0, 0, s)
  } else {
    PASS(step, x, all(least), all(most), all(unit), delta, copy, lower, upper, s)
  }
  for (int j = 0; j < 3; j++) sums[j] = sum(s[j]);
}
#undef step

// |v| or v^2 of every lane added to sums[0] + sums[1] almost without rounding. Doubles are split: the multiples of a
// grid that are left when `shift` is added and taken off again have squares and sums that are exact.
#define gather NAME(gather)
#if defined(IS_DOUBLE)
INLINE void gather(V v, V shift, int square, V *sums) {
  const V coarse = (v + shift) - shift, fine = v - coarse;
  sums[0] += square ? coarse * coarse : coarse;
  sums[1] += square ? fine * (v + coarse) : fine;
}
#define D V
#else
#define D NAME(Doubles)
typedef double D __attribute__((vector_size(64)));
typedef float NAME(Half) __attribute__((vector_size(32)));
INLINE void gather(V v, V shift, int square, D *sums) {
  const D a = __builtin_convertvector(__builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7), D);
  const D b = __builtin_convertvector(__builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15), D);
  sums[0] += square ? a * a : a;
  sums[1] += square ? b * b : b;
}
#endif
INLINE double NAME(sumOf)(D v) {
  double lanes[8];
  __builtin_memcpy(lanes, &v, 64);
  return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

#define step NAME(clipScaledStep)
INLINE void step(int64_t i, int64_t k, const real *z, V s, const real *lower, const real *upper, V unit, V shift,
                 real *y, D *sums, V *free) {
  const V v = load(z + i, k) * s;
  if (lower) {
    const V clipped = least2(most2(v, load(lower + i, k)), load(upper + i, k));
    const V w = clipped * unit;
    store(y + i, clipped, k);
    gather(w, shift, 1, sums);
    *free += choose((M)(clipped == v), w * w, all(0));
  } else {
    store(y + i, v, k);
    gather(v * unit, shift, 1, sums);
  }
}
TARGET static void NAME(clip_scaled)(int64_t n, const real *z, real s, const real *lower, const real *upper,
                                     real unit, real shift, real *y, double *sums) {
  D parts[2] = {{0}, {0}};
  V free = {0};
  if (lower) {
    PASS(step, z, all(s), lower, upper, all(unit), all(shift), y, parts, &free)
  } else {
    PASS(step, z, all(s), 0, 0, all(unit), all(shift), y, parts, &free)
  }
  for (int j = 0; j < 2; j++) sums[j] = NAME(sumOf)(parts[j]);
  sums[2] = lower ? sum(free) : sums[0] + sums[1];
}
#undef step

#include "perturbations_sizes.h"

#undef D
#undef gather
#undef V
#undef M
#undef load
#undef store
#undef all
#undef choose
#undef least2
#undef most2
#undef shorter
#undef difference
#undef sum
#undef INLINE
#undef LANES
#undef PASS
