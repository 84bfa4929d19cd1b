// Elementary functions in double precision: branch-free polynomial code, mapped over vectors by vectormath_loops.h.
//
// The polynomials are minimax fits (Remez) of our own in the forms given at each.
//
// Worst error found, in ulp, among four to eight million random arguments each (erf 1.5 million), against quadruple
// precision [measured]:
// exp 1.02, expm1 1.70, log 0.81, log1p 1.27, tanh 1.83, sigmoid 1.44, erf 1.27, acos 1.19, atan2 1.66.
#include "vectormath.h"

#pragma STDC FP_CONTRACT OFF

typedef double real;
#define LANES 8
#define NAME(f) shallows_##f##_f64
#include "vectormath_loops.h"

#define FMA(a, b, c) __builtin_fma(a, b, c)
#define SQRT(a) __builtin_elementwise_sqrt(a)
#define INFINITE __builtin_inf()
#define NOT_A_NUMBER __builtin_nan("")

INLINE uint64_t bits(double x) { uint64_t u; memcpy(&u, &x, sizeof u); return u; }
INLINE double number(uint64_t u) { double x; memcpy(&x, &u, sizeof x); return x; }
INLINE double absolute(double x) { return number(bits(x) & 0x7fffffffffffffff); }
INLINE double withSign(double x, double sign) { return number(bits(x) | (bits(sign) & 0x8000000000000000)); }  // x >= 0

// Adding 1.5 * 2^52 leaves the nearest integer in the low bits; shifted into the exponent it becomes 2^k.
static const double magic = 0x1.8p52;
INLINE double power2(double kPlusMagic) { return number((bits(kPlusMagic) << 52) + 0x3ff0000000000000); }
static const double ln2High = 0x1.62e42feep-1, ln2Low = 0x1.a39ef35793c76p-33;  // k ln2High is exact: 21 zero bits

// x = k log 2 + r, |r| <= log(2)/2. Returns exp(r) - 1 = r + r^2 q(r). `careful` (a constant where this is inlined)
// also adds what was lost in rounding r, for callers that subtract nearly as much again.
INLINE double reducedExpm1(double x, double *kPlusMagic, int careful) {
  *kPlusMagic = FMA(x, 0x1.71547652b82fep0, magic);
  double k = *kPlusMagic - magic;
  double high = FMA(-k, ln2High, x), r = FMA(-k, ln2Low, high);
  double q = 0x1.af78de652b865p-26;
  q = FMA(q, r, 0x1.28a307a00b6d1p-22);
  q = FMA(q, r, 0x1.71dde898d142dp-19);
  q = FMA(q, r, 0x1.a019a62e27a99p-16);
  q = FMA(q, r, 0x1.a01a01b680274p-13);
  q = FMA(q, r, 0x1.6c16c17f523cap-10);
  q = FMA(q, r, 0x1.111111110e4d8p-7);
  q = FMA(q, r, 0x1.555555555209cp-5);
  q = FMA(q, r, 0x1.555555555555dp-3);
  q = FMA(q, r, 0x1.0000000000005p-1);
  if (!careful) return FMA(r * r, q, r);
  return r + FMA(r * r, q, FMA(-k, ln2Low, high - r));
}

// 2^k in two steps, because the result may be subnormal or k may be 1024.
INLINE double expOf(double x) {
  x = x > 800 ? 800 : x;
  x = x < -800 ? -800 : x;
  double shifted, p = reducedExpm1(x, &shifted, 0);
  double k = shifted - magic, halfShifted = FMA(k, 0.5, magic), half = halfShifted - magic;
  double scale = power2(halfShifted);
  return FMA(scale, p, scale) * power2((k - half) + magic);
}

INLINE double expm1Of(double x) {
  double c = x > 800 ? 800 : x;
  c = c < -40 ? -40 : c;
  double shifted, p = reducedExpm1(c, &shifted, 1);
  // Half of 2^k, so that k = 1024 does not overflow too early.
  double half = power2((shifted - magic > 1024 ? magic + 1024 : shifted) - 1);
  double y = 2 * FMA(half, p, half - 0.5);
  y = x > 709.79 ? INFINITE : y;
  return absolute(x) < 0x1p-54 ? x : y;
}

