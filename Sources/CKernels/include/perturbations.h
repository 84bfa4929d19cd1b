// Passes over the perturbation delta of one input x, for sets that are a ball cut by a box (Adversaries/Sets).
//
// A room is the interval lower_i <= delta_i <= upper_i in which x_i + delta_i stays in the box: the differences of the
// box's ends and x_i, rounded towards zero, so that staying is exact. Where rooms are optional, NULL means no box.
// Inputs lie inside the box, whose ends may be infinite. Every level of the instruction set gives the same bits.
#pragma once
#include <stdint.h>

#define SHALLOWS_PERTURBATIONS(real, type)                                                                      \
  /* The rooms of x. */                                                                                         \
  void shallows_rooms_##type(int64_t n, const real *x, real least, real most, real *lower, real *upper);        \
  /* delta <- the nearest point of |delta_i| <= radius within its room. */                                      \
  void shallows_clip_cube_##type(int64_t n, const real *x, real radius, real least, real most, real *delta);    \
  /* a = x + delta rounded towards x; a may be x or delta. */                                                   \
  void shallows_add_towards_##type(int64_t n, const real *x, const real *delta, real *a);                       \
  /* copy = delta, delta <- clip(delta), and the rooms. sums: the squares of unit delta between its bounds and */\
  /* on them, and of unit copy where it can move at all. Without rooms, only copy and the first sum. */         \
  void shallows_box_squares_##type(int64_t n, const real *x, real least, real most, real unit, real *delta,     \
                                   real *copy, real *lower, real *upper, real *sums);                           \
  /* y = clip(s z), y may be z. sums[0] + sums[1] is |unit y|^2: for floats, sums of exact squares; for doubles */\
  /* the squares of their parts that adding `shift` keeps, and the rest. sums[2]: those between the bounds. */  \
  void shallows_clip_scaled_##type(int64_t n, const real *z, real s, const real *lower, const real *upper,      \
                                   real unit, real shift, real *y, double *sums);                               \
  /* As box_squares; sums: |delta|_1, how many are between 0 and their bounds, and max |copy_i|. */             \
  void shallows_box_sizes_##type(int64_t n, const real *x, real least, real most, real *delta, real *copy,      \
                                 real *lower, real *upper, real *sums);                                         \
  /* sums: |y|_1 and how many are between 0 and their bounds, y = clip(sign(z_i) max(|z_i| - t, 0)). */         \
  void shallows_clipped_sizes_##type(int64_t n, const real *z, real t, const real *lower, const real *upper,    \
                                     real *sums);                                                               \
  /* y = clip(sign(z_i) max(|z_i| - t, 0)), y may be z. sums[0] + sums[1] is |unit y|_1, as in clip_scaled. */  \
  void shallows_clip_thresholded_##type(int64_t n, const real *z, real t, const real *lower,                    \
                                        const real *upper, real unit, real shift, real *y, double *sums);

SHALLOWS_PERTURBATIONS(double, f64)
SHALLOWS_PERTURBATIONS(float, f32)
#undef SHALLOWS_PERTURBATIONS
