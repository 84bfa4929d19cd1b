// Normal numbers in bulk, in three passes over blocks that stay in the L1 cache: the central formula for all, a list of
// the 15 % that it does not fit, and the outer formula for those. None has a branch to mispredict, all but the list are
// vectorised, and each number has the bits of shallows_normal_quantile.
#include "normal_quantile.h"

#if defined(__x86_64__) && defined(__linux__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

enum { block = 512 };

CLONES static void central(const uint64_t *words, double *z, double *offsets, int n) {
  for (int i = 0; i < n; i++) offsets[i] = shallows_normal_offset(words[i]);
  for (int i = 0; i < n; i++) z[i] = shallows_normal_central(offsets[i]);
}

CLONES static void outer(const double *q, double *z, double *r, int n) {
  for (int i = 0; i < n; i++) {
    r[i] = shallows_normal_root(q[i]);
    z[i] = shallows_normal_outer(q[i], r[i]);
  }
}

void shallows_normal_quantiles(const uint64_t *words, double *z, int64_t count) {
  double offsets[block], q[block], values[block], r[block];
  int place[block];
  for (int64_t start = 0; start < count; start += block) {
    int n = count - start < block ? (int)(count - start) : block;
    double *out = z + start;
    central(words + start, out, offsets, n);
    int m = 0;
    for (int i = 0; i < n; i++) {
      q[m] = offsets[i];
      place[m] = i;
      m += __builtin_fabs(offsets[i]) > 0.425;
    }
    outer(q, values, r, m);
    for (int j = 0; j < m; j++) out[place[j]] = r[j] <= 5 ? values[j] : shallows_normal_extreme(q[j], r[j]);
  }
}