// exp for -708 <= x <= 0, where 2^k is a normal number.
INLINE double expNegative(double x) {
  double shifted, p = reducedExpm1(x, &shifted, 0), scale = power2(shifted);
  return FMA(scale, p, scale);
}

// n/(c + m) for c >= m or d = c + m exact, given d and 1/d rounded: a Newton step on the quotient that also repairs the
// rounding of d. Lets a derivative share the division.
INLINE double quotient(double n, double c, double m, double d, double reciprocal) {
  double low = m - (d - c), q = n * reciprocal;
  return FMA(reciprocal, FMA(-q, low, FMA(-q, d, n)), q);
}

// log(1 + f) + k log 2 for 1 + f in [sqrt(1/2), sqrt(2)]: with u = f/(2 + f),
// log(1 + f) = 2 atanh u = f - u (f - R(u^2)) = f - (f^2/2 - u (f^2/2 + R)).
INLINE double logSum(double f, double k) {
  double u = f / (2 + f), w = u * u;
  double r = 0x1.2f16db4585730p-3;
  r = FMA(r, w, 0x1.39a013abc630ep-3);
  r = FMA(r, w, 0x1.74664e76c4b9bp-3);
  r = FMA(r, w, 0x1.c71c51c1d5100p-3);
  r = FMA(r, w, 0x1.2492494243989p-2);
  r = FMA(r, w, 0x1.999999997f84fp-2);
  r = FMA(r, w, 0x1.5555555555593p-1);
  double half = 0.5 * f * f;
  double correction = FMA(u, FMA(r, w, half), k * ln2Low);
  return FMA(k, ln2High, f - (half - correction));
}

// Splits positive x into 2^k m, m in [sqrt(1/2), sqrt(2)): returns (k + 1024) 2^52 and the mantissa in one word.
static const uint64_t rootHalf = 0x3fe6a09e667f3bcd, mantissa = 0x000fffffffffffff;
INLINE uint64_t split(double x) { return bits(x) - rootHalf + (1024ull << 52); }
INLINE double exponent(uint64_t word) { return number((word >> 52) | 0x4330000000000000) - (0x1p52 + 1024); }

INLINE double logOf(double x) {
  int subnormal = x < 0x1p-1022;
  uint64_t word = split(subnormal ? x * 0x1p54 : x);
  double k = exponent(word) - (subnormal ? 54.0 : 0.0);
  double y = logSum(number((word & mantissa) + rootHalf) - 1, k);
  y = x == INFINITE ? x : y;
  y = x == 0 ? -INFINITE : y;
  return x >= 0 ? y : NOT_A_NUMBER;
}

INLINE double log1pOf(double x) {
  uint64_t word = split(1 + x);
  // f = 2^-k (1 + x) - 1 with a single rounding; 4 * 2^-k instead of 2^-k, which may be subnormal.
  double scale = number((2049ull << 52) - (word & ~mantissa));
  double y = logSum(FMA(scale, 0.25 * x, FMA(scale, 0.25, -1)), exponent(word));
  y = x == INFINITE ? x : y;
  y = x == -1 ? -INFINITE : y;
  y = absolute(x) < 0x1p-54 ? x : y;
  return x >= -1 ? y : NOT_A_NUMBER;
}

