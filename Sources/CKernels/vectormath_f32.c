// Elementary functions in single precision: branch-free polynomial code, mapped over vectors by vectormath_loops.h.
//
// The polynomials are minimax fits (Remez) of our own in the forms given at each.
//
// Worst error found, in ulp, among four to eight million random arguments each (erf 1.5 million), against quadruple
// precision [measured]:
// exp 1.04, expm1 1.56, log 0.85, log1p 1.41, tanh 1.83, sigmoid 1.45, erf 1.16, acos 1.12, atan2 1.51.
#include "vectormath.h"

#pragma STDC FP_CONTRACT OFF

typedef float real;
#define LANES 16
#define NAME(f) shallows_##f##_f32
#include "vectormath_loops.h"

#define FMA(a, b, c) __builtin_fmaf(a, b, c)
#define SQRT(a) __builtin_elementwise_sqrt(a)
#define INFINITE __builtin_inff()
#define NOT_A_NUMBER __builtin_nanf("")

INLINE uint32_t bits(float x) { uint32_t u; memcpy(&u, &x, sizeof u); return u; }
INLINE float number(uint32_t u) { float x; memcpy(&x, &u, sizeof x); return x; }
INLINE float absolute(float x) { return number(bits(x) & 0x7fffffff); }
INLINE float withSign(float x, float sign) { return number(bits(x) | (bits(sign) & 0x80000000)); }  // x >= 0

// Adding 1.5 * 2^23 leaves the nearest integer in the low bits; shifted into the exponent it becomes 2^k.
static const float magic = 0x1.8p23f;
INLINE float power2(float kPlusMagic) { return number((bits(kPlusMagic) << 23) + 0x3f800000); }
static const float ln2High = 0x1.62e4p-1f, ln2Low = 0x1.7f7d1cp-20f;  // k ln2High is exact: 9 zero bits

// x = k log 2 + r, |r| <= log(2)/2. Returns exp(r) - 1 = r + r^2 q(r). `careful` (a constant where this is inlined)
// also adds what was lost in rounding r, for callers that subtract nearly as much again.
INLINE float reducedExpm1(float x, float *kPlusMagic, int careful) {
  *kPlusMagic = FMA(x, 0x1.715476p0f, magic);
  float k = *kPlusMagic - magic;
  float high = FMA(-k, ln2High, x), r = FMA(-k, ln2Low, high);
  float q = 0x1.6d9976p-10f;
  q = FMA(q, r, 0x1.12287cp-7f);
  q = FMA(q, r, 0x1.555486p-5f);
  q = FMA(q, r, 0x1.5554aep-3f);
  q = FMA(q, r, 0x1p-1f);
  if (!careful) return FMA(r * r, q, r);
  return r + FMA(r * r, q, FMA(-k, ln2Low, high - r));
}

// 2^k in two steps, because the result may be subnormal or k may be 128.
INLINE float expOf(float x) {
  x = x > 120 ? 120 : x;
  x = x < -120 ? -120 : x;
  float shifted, p = reducedExpm1(x, &shifted, 0);
  float k = shifted - magic, halfShifted = FMA(k, 0.5f, magic), half = halfShifted - magic;
  float scale = power2(halfShifted);
  return FMA(scale, p, scale) * power2((k - half) + magic);
}

INLINE float expm1Of(float x) {
  float c = x > 120 ? 120 : x;
  c = c < -20 ? -20 : c;
  float shifted, p = reducedExpm1(c, &shifted, 1);
  // Half of 2^k, so that k = 128 does not overflow too early.
  float half = power2((shifted - magic > 128 ? magic + 128 : shifted) - 1);
  float y = 2 * FMA(half, p, half - 0.5f);
  y = x > 88.8f ? INFINITE : y;
  return absolute(x) < 0x1p-25f ? x : y;
}

// exp for -87 <= x <= 0, where 2^k is a normal number.
INLINE float expNegative(float x) {
  float shifted, p = reducedExpm1(x, &shifted, 0), scale = power2(shifted);
  return FMA(scale, p, scale);
}

// n/(c + m) for c >= m or d = c + m exact, given d and 1/d rounded: a Newton step on the quotient that also repairs the
// rounding of d. Lets a derivative share the division.
INLINE float quotient(float n, float c, float m, float d, float reciprocal) {
  float low = m - (d - c), q = n * reciprocal;
  return FMA(reciprocal, FMA(-q, low, FMA(-q, d, n)), q);
}

