// Committees and packs of students, for three levels of the instruction set on x86-64: the best that the machine has is
// chosen at each call. See committee.h for what is computed and the included files for how.
#include "committee.h"
#include "levels.h"

#pragma STDC FP_CONTRACT OFF
// Vectors are passed by value to functions that are always inlined: there is no convention of calls to change.
#pragma clang diagnostic ignored "-Wpsabi"

typedef double Lanes __attribute__((vector_size(SHALLOWS_LANES * sizeof(double))));
typedef int64_t Mask __attribute__((vector_size(SHALLOWS_LANES * sizeof(double))));

// Each level has functions of its own behind these names.
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define fma8 NAME(fma8)
#define sqrt8 NAME(sqrt8)
#define abs8 NAME(abs8)
#define all NAME(all)
#define choose NAME(choose)
#define withSign NAME(withSign)
#define most NAME(most)
#define elevationOf NAME(elevationOf)
#define scaleOf NAME(scaleOf)
#define functionsOf NAME(functionsOf)
#define kernelOf NAME(kernelOf)
#define dotSome NAME(dotSome)
#define larger NAME(larger)
#define dotOne NAME(dotOne)
#define dotTeacher NAME(dotTeacher)
#define combineTile NAME(combineTile)
#define combineRows NAME(combineRows)
#define gradientOf NAME(gradientOf)
#define exactSum NAME(exactSum)
#define quickSum NAME(quickSum)
#define exactProduct NAME(exactProduct)
#define two NAME(two)
#define constant2 NAME(constant2)
#define negative2 NAME(negative2)
#define add2 NAME(add2)
#define multiply2 NAME(multiply2)
#define times2 NAME(times2)
#define root2 NAME(root2)
#define divide2 NAME(divide2)
#define sineAndCosine2 NAME(sineAndCosine2)
#define elevation2 NAME(elevation2)
#define dot2 NAME(dot2)
#define sizeOf2 NAME(sizeOf2)
#define kernel2 NAME(kernel2)
#define ownKernel2 NAME(ownKernel2)
#define lossOf NAME(lossOf)

#if defined(SHALLOWS_LEVELS)
#define TARGET __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#define NAME(f) JOIN(f, _v4)
#include "committee_level.h"
#define TARGET __attribute__((target("arch=x86-64-v3")))
#define NAME(f) JOIN(f, _v3)
#include "committee_level.h"
#endif
#define TARGET
#define NAME(f) JOIN(f, _base)
#include "committee_level.h"

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

int64_t shallows_committee_scratch(int64_t m, int64_t r, int64_t d) {
  return SHALLOWS_LANES * (2 * m * d + m * m + 3 * (m * (m + 1) / 2 + m * r) + 5 * m + 4 * (m + r));
}

void shallows_committee_gradient(int32_t unit, int64_t m, int64_t r, int64_t d, const double *w,
                                 const ShallowsTeacher *teacher, double *gradient, double *loss, double *scratch) {
  CALL(gradient, unit, m, r, d, w, teacher, gradient, loss, scratch)
}

void shallows_committee_loss(int32_t unit, int64_t m, int64_t r, int64_t d, const double *w, const double *teacher,
                             int32_t alone, const double *constant, double *high, double *low, double *scratch) {
  CALL(loss, unit, m, r, d, w, teacher, alone, constant, high, low, scratch)
}

void shallows_lanes_axpy(int64_t n, const double *a, const double *x, double *y) { CALL(axpy, n, a, x, y) }

void shallows_lanes_maximum(int64_t n, const double *x, double *result) { CALL(maximum, n, x, result) }

void shallows_lanes_dot(int64_t n, const double *x, const double *y, double *result) { CALL(dot, n, x, y, result) }

void shallows_lanes_copy(int64_t n, const double *chosen, const double *x, double *y) { CALL(copy, n, chosen, x, y) }

void shallows_lanes_error(int64_t n, double absolute, double relative, const double *e, const double *x,
                          const double *y, double *result) {
  CALL(error, n, absolute, relative, e, x, y, result)
}
