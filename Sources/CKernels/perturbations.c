// Passes over perturbations, for both precisions and, on x86-64, three levels of the instruction set: the best that the
// machine has is chosen at each call. See perturbations.h for what is computed.
#include <float.h>
#include <stddef.h>
#include "perturbations.h"
#include "levels.h"

// No fused operations: every level rounds in the same places.
#pragma STDC FP_CONTRACT OFF
// Vectors are passed by value to functions that are always inlined: there is no convention of calls to change.
#pragma clang diagnostic ignored "-Wpsabi"

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)

#if defined(SHALLOWS_LEVELS)
#define TARGET __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#define IS_DOUBLE 1
#define real double
#define word int64_t
#define LARGEST DBL_MAX
#define NAME(f) JOIN(f, _f64_v4)
#include "perturbations_level.h"
#undef real
#undef word
#undef LARGEST
#undef NAME
#undef IS_DOUBLE
#define real float
#define word int32_t
#define LARGEST FLT_MAX
#define NAME(f) JOIN(f, _f32_v4)
#include "perturbations_level.h"
#undef real
#undef word
#undef LARGEST
#undef NAME
#undef TARGET
#define TARGET __attribute__((target("arch=x86-64-v3")))
#define IS_DOUBLE 1
#define real double
#define word int64_t
#define LARGEST DBL_MAX
#define NAME(f) JOIN(f, _f64_v3)
#include "perturbations_level.h"
#undef real
#undef word
#undef LARGEST
#undef NAME
#undef IS_DOUBLE
#define real float
#define word int32_t
#define LARGEST FLT_MAX
#define NAME(f) JOIN(f, _f32_v3)
#include "perturbations_level.h"
#undef real
#undef word
#undef LARGEST
#undef NAME
#undef TARGET
#endif
#define TARGET
#define IS_DOUBLE 1
#define real double
#define word int64_t
#define LARGEST DBL_MAX
#define NAME(f) JOIN(f, _f64_base)
#include "perturbations_level.h"
#undef real
#undef word
#undef LARGEST
#undef NAME
#undef IS_DOUBLE
#define real float
#define word int32_t
#define LARGEST FLT_MAX
#define NAME(f) JOIN(f, _f32_base)
#include "perturbations_level.h"
#undef real
#undef word
#undef LARGEST
#undef NAME
#undef TARGET

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

// Each pass under its public name, for one precision.
#define PASSES(real, type) \
  void shallows_rooms_##type(int64_t n, const real *x, real least, real most, real *lower, real *upper) {             \
    CALL(rooms_##type, n, x, least, most, lower, upper)                                                               \
  }                                                                                                                   \
  void shallows_clip_cube_##type(int64_t n, const real *x, real radius, real least, real most, real *delta) {         \
    CALL(clip_cube_##type, n, x, radius, least, most, delta)                                                          \
  }                                                                                                                   \
  void shallows_add_towards_##type(int64_t n, const real *x, const real *delta, real *a) {                            \
    CALL(add_towards_##type, n, x, delta, a)                                                                          \
  }                                                                                                                   \
  void shallows_box_squares_##type(int64_t n, const real *x, real least, real most, real unit, real *delta, real      \
      *copy, real *lower, real *upper, real *sums) {                                                                  \
    CALL(box_squares_##type, n, x, least, most, unit, delta, copy, lower, upper, sums)                                \
  }                                                                                                                   \
  void shallows_clip_scaled_##type(int64_t n, const real *z, real s, const real *lower, const real *upper, real       \
      unit, real shift, real *y, double *sums) {                                                                      \
    CALL(clip_scaled_##type, n, z, s, lower, upper, unit, shift, y, sums)                                             \
  }                                                                                                                   \
  void shallows_box_sizes_##type(int64_t n, const real *x, real least, real most, real *delta, real *copy, real       \
      *lower, real *upper, real *sums) {                                                                              \
    CALL(box_sizes_##type, n, x, least, most, delta, copy, lower, upper, sums)                                        \
  }                                                                                                                   \
  void shallows_clipped_sizes_##type(int64_t n, const real *z, real t, const real *lower, const real *upper, real     \
      *sums) {                                                                                                        \
    CALL(clipped_sizes_##type, n, z, t, lower, upper, sums)                                                           \
  }                                                                                                                   \
  void shallows_clip_thresholded_##type(int64_t n, const real *z, real t, const real *lower, const real *upper,       \
      real unit, real shift, real *y, double *sums) {                                                                 \
    CALL(clip_thresholded_##type, n, z, t, lower, upper, unit, shift, y, sums)                                        \
  }

PASSES(double, f64)
PASSES(float, f32)
