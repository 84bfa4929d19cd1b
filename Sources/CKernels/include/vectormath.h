// Elementary functions of whole vectors, and the activation functions of networks with their derivatives.
//
// Every function reads n elements and writes n elements. An output may be the very same array as an input, but must
// not overlap it otherwise. An element's result depends on that element alone: not on n, on its place, or on the
// machine, because every level of the instruction set does the same correctly rounded operations.
//
// Errors are in units in the last place (ulp) of the exact result; see vectormath_f64.c and vectormath_f32.c for the
// measured worst cases. All functions return NaN for NaN. The sign of zero is kept where the function is odd at 0.
#pragma once
#include <stdint.h>

// exp x; +inf above log(largest), 0 below log(smallest subnormal); gradual underflow. exp(-inf) = 0.
void shallows_exp_f64(const double *x, double *y, int64_t n);
void shallows_exp_f32(const float *x, float *y, int64_t n);
// exp x - 1 without cancellation near 0; -1 at -inf.
void shallows_expm1_f64(const double *x, double *y, int64_t n);
void shallows_expm1_f32(const float *x, float *y, int64_t n);
// Natural logarithm; -inf at +-0, NaN below 0, +inf at +inf.
void shallows_log_f64(const double *x, double *y, int64_t n);
void shallows_log_f32(const float *x, float *y, int64_t n);
// log(1 + x) without cancellation near 0; -inf at -1, NaN below -1, +inf at +inf.
void shallows_log1p_f64(const double *x, double *y, int64_t n);
void shallows_log1p_f32(const float *x, float *y, int64_t n);
// Hyperbolic tangent; +-1 at +-inf.
void shallows_tanh_f64(const double *x, double *y, int64_t n);
void shallows_tanh_f32(const float *x, float *y, int64_t n);
// Logistic function 1 / (1 + exp(-x)); 0 at -inf, 1 at +inf, gradual underflow.
void shallows_sigmoid_f64(const double *x, double *y, int64_t n);
void shallows_sigmoid_f32(const float *x, float *y, int64_t n);
// Error function 2/sqrt(pi) int_0^x exp(-u^2) du; +-1 at +-inf.
void shallows_erf_f64(const double *x, double *y, int64_t n);
void shallows_erf_f32(const float *x, float *y, int64_t n);
// Arc cosine in [0, pi]; NaN outside [-1, 1].
void shallows_acos_f64(const double *x, double *y, int64_t n);
void shallows_acos_f32(const float *x, float *y, int64_t n);
// The angle of the point (x, y) in [-pi, pi], with the conventions of C's atan2 at zeros and infinities.
void shallows_atan2_f64(const double *y, const double *x, double *angle, int64_t n);
void shallows_atan2_f32(const float *y, const float *x, float *angle, int64_t n);

// Activation functions sigma. At a kink the derivative is 0: relu'(0) = 0, leaky relu'(0) = 0, abs'(0) = 0, and the
// second derivative of these three is 0 everywhere.
typedef enum {
  SHTanh = 0,
  SHSigmoid,    // 1 / (1 + exp(-z))
  SHSoftplus,   // log(1 + exp z)
  SHSiLU,       // z / (1 + exp(-z))
  SHGELU,       // z Phi(z), Phi the normal distribution function (the exact form, not the tanh approximation)
  SHErf,        // erf(z): not the erf(z / sqrt 2) of the teacher-student literature
  SHReLU,       // max(z, 0)
  SHLeakyReLU,  // z for z > 0, else 0.01 z
  SHAbs,        // |z|
  SHIdentity
} ShallowsActivation;

// h = sigma(z), s = sigma'(z) and t = sigma''(z) in one pass. s and t may be NULL; h may be z. The bits of h do not
// depend on whether s and t are asked for. An unknown kind aborts.
void shallows_activation_f64(int32_t kind, const double *z, double *h, double *s, double *t, int64_t n);
void shallows_activation_f32(int32_t kind, const float *z, float *h, float *s, float *t, int64_t n);