// log(1 + f) + k log 2 for 1 + f in [sqrt(1/2), sqrt(2)]: log(1 + f) = f - f^2/2 + f^3 P(f).
INLINE float logSum(float f, float k) {
  float p = -0x1.38b546p-4f;
  p = FMA(p, f, 0x1.055d5ep-3f);
  p = FMA(p, f, -0x1.0d8634p-3f);
  p = FMA(p, f, 0x1.22d9ecp-3f);
  p = FMA(p, f, -0x1.547228p-3f);
  p = FMA(p, f, 0x1.99a00ap-3f);
  p = FMA(p, f, -0x1.000228p-2f);
  p = FMA(p, f, 0x1.555554p-2f);
  float square = f * f, y = FMA(f * square, p, k * ln2Low);
  return FMA(k, ln2High, f + FMA(square, -0.5f, y));
}

// Splits positive x into 2^k m, m in [sqrt(1/2), sqrt(2)): returns (k + 256) 2^23 and the mantissa in one word.
static const uint32_t rootHalf = 0x3f3504f3, mantissa = 0x007fffff;
INLINE uint32_t split(float x) { return bits(x) - rootHalf + (256u << 23); }
INLINE float exponent(uint32_t word) { return (float)((int32_t)(word >> 23) - 256); }

INLINE float logOf(float x) {
  int subnormal = x < 0x1p-126f;
  uint32_t word = split(subnormal ? x * 0x1p25f : x);
  float k = exponent(word) - (subnormal ? 25.0f : 0.0f);
  float y = logSum(number((word & mantissa) + rootHalf) - 1, k);
  y = x == INFINITE ? x : y;
  y = x == 0 ? -INFINITE : y;
  return x >= 0 ? y : NOT_A_NUMBER;
}

INLINE float log1pOf(float x) {
  uint32_t word = split(1 + x);
  // f = 2^-k (1 + x) - 1 with a single rounding; 4 * 2^-k instead of 2^-k, which may be subnormal.
  float scale = number((385u << 23) - (word & ~mantissa));
  float y = logSum(FMA(scale, 0.25f * x, FMA(scale, 0.25f, -1)), exponent(word));
  y = x == INFINITE ? x : y;
  y = x == -1 ? -INFINITE : y;
  y = absolute(x) < 0x1p-25f ? x : y;
  return x >= -1 ? y : NOT_A_NUMBER;
}

// For a >= 0 and a = k log(2)/2 + r, |r| <= log(2)/4, with t = tanh r and K = 2^k:
// h = tanh a = ((K - 1) + (K + 1) t)/d, d = (K + 1) + (K - 1) t, and tanh' a = 4 K (1 - t^2)/d^2. A Newton step makes
// up for the roundings of both sums: its residual is (K - 1) - h (K + 1) + t ((K + 1) - h (K - 1)).
// The difference of a and k times the rounded log(2)/2 is a multiple of the last place of 1/8 and below 1/4, so it is
// exact; what the rounding of log(2)/2 leaves out is added to first order. 2a stays below log(largest).
INLINE float tanhParts(float a, float *power, float *t, float *reciprocal) {
  a = a > 43 ? 43 : a;
  float shifted = FMA(a, 0x1.715476p1f, magic), k = shifted - magic;
  float r = FMA(-k, 0x1.62e43p-2f, a), left = k * 0x1.05c61p-30f, u = r * r;
  float q = -0x1.aff29ep-5f;
  q = FMA(q, u, 0x1.1105dp-3f);
  q = FMA(q, u, -0x1.55554ep-2f);
  *t = r + FMA(u, FMA(q, r, -left), left);  // left (1 - tanh^2 r), with r^2 for tanh^2 r
  *power = power2(shifted);
  float up = *power + 1, down = *power - 1;
  *reciprocal = 1 / FMA(down, *t, up);
  float h = FMA(up, *t, down) * *reciprocal;
  return FMA(*reciprocal, FMA(*t, FMA(-h, down, up), FMA(-h, up, down)), h);
}

INLINE float tanhOf(float x) {
  float power, t, reciprocal;
  return withSign(tanhParts(absolute(x), &power, &t, &reciprocal), x);
}

// 1/(1 + exp(-x)) from e = exp(-|x|).
INLINE float sigmoidParts(float x, float *e, float *reciprocal) {
  *e = expOf(-absolute(x));
  float d = 1 + *e;
  *reciprocal = 1 / d;
  return quotient(x < 0 ? *e : 1, 1, *e, d, *reciprocal);
}

INLINE float sigmoidOf(float x) {
  float e, reciprocal;
  return sigmoidParts(x, &e, &reciprocal);
}

