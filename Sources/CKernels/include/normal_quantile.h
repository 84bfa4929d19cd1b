// The inverse of the normal distribution function at 1/2 + q, for 0 < 1/2 + q < 1.
//
// Three rational approximations of degree 7 over 7: in 0.180625 - q^2 where |q| <= 0.425, else in r - 1.6 (r <= 5) or
// r - 5 with r = sqrt(-log p) and p = 1/2 - |q| the distance to the nearer end. Relative error about 1e-16 before
// rounding, odd in q to the last bit.
//
// Only +, -, *, / and the square root are used, which IEEE 754 rounds exactly, no fused multiply-add and no system
// mathematics library: the normal numbers of a seed are the same bits on every platform and at every vector width.
//
// Source: Wichura, "Algorithm AS 241: the percentage points of the normal distribution" (Applied Statistics 1988),
// routine PPND16.
#pragma once
#include <stdint.h>
#include <string.h>

// Sets z[i] to the quantile for the top 52 bits k of words[i], read as a signed integer: q = (k + 1/2) 2^-52. The two
// may be the same memory.
void shallows_normal_quantiles(const uint64_t *words, double *z, int64_t count);

#define SHALLOWS_SAME_BITS _Pragma("STDC FP_CONTRACT OFF")

static inline double shallows_normal_offset(uint64_t word) {
  SHALLOWS_SAME_BITS
  // 1.5 + k 2^-52 by its bits: converting integers has no vector instruction before AVX-512.
  uint64_t bits = ((word >> 12) ^ (UINT64_C(1) << 51)) | (UINT64_C(0x3FF) << 52);
  double x;
  memcpy(&x, &bits, sizeof x);
  return (x - 1.5) + 0x1p-53;
}

static inline double shallows_normal_central(double q) {
  SHALLOWS_SAME_BITS
  double r = 0.180625 - q * q;
  double a = 2.5090809287301226727e3;
  a = a * r + 3.3430575583588128105e4;
  a = a * r + 6.7265770927008700853e4;
  a = a * r + 4.5921953931549871457e4;
  a = a * r + 1.3731693765509461125e4;
  a = a * r + 1.9715909503065514427e3;
  a = a * r + 1.3314166789178437745e2;
  a = a * r + 3.3871328727963666080;
  double b = 5.2264952788528545610e3;
  b = b * r + 2.8729085735721942674e4;
  b = b * r + 3.9307895800092710610e4;
  b = b * r + 2.1213794301586595867e4;
  b = b * r + 5.3941960214247511077e3;
  b = b * r + 6.8718700749205790830e2;
  b = b * r + 4.2313330701600911252e1;
  b = b * r + 1;
  return q * a / b;
}

// log x for a normal number x > 0, to about 1 ulp: with x = 2^e m, sqrt(1/2) <= m < sqrt 2 and s = (m - 1) / (m + 1),
// log x = e log 2 + 2 artanh s, whose series gains a factor of at least 34 a term.
static inline double shallows_plain_log(double x) {
  SHALLOWS_SAME_BITS
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  // Taking the bits of sqrt(1/2) off first makes the exponent field count from there.
  uint64_t shifted = bits - UINT64_C(0x3FE6A09E667F3BCD) + (UINT64_C(0x3FF) << 52);
  uint64_t exponent = (shifted >> 52) | (UINT64_C(0x433) << 52);
  uint64_t fraction = (shifted & UINT64_C(0x000FFFFFFFFFFFFF)) + UINT64_C(0x3FE6A09E667F3BCD);
  double e, m;
  memcpy(&e, &exponent, sizeof e);
  memcpy(&m, &fraction, sizeof m);
  e -= 0x1p52 + 1023;
  double s = (m - 1) / (m + 1);
  double t = s * s;
  double sum = 1.0 / 23;
  sum = sum * t + 1.0 / 21;
  sum = sum * t + 1.0 / 19;
  sum = sum * t + 1.0 / 17;
  sum = sum * t + 1.0 / 15;
  sum = sum * t + 1.0 / 13;
  sum = sum * t + 1.0 / 11;
  sum = sum * t + 1.0 / 9;
  sum = sum * t + 1.0 / 7;
  sum = sum * t + 1.0 / 5;
  sum = sum * t + 1.0 / 3;
  return e * 0.6931471805599453 + (2 * s + 2 * s * t * sum);
}

static inline double shallows_normal_root(double q) {
  return __builtin_elementwise_sqrt(-shallows_plain_log(0.5 - __builtin_fabs(q)));
}

// Outside the central region, r <= 5.
static inline double shallows_normal_outer(double q, double r) {
  SHALLOWS_SAME_BITS
  r -= 1.6;
  double a = 7.74545014278341407640e-4;
  a = a * r + 2.27238449892691845833e-2;
  a = a * r + 2.41780725177450611770e-1;
  a = a * r + 1.27045825245236838258;
  a = a * r + 3.64784832476320460504;
  a = a * r + 5.76949722146069140550;
  a = a * r + 4.63033784615654529590;
  a = a * r + 1.42343711074968357734;
  double b = 1.05075007164441684324e-9;
  b = b * r + 5.47593808499534494600e-4;
  b = b * r + 1.51986665636164571966e-2;
  b = b * r + 1.48103976427480074590e-1;
  b = b * r + 6.89767334985100004550e-1;
  b = b * r + 1.67638483018380384940;
  b = b * r + 2.05319162663775882187;
  b = b * r + 1;
  return __builtin_copysign(a / b, q);
}

// Outside the central region, r > 5: one draw in 3.6e10.
static inline double shallows_normal_extreme(double q, double r) {
  SHALLOWS_SAME_BITS
  r -= 5;
  double a = 2.01033439929228813265e-7;
  a = a * r + 2.71155556874348757815e-5;
  a = a * r + 1.24266094738807843860e-3;
  a = a * r + 2.65321895265761230930e-2;
  a = a * r + 2.96560571828504891230e-1;
  a = a * r + 1.78482653991729133580;
  a = a * r + 5.46378491116411436990;
  a = a * r + 6.65790464350110377720;
  double b = 2.04426310338993978564e-15;
  b = b * r + 1.42151175831644588870e-7;
  b = b * r + 1.84631831751005468180e-5;
  b = b * r + 7.86869131145613259100e-4;
  b = b * r + 1.48753612908506148525e-2;
  b = b * r + 1.36929880922735805310e-1;
  b = b * r + 5.99832206555887937690e-1;
  b = b * r + 1;
  return __builtin_copysign(a / b, q);
}

// The quantile at 1/2 + q.
static inline double shallows_normal_quantile(double q) {
  if (__builtin_fabs(q) <= 0.425) return shallows_normal_central(q);
  double r = shallows_normal_root(q);
  return r <= 5 ? shallows_normal_outer(q, r) : shallows_normal_extreme(q, r);
}
