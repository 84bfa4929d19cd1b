// Products of pairs of variables (pairs.h), compiled for three levels of the instruction set on x86-64; the best that
// the machine has is chosen at each call.
#include "pairs.h"
#include "levels.h"

// No fused operations, which the lowest level lacks: all levels round in the same places.
#pragma STDC FP_CONTRACT OFF
#pragma clang diagnostic ignored "-Wpsabi"

typedef double Lanes __attribute__((vector_size(SHALLOWS_PAIR_GROUP * sizeof(double))));

static const double root2 = 1.41421356237309504880;

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)

#if defined(SHALLOWS_LEVELS)
#define TARGET __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#define NAME(f) JOIN(f, _v4)
#include "pairs_level.h"
#define TARGET __attribute__((target("arch=x86-64-v3")))
#define NAME(f) JOIN(f, _v3)
#include "pairs_level.h"
#endif
#define TARGET
#define NAME(f) JOIN(f, _base)
#include "pairs_level.h"

#if defined(SHALLOWS_LEVELS)
#define CALL(f, ...)                         \
  switch (level()) {                         \
    case 4: f##_v4(__VA_ARGS__); return;     \
    case 3: f##_v3(__VA_ARGS__); return;     \
    default: f##_base(__VA_ARGS__); return;  \
  }
#else
#define CALL(f, ...) f##_base(__VA_ARGS__);
#endif

void shallows_pair_products(int64_t n, int64_t samples, const double *x, int64_t first, int64_t end, double *products,
                            double *sums) {
  CALL(products, n, samples, x, first, end, products, sums)
}

void shallows_pair_symmetrized(int64_t n, int64_t samples, const double *r, const double *y, double *products,
                               double *sums) {
  CALL(symmetrized, n, samples, r, y, products, sums)
}