// For a >= 0 and a = k log(2)/2 + r, |r| <= log(2)/4, with t = tanh r and K = 2^k:
// h = tanh a = ((K - 1) + (K + 1) t)/d, d = (K + 1) + (K - 1) t, and tanh' a = 4 K (1 - t^2)/d^2. A Newton step makes
// up for the roundings of both sums: its residual is (K - 1) - h (K + 1) + t ((K + 1) - h (K - 1)).
// The difference of a and k times the rounded log(2)/2 is a multiple of the last place of 1/8 and below 1/4, so it is
// exact; what the rounding of log(2)/2 leaves out is added to first order. 2a stays below log(largest).
INLINE double tanhParts(double a, double *power, double *t, double *reciprocal) {
  a = a > 354 ? 354 : a;
  double shifted = FMA(a, 0x1.71547652b82fep1, magic), k = shifted - magic;
  double r = FMA(-k, 0x1.62e42fefa39efp-2, a), left = k * -0x1.abc9e3b39803fp-57, u = r * r;
  double q = 0x1.c3883946ab57ap-9;
  q = FMA(q, u, -0x1.223c8c4d35a92p-7);
  q = FMA(q, u, 0x1.664eca3badf5bp-6);
  q = FMA(q, u, -0x1.ba1ba11780a7ep-5);
  q = FMA(q, u, 0x1.11111110e0e60p-3);
  q = FMA(q, u, -0x1.55555555554bdp-2);
  *t = r + FMA(u, FMA(q, r, -left), left);  // left (1 - tanh^2 r), with r^2 for tanh^2 r
  *power = power2(shifted);
  double up = *power + 1, down = *power - 1;
  *reciprocal = 1 / FMA(down, *t, up);
  double h = FMA(up, *t, down) * *reciprocal;
  return FMA(*reciprocal, FMA(*t, FMA(-h, down, up), FMA(-h, up, down)), h);
}

INLINE double tanhOf(double x) {
  double power, t, reciprocal;
  return withSign(tanhParts(absolute(x), &power, &t, &reciprocal), x);
}

// 1/(1 + exp(-x)) from e = exp(-|x|).
INLINE double sigmoidParts(double x, double *e, double *reciprocal) {
  *e = expOf(-absolute(x));
  double d = 1 + *e;
  *reciprocal = 1 / d;
  return quotient(x < 0 ? *e : 1, 1, *e, d, *reciprocal);
}

INLINE double sigmoidOf(double x) {
  double e, reciprocal;
  return sigmoidParts(x, &e, &reciprocal);
}

// For a >= 0: erf a = a + a P(a^2) below 1, 1 - exp(-a^2) G(1/(a + 2)) above, where G is fitted to exp(a^2) erfc(a) for
// an absolute error of 2^-56 in the product. *value is P or G: choosing between coefficients costs less than computing
// both. Returns exp(-square), for the rounded square of a.
static const double erfLimit = 26;
INLINE double erfParts(double a, double square, double *value) {
  int big = a >= 1;
  double u = 1 / (a + 2), x = big ? u : square;
  double p = big ? -0x1.a66aea22067ebp+7 : 0;
  p = FMA(p, x, big ? 0x1.74cf9510e00bfp+9 : -0x1.abae353b8bdafp-31);
  p = FMA(p, x, big ? -0x1.1f9ac833ab291p+10 : 0x1.d71b21cf3d254p-27);
  p = FMA(p, x, big ? 0x1.f0aa2ca7df65ep+9 : -0x1.5c072df7c0939p-23);
  p = FMA(p, x, big ? -0x1.fe8016c918092p+8 : 0x1.b97fd5d5ce5f7p-20);
  p = FMA(p, x, big ? 0x1.42ac3e0e0b0a6p+7 : -0x1.f4ca4dbca970dp-17);
  p = FMA(p, x, big ? -0x1.49dd6fb1a5033p+5 : 0x1.f9a2bab00ebedp-14);
  p = FMA(p, x, big ? 0x1.3dde66ff6cce5p+3 : -0x1.c02db03e3ccc7p-11);
  p = FMA(p, x, big ? 0x1.e2f89c153f1d4p+0 : 0x1.565bccf92ea8cp-8);
  p = FMA(p, x, big ? 0x1.07b3ed9570a7ep+1 : -0x1.b82ce311fab69p-6);
  p = FMA(p, x, big ? 0x1.1f8364d9190dep+0 : 0x1.ce2f21a040d21p-4);
  p = FMA(p, x, big ? 0x1.20f75621256d3p-1 : -0x1.812746b0379bdp-2);
  p = FMA(p, x, big ? -0x1.c564a76c7126dp-19 : 0x1.06eba8214db68p-3);
  *value = p;
  return expNegative(-square);
}

