// The activation functions with two derivatives, written once for both precisions on the parts that each gives:
// tanhParts, sigmoidParts, erfParts, logSum, and the limits farOut and erfLimit. Reciprocals and exponentials are
// shared between the function and its derivatives; what a loop does not store, the compiler leaves out.
//
// Errors: tanh, sigmoid and softplus and the first derivatives of tanh, sigmoid, softplus and erf have a small
// relative error; those of GELU and of all other derivatives are relative to max(1, |z|), because they cross zero.
#define C(x) ((real)(x))

INLINE real clamped(real z, real limit) {
  z = z > limit ? limit : z;
  return z < -limit ? -limit : z;
}

INLINE void tanhUnit(real z, real *h, real *s, real *t) {
  real power, u, r, value = withSign(tanhParts(absolute(z), &power, &u, &r), z);
  *h = value;
  *s = 4 * power * r * (FMA(-u, u, C(1)) * r);  // 1 - tanh^2 without its cancellation
  *t = -2 * value * *s;
}

INLINE void sigmoidUnit(real z, real *h, real *s, real *t) {
  real e, r;
  *h = sigmoidParts(z, &e, &r);
  *s = e * r * r;
  *t = *s * ((z < 0 ? 1 - e : e - 1) * r);
}

// log(1 + exp z) = max(z, 0) + log(1 + e), e = exp(-|z|).
INLINE void softplusUnit(real z, real *h, real *s, real *t) {
  real e, r;
  *s = sigmoidParts(z, &e, &r);
  int upper = e > C(0.41421356);
  *h = (z > 0 ? z : 0) + logSum(upper ? FMA(e, C(0.5), C(-0.5)) : e, upper ? C(1) : C(0));
  *t = e * r * r;
}

INLINE void siluUnit(real z, real *h, real *s, real *t) {
  real e, r, sigma = sigmoidParts(z, &e, &r), c = clamped(z, farOut);
  real complement = (z < 0 ? 1 : e) * r, difference = (z < 0 ? 1 - e : e - 1) * r;  // 1 - sigma, 1 - 2 sigma
  *h = (z < 0 ? c : z) * sigma;
  *s = FMA(sigma * c, complement, sigma);
  *t = sigma * complement * FMA(c, difference, C(2));
}

INLINE void geluUnit(real z, real *h, real *s, real *t) {
  real c = clamped(z, C(1.4) * erfLimit), value;
  real square = C(0.5) * c * c, low = FMA(C(0.5) * c, c, -square);
  real a = absolute(c) * C(0.70710678118654752440);
  real e = erfParts(a, square, &value), half = C(0.5) * e, inner = withSign(C(0.5) * a, z);
  real tail = z < 0 ? half : -half, limit = z < 0 ? 0 : C(1);
  real phi = FMA(a < 1 ? inner : tail, value, a < 1 ? C(0.5) + inner : limit);
  real density = FMA(-low, e, e) * C(0.39894228040143267794);
  *h = (z < 0 ? c : z) * phi;
  *s = FMA(c, density, phi);
  *t = density * FMA(C(-2), square, C(2));
}

INLINE void erfUnit(real z, real *h, real *s, real *t) {
  real c = clamped(z, erfLimit), a = absolute(c), square = a * a, value;
  real e = erfParts(a, square, &value);
  real slope = C(1.12837916709551257390) * FMA(-FMA(a, a, -square), e, e);
  *h = withSign(FMA(a < 1 ? a : -e, value, a < 1 ? a : C(1)), z);
  *s = slope;
  *t = -2 * c * slope;
}

// z stands for NaN where neither comparison holds.
INLINE void reluUnit(real z, real *h, real *s, real *t) {
  *h = z <= 0 ? 0 : z;
  *s = z > 0 ? 1 : z <= 0 ? 0 : z;
  *t = z == z ? 0 : z;
}

INLINE void leakyReluUnit(real z, real *h, real *s, real *t) {
  *h = z > 0 ? z : C(0.01) * z;
  *s = z > 0 ? 1 : z < 0 ? C(0.01) : z == 0 ? 0 : z;
  *t = z == z ? 0 : z;
}

INLINE void absUnit(real z, real *h, real *s, real *t) {
  *h = absolute(z);
  *s = z > 0 ? 1 : z < 0 ? -1 : z == 0 ? 0 : z;
  *t = z == z ? 0 : z;
}

INLINE void identityUnit(real z, real *h, real *s, real *t) {
  *h = z;
  *s = z == z ? 1 : z;
  *t = z == z ? 0 : z;
}

ACTIVATION(tanhUnit)
ACTIVATION(sigmoidUnit)
ACTIVATION(softplusUnit)
ACTIVATION(siluUnit)
ACTIVATION(geluUnit)
ACTIVATION(erfUnit)
ACTIVATION(reluUnit)
ACTIVATION(leakyReluUnit)
ACTIVATION(absUnit)
ACTIVATION(identityUnit)

void NAME(activation)(int32_t kind, const real *z, real *h, real *s, real *t, int64_t n) {
  switch (kind) {
  case SHTanh: return activate(NAME(tanhUnit), z, h, s, t, n);
  case SHSigmoid: return activate(NAME(sigmoidUnit), z, h, s, t, n);
  case SHSoftplus: return activate(NAME(softplusUnit), z, h, s, t, n);
  case SHSiLU: return activate(NAME(siluUnit), z, h, s, t, n);
  case SHGELU: return activate(NAME(geluUnit), z, h, s, t, n);
  case SHErf: return activate(NAME(erfUnit), z, h, s, t, n);
  case SHReLU: return activate(NAME(reluUnit), z, h, s, t, n);
  case SHLeakyReLU: return activate(NAME(leakyReluUnit), z, h, s, t, n);
  case SHAbs: return activate(NAME(absUnit), z, h, s, t, n);
  case SHIdentity: return activate(NAME(identityUnit), z, h, s, t, n);
  default: abort();
  }
}
