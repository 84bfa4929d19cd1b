// Committees f(x) = sum_j phi(u_j . x) of Gaussian inputs x ~ N(0, I), eight students at a time: loss and gradient in
// closed form, student = lane.
//
// A pack holds SHALLOWS_LANES students of the same size: element l of unit j of student s stands at
// w[(j * d + l) * SHALLOWS_LANES + s], on a boundary of 64 bytes. Lanes never meet: the bits of a student's numbers
// depend on that student alone, and are the same on every machine. The teacher, r x d row-major, is common to all.
// Gradients and losses do not overlap their inputs.
#pragma once
#include <stdint.h>

enum { SHALLOWS_LANES = 8 };

typedef enum {
  SHCommitteeAbs = 0,  // student sum |w_j| |w_j.x|, teacher sum |v_i.x|
  SHCommitteeReLU,     // sum (w_j.x)_+ for both
  SHCommitteeErf       // sum erf(w_j.x / sqrt 2) for both
} ShallowsCommitteeUnit;

// How many doubles of scratch the functions below need for m units, r teachers in d dimensions.
int64_t shallows_committee_scratch(int64_t m, int64_t r, int64_t d);

// A teacher as the gradient wants it.
typedef struct {
  const double *weights;  // r x d
  const double *scaled;   // rows over their sizes, r x d
  const double *sizes;    // |v_i|, or sqrt(1 + |v_i|^2) for erf
  double constant;        // 1/2 sum K(v_i, v_k)
  int32_t isBasis;        // the weights are the identity, r = d, and the first three are not read
} ShallowsTeacher;

// gradient <- dL/dw for L = 1/2 E(f - f*)^2. If loss is not NULL, loss[s] <- L, with an error of some 1e-16 (m + r)^2
// of the largest kernel.
void shallows_committee_gradient(int32_t unit, int64_t m, int64_t r, int64_t d, const double *w,
                                 const ShallowsTeacher *teacher, double *gradient, double *loss, double *scratch);

// L of each student in double-double arithmetic: high[s] + low[s], with an error of some 1e-30 (m + r)^2 of the
// largest kernel. constant[0] + constant[1] is the part of the teacher alone, 1/2 sum K(v_i, v_k).
// With `alone`, `w` holds teachers: their constant, and r is ignored.
void shallows_committee_loss(int32_t unit, int64_t m, int64_t r, int64_t d, const double *w, const double *teacher,
                             int32_t alone, const double *constant, double *high, double *low, double *scratch);

// Work on packs of n vectors of lanes.
// y <- y + a x with a coefficient for each lane; lanes whose coefficient is zero stay as they are, whatever x is.
void shallows_lanes_axpy(int64_t n, const double *a, const double *x, double *y);
// result[s] <- max |x| of the lane, NaN if one of its elements is.
void shallows_lanes_maximum(int64_t n, const double *x, double *result);
// result[s] <- sum x y of the lane.
void shallows_lanes_dot(int64_t n, const double *x, const double *y, double *result);
// y <- x in the lanes with chosen[s] != 0.
void shallows_lanes_copy(int64_t n, const double *chosen, const double *x, double *y);
// result[s] <- max over the lane of |e| / (absolute + relative max(|x|, |y|)), NaN if an element is.
void shallows_lanes_error(int64_t n, double absolute, double relative, const double *e, const double *x,
                          const double *y, double *result);