INLINE double erfOf(double x) {
  double a = absolute(x), value;
  a = a > erfLimit ? erfLimit : a;
  double e = erfParts(a, a * a, &value);
  return withSign(FMA(a < 1 ? a : -e, value, a < 1 ? a : 1), x);
}

static const double halfPiHigh = 0x1.921fb54442d18p0, halfPiLow = 0x1.1a62633145c07p-54;

// pi/2 - asin x for |x| <= 1/2; above, asin sqrt((1 - |x|)/2) is half of acos |x|. asin s = s + s z P(z), z = s^2.
INLINE double acosOf(double x) {
  double a = absolute(x);
  int big = a > 0.5;
  double z = big ? FMA(a, -0.5, 0.5) : a * a;
  double s = big ? SQRT(z) : a;
  double p = 0x1.05cdc6f55b00ep-5;
  p = FMA(p, z, -0x1.0af33c28e0df0p-6);
  p = FMA(p, z, 0x1.40b0ec30cb3bfp-6);
  p = FMA(p, z, 0x1.aab4f6df8293ep-8);
  p = FMA(p, z, 0x1.8ee4845160f91p-7);
  p = FMA(p, z, 0x1.c6f8822e162f5p-7);
  p = FMA(p, z, 0x1.1c6c2791bd48fp-6);
  p = FMA(p, z, 0x1.6e89ef7ba8232p-6);
  p = FMA(p, z, 0x1.f1c72c6d4d0b7p-6);
  p = FMA(p, z, 0x1.6db6db41d38d1p-5);
  p = FMA(p, z, 0x1.333333336f89dp-4);
  p = FMA(p, z, 0x1.5555555555387p-3);
  double r = FMA(s * z, p, s);
  double fromRight = halfPiHigh - ((big ? r : withSign(r, x)) - halfPiLow);
  double y = big ? (x > 0 ? 2 * r : 2 * fromRight) : fromRight;
  return a <= 1 ? y : NOT_A_NUMBER;
}

// atan q = q + q z P(z), z = q^2, for q = smaller/larger of |y|, |x|; then reflections at the diagonal and the axes.
INLINE double atan2Of(double y, double x) {
  double a = absolute(y), b = absolute(x);
  int steep = a > b;
  double smaller = steep ? b : a, larger = steep ? a : b;
  double q = smaller / larger;
  q = smaller == 0 ? 0 : q;              // 0/0
  q = smaller == INFINITE ? 1 : q;       // inf/inf
  double z = q * q;
  double p = 0x1.bbc6cb9557328p-17;
  p = FMA(p, z, -0x1.3f1d193b50ac9p-13);
  p = FMA(p, z, 0x1.b3dc75d467489p-11);
  p = FMA(p, z, -0x1.7a2325287c296p-9);
  p = FMA(p, z, 0x1.d7a24463ac10cp-8);
  p = FMA(p, z, -0x1.c77ec8f4b6316p-7);
  p = FMA(p, z, 0x1.68333d54dbcf9p-6);
  p = FMA(p, z, -0x1.e9f1ce077225bp-6);
  p = FMA(p, z, 0x1.2c2b969fa4993p-5);
  p = FMA(p, z, -0x1.59a2897b72d92p-5);
  p = FMA(p, z, 0x1.82da3dea088acp-5);
  p = FMA(p, z, -0x1.ae5e419f59cc3p-5);
  p = FMA(p, z, 0x1.e1bb9a5a3493dp-5);
  p = FMA(p, z, -0x1.110e50085b647p-4);
  p = FMA(p, z, 0x1.3b136673060adp-4);
  p = FMA(p, z, -0x1.745d11aaaaa15p-4);
  p = FMA(p, z, 0x1.c71c717f9074bp-4);
  p = FMA(p, z, -0x1.249249237e15ap-3);
  p = FMA(p, z, 0x1.9999999995547p-3);
  p = FMA(p, z, -0x1.5555555555526p-2);
  double r = FMA(q * z, p, q);
  r = steep ? halfPiHigh - (r - halfPiLow) : r;
  r = (bits(x) >> 63) != 0 ? 2 * halfPiHigh - (r - 2 * halfPiLow) : r;
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
static const double farOut = 800;
#include "vectormath_activations.h"
