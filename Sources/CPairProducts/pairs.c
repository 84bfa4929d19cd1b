// Products of pairs of variables (pairs.h). The compiler makes each function once for each level of the x86-64
// instruction set, the loader picks the best that the machine has.
#include "pairs.h"

// No fused operations, which the lowest level lacks: all levels round in the same places.
#pragma STDC FP_CONTRACT OFF

#if defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

typedef double Lanes __attribute__((vector_size(SHALLOWS_PAIR_GROUP * sizeof(double))));

static const double root2 = 1.41421356237309504880;

// The eight running sums of a row, added in a fixed order. One vector of them is enough: storing takes longer.
#define TOTAL(a) (((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7])))

// Does what is given for each pair p = ij from `first` to `end`; row i of the triangle begins with pair `start`.
#define EACH_PAIR(...)                                       \
  const int64_t groups = samples / SHALLOWS_PAIR_GROUP;      \
  int64_t i = 0, start = 0;                                  \
  while (start + n - i <= first) start += n - i++;           \
  int64_t j = i + first - start;                             \
  for (int64_t p = first; p < end; p++) {                    \
    Lanes *to = (Lanes *)(products + (p - first) * samples); \
    const double scale = i == j ? 1 : root2;                 \
    Lanes sum = {0};                                         \
    __VA_ARGS__                                              \
    sums[p - first] += TOTAL(sum);                           \
    if (++j == n) j = ++i;                                   \
  }

CLONES void shallows_pair_products(int64_t n, int64_t samples, const double *x, int64_t first, int64_t end,
                                   double *products, double *sums) {
  EACH_PAIR({
    const Lanes *xi = (const Lanes *)(x + i * samples), *xj = (const Lanes *)(x + j * samples);
    for (int64_t s = 0; s < groups; s++) {
      const Lanes product = xi[s] * xj[s] * scale;
      to[s] = product;
      sum += product;
    }
  })
}

CLONES void shallows_pair_symmetrized(int64_t n, int64_t samples, const double *r, const double *y, int64_t first,
                                      int64_t end, double *products, double *sums) {
  EACH_PAIR({
    const Lanes *ri = (const Lanes *)(r + i * samples), *rj = (const Lanes *)(r + j * samples);
    const Lanes *yi = (const Lanes *)(y + i * samples), *yj = (const Lanes *)(y + j * samples);
    for (int64_t s = 0; s < groups; s++) {
      const Lanes product = (ri[s] * yj[s] + rj[s] * yi[s]) * scale;
      to[s] = product;
      sum += product;
    }
  })
}
