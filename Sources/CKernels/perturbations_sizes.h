// The passes of perturbations.h about sums of sizes; a part of perturbations_level.h, which defines all that is used.

#define magnitude NAME(magnitude)
INLINE V magnitude(V v) { return (V)((M)v & ~(M)all((real)-0.0)); }
#define signedAs NAME(signedAs)
INLINE V signedAs(V size, V sign) { return (V)((M)size | ((M)sign & (M)all((real)-0.0))); }

#define step NAME(boxSizesStep)
INLINE void step(int64_t i, int64_t k, const real *x, V least, V most, real *delta, real *copy, real *lower,
                 real *upper, V *sums) {
  const V z = load(delta + i, k), size = magnitude(z);
  store(copy + i, z, k);
  V y = z;
  if (lower) {
    const V at = load(x + i, k);
    const V low = difference(least, at, -1), high = difference(most, at, 1);
    const V clipped = least2(most2(z, low), high);
    y = load((const real *)&clipped, k);
    store(lower + i, low, k);
    store(upper + i, high, k);
    store(delta + i, y, k);
  }
  sums[0] += magnitude(y);
  sums[1] += choose((M)(y == z) & (M)(size > 0), all(1), all(0));
  sums[2] = most2(size, sums[2]);
}
TARGET static void NAME(box_sizes)(int64_t n, const real *x, real least, real most, real *delta, real *copy,
                                   real *lower, real *upper, real *sums) {
  V s[3] = {{0}, {0}, {0}};
  if (lower) {
    PASS(step, x, all(least), all(most), delta, copy, lower, upper, s)
  } else {
    PASS(step, x, all(least), all(most), delta, copy, 0, 0, s)
  }
  sums[0] = sum(s[0]);
  sums[1] = sum(s[1]);
  sums[2] = 0;
  for (int64_t j = 0; j < LANES; j++) sums[2] = s[2][j] > sums[2] ? s[2][j] : sums[2];
}
#undef step

#define step NAME(clippedSizesStep)
INLINE void step(int64_t i, int64_t k, const real *z, V t, const real *lower, const real *upper, V *sums) {
  const V v = load(z + i, k);
  const V left = most2(magnitude(v) - t, all(0));
  M free = (M)(left > 0);
  V size = left;
  if (lower) {
    const V room = choose((M)(v < 0), -load(lower + i, k), load(upper + i, k));
    size = least2(left, room);
    free &= (M)(left < room);
  }
  sums[0] += size;
  sums[1] += choose(free, all(1), all(0));
}
TARGET static void NAME(clipped_sizes)(int64_t n, const real *z, real t, const real *lower, const real *upper,
                                       real *sums) {
  V s[2] = {{0}, {0}};
  if (lower) {
    PASS(step, z, all(t), lower, upper, s)
  } else {
    PASS(step, z, all(t), 0, 0, s)
  }
  for (int j = 0; j < 2; j++) sums[j] = sum(s[j]);
}
#undef step

#define step NAME(clipThresholdedStep)
INLINE void step(int64_t i, int64_t k, const real *z, V t, const real *lower, const real *upper, V unit, V shift,
                 real *y, D *sums) {
  const V v = load(z + i, k);
  V size = most2(magnitude(v) - t, all(0));
  if (lower) size = least2(size, choose((M)(v < 0), -load(lower + i, k), load(upper + i, k)));
  store(y + i, signedAs(size, v), k);
  gather(size * unit, shift, 0, sums);
}
TARGET static void NAME(clip_thresholded)(int64_t n, const real *z, real t, const real *lower, const real *upper,
                                          real unit, real shift, real *y, double *sums) {
  D parts[2] = {{0}, {0}};
  if (lower) {
    PASS(step, z, all(t), lower, upper, all(unit), all(shift), y, parts)
  } else {
    PASS(step, z, all(t), 0, 0, all(unit), all(shift), y, parts)
  }
  for (int j = 0; j < 2; j++) sums[j] = NAME(sumOf)(parts[j]);
}
#undef step

#undef magnitude
#undef signedAs