// For a >= 0: erf a = a + a P(a^2) below 1, 1 - exp(-a^2) G(a) above, where G is fitted to exp(a^2) erfc(a) for an
// absolute error of 2^-26 in the product. *value is P or G: choosing between coefficients costs less than computing
// both. Returns exp(-square), for the rounded square of a.
static const float erfLimit = 9.3f;
INLINE float erfParts(float a, float square, float *value) {
  int big = a >= 1;
  float x = big ? (a > 4 ? 4 : a) : square;  // beyond 4, exp(-a^2) alone makes the term vanish
  float p = big ? -0x1.97c604p-12f : 0;
  p = FMA(p, x, big ? 0x1.898d26p-8f : 0x1.4967dep-14f);
  p = FMA(p, x, big ? -0x1.4fdb54p-5f : -0x1.a3f64ep-11f);
  p = FMA(p, x, big ? 0x1.502546p-3f : 0x1.5405a2p-8f);
  p = FMA(p, x, big ? -0x1.ba0a36p-2f : -0x1.b7f90cp-6f);
  p = FMA(p, x, big ? 0x1.95cefcp-1f : 0x1.ce2cf8p-4f);
  p = FMA(p, x, big ? -0x1.0c5788p+0f : -0x1.81273ep-2f);
  p = FMA(p, x, big ? 0x1.f8e5acp-1f : 0x1.06eba8p-3f);
  *value = p;
  return expNegative(-square);
}

INLINE float erfOf(float x) {
  float a = absolute(x), value;
  a = a > erfLimit ? erfLimit : a;
  float e = erfParts(a, a * a, &value);
  return withSign(FMA(a < 1 ? a : -e, value, a < 1 ? a : 1), x);
}

static const float halfPiHigh = 0x1.921fb6p0f, halfPiLow = -0x1.777a5cp-25f;

// pi/2 - asin x for |x| <= 1/2; above, asin sqrt((1 - |x|)/2) is half of acos |x|. asin s = s + s z P(z), z = s^2.
INLINE float acosOf(float x) {
  float a = absolute(x);
  int big = a > 0.5f;
  float z = big ? FMA(a, -0.5f, 0.5f) : a * a;
  float s = big ? SQRT(z) : a;
  float p = 0x1.59d916p-5f;
  p = FMA(p, z, 0x1.8ba542p-6f);
  p = FMA(p, z, 0x1.748bfcp-5f);
  p = FMA(p, z, 0x1.330154p-4f);
  p = FMA(p, z, 0x1.5555cap-3f);
  float r = FMA(s * z, p, s);
  float fromRight = halfPiHigh - ((big ? r : withSign(r, x)) - halfPiLow);
  float y = big ? (x > 0 ? 2 * r : 2 * fromRight) : fromRight;
  return a <= 1 ? y : NOT_A_NUMBER;
}

// atan q = q + q z P(z), z = q^2, for q = smaller/larger of |y|, |x|; then reflections at the diagonal and the axes.
INLINE float atan2Of(float y, float x) {
  float a = absolute(y), b = absolute(x);
  int steep = a > b;
  float smaller = steep ? b : a, larger = steep ? a : b;
  float q = smaller / larger;
  q = smaller == 0 ? 0 : q;              // 0/0
  q = smaller == INFINITE ? 1 : q;       // inf/inf
  float z = q * q;
  float p = -0x1.d62fd8p-10f;
  p = FMA(p, z, 0x1.65a664p-7f);
  p = FMA(p, z, -0x1.fed180p-6f);
  p = FMA(p, z, 0x1.daca04p-5f);
  p = FMA(p, z, -0x1.5834a0p-4f);
  p = FMA(p, z, 0x1.c09a06p-4f);
  p = FMA(p, z, -0x1.2421b6p-3f);
  p = FMA(p, z, 0x1.9991fep-3f);
  p = FMA(p, z, -0x1.55553ep-2f);
  float r = FMA(q * z, p, q);
  r = steep ? halfPiHigh - (r - halfPiLow) : r;
  r = (bits(x) >> 31) != 0 ? 2 * halfPiHigh - (r - 2 * halfPiLow) : r;
  r = withSign(r, y);
  return x != x || y != y ? x + y : r;
}

MAP1(exp)
MAP1(expm1)
MAP1(log)
MAP1(log1p)
MAP1(tanh)
MAP1(sigmoid)
MAP1(erf)
MAP1(acos)
MAP2(atan2)

// exp(-|z|) is 0 beyond this.
static const float farOut = 120;
#include "vectormath_activations.h"
