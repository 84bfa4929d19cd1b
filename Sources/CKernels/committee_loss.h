// The loss of committees in double-double arithmetic: see committee.h. A template like lanes.h.
//
// A number is an unevaluated sum high + low of two doubles, |low| <= ulp(high)/2: some 31 digits. L near zero is what
// remains of (m + r)^2 kernels of size one, so plain doubles lose it at 1e-15; here it is good to 1e-29.
// Sources: Dekker (1971) and Knuth (TAOCP 2, 4.2.2) for the error-free sums and products.

typedef struct NAME(Double2) { Lanes high, low; } NAME(Double2);
#define Double2 NAME(Double2)

INLINE Double2 exactSum(Lanes a, Lanes b) {
  Lanes sum = a + b, part = sum - a;
  return (Double2){sum, (a - (sum - part)) + (b - part)};
}

// |a| >= |b|.
INLINE Double2 quickSum(Lanes a, Lanes b) {
  Lanes sum = a + b;
  return (Double2){sum, b - (sum - a)};
}

INLINE Double2 exactProduct(Lanes a, Lanes b) {
  Lanes product = a * b;
  return (Double2){product, fma8(a, b, -product)};
}

INLINE Double2 two(Lanes high, Lanes low) { return (Double2){high, low}; }
INLINE Double2 constant2(double high, double low) { return two(all(high), all(low)); }
INLINE Double2 negative2(Double2 a) { return two(-a.high, -a.low); }

INLINE Double2 add2(Double2 a, Double2 b) {
  Double2 high = exactSum(a.high, b.high), low = exactSum(a.low, b.low);
  high = quickSum(high.high, high.low + low.high);
  return quickSum(high.high, high.low + low.low);
}

INLINE Double2 multiply2(Double2 a, Double2 b) {
  Double2 product = exactProduct(a.high, b.high);
  return quickSum(product.high, product.low + fma8(a.high, b.low, a.low * b.high));
}

INLINE Double2 times2(Double2 a, double b) {  // b a power of two
  return two(a.high * b, a.low * b);
}

// sqrt a, 0 for a <= 0: one Newton step from the rounded root.
INLINE Double2 root2(Double2 a) {
  Mask positive = a.high > all(0);
  Lanes root = sqrt8(choose(positive, a.high, all(1)));
  Double2 rest = add2(a, negative2(exactProduct(root, root)));
  Double2 result = quickSum(root, rest.high / (root + root));
  return two(choose(positive, result.high, all(0)), choose(positive, result.low, all(0)));
}

// a / b, 0 for b = 0.
INLINE Double2 divide2(Double2 a, Double2 b) {
  Mask defined = b.high != all(0);
  Lanes divisor = choose(defined, b.high, all(1)), first = a.high / divisor;
  b = two(divisor, choose(defined, b.low, all(0)));
  Double2 rest = add2(a, negative2(multiply2(two(first, all(0)), b)));
  Lanes second = rest.high / divisor;
  rest = add2(rest, negative2(multiply2(two(second, all(0)), b)));
  Double2 result = quickSum(first, second);
  result = add2(result, two(rest.high / divisor, all(0)));
  return two(choose(defined, result.high, all(0)), choose(defined, result.low, all(0)));
}

// sin x and cos x of a double, |x| <= pi/2: Taylor series at x/8 in y = (x/8)^2 <= 0.0386, whose terms fall below 1e-33
// after eleven, and three doublings. cos - 1 is doubled in place of cos, which would lose digits near 1.
INLINE void sineAndCosine2(Lanes x, Double2 *sine, Double2 *cosine) {
  static const double factorials[][2] = {  // 1/n!, n = 2, 3, ...
    {0x1.0000000000000p-1, 0}, {0x1.5555555555555p-3, 0x1.5555555555555p-57},
    {0x1.5555555555555p-5, 0x1.5555555555555p-59}, {0x1.1111111111111p-7, 0x1.1111111111111p-63},
    {0x1.6c16c16c16c17p-10, -0x1.f49f49f49f49fp-65}, {0x1.a01a01a01a01ap-13, 0x1.a01a01a01a01ap-73},
    {0x1.a01a01a01a01ap-16, 0x1.a01a01a01a01ap-76}, {0x1.71de3a556c734p-19, -0x1.c154f8ddc6c00p-73},
    {0x1.27e4fb7789f5cp-22, 0x1.cbbc05b4fa99ap-76}, {0x1.ae64567f544e4p-26, -0x1.c062e06d1f209p-80},
    {0x1.1eed8eff8d898p-29, -0x1.2aec959e14c06p-83}, {0x1.6124613a86d09p-33, 0x1.f28e0cc748ebep-87},
    {0x1.93974a8c07c9dp-37, 0x1.05d6f8a2efd1fp-92}, {0x1.ae7f3e733b81fp-41, 0x1.1d8656b0ee8cbp-97},
    {0x1.ae7f3e733b81fp-45, 0x1.1d8656b0ee8cbp-101}, {0x1.952c77030ad4ap-49, 0x1.ac981465ddc6cp-103},
    {0x1.6827863b97d97p-53, 0x1.eec01221a8b0bp-107}, {0x1.2f49b46814157p-57, 0x1.2650f61dbdcb4p-112},
    {0x1.e542ba4020225p-62, 0x1.ea72b4afe3c2fp-120}, {0x1.71b8ef6dcf572p-66, -0x1.d043ae40c4647p-120},
  };
  enum { last = 21 };
  Lanes eighth = 0.125 * x;
  Double2 y = negative2(exactProduct(eighth, eighth));
  Double2 odd = constant2(factorials[last - 2][0], factorials[last - 2][1]);
  Double2 even = constant2(factorials[last - 3][0], factorials[last - 3][1]);
  for (int n = last - 2; n >= 3; n -= 2) {
    odd = add2(multiply2(odd, y), constant2(factorials[n - 2][0], factorials[n - 2][1]));
    even = add2(multiply2(even, y), constant2(factorials[n - 3][0], factorials[n - 3][1]));
  }
  Double2 small = two(eighth, all(0));
  Double2 s = add2(small, multiply2(small, multiply2(odd, y)));
  Double2 c1 = multiply2(even, y);  // cos - 1
  for (int doubling = 0; doubling < 3; doubling++) {
    Double2 c = add2(c1, constant2(1, 0));
    c1 = times2(multiply2(s, s), -2);
    s = times2(multiply2(s, c), 2);
  }
  *sine = s;
  *cosine = add2(c1, constant2(1, 0));
}

// *s = sqrt(1 - c^2) and e = asin c: the rounded angle, and what it misses, sin(e - e0) = c cos e0 - s sin e0.
INLINE Double2 elevation2(Double2 c, Double2 *s) {
  Double2 one = constant2(1, 0);
  *s = root2(multiply2(add2(one, negative2(c)), add2(one, c)));
  // Half the angle left to the pole has the square (1 - |c|)/2: taken from both parts of c, near 1 it has all its digits.
  Double2 half = times2(add2(one, negative2(two(abs8(c.high), withSign(all(1), c.high) * c.low))), 0.5);
  Lanes rough = elevationOf(c.high, most(half.high, all(0)));
  Double2 sine, cosine;
  sineAndCosine2(rough, &sine, &cosine);
  Double2 missing = add2(multiply2(c, cosine), negative2(multiply2(*s, sine)));
  return quickSum(rough, missing.high);
}

// K for vectors of amplitudes and norms; a student's amplitude for abs is the square of its norm.
typedef struct NAME(Size2) { Double2 amplitude, norm; } NAME(Size2);
#define Size2 NAME(Size2)

INLINE Double2 dot2(int64_t d, const Lanes *a, const Lanes *b, const double *v) {
  Double2 sum = constant2(0, 0);
  for (int64_t l = 0; l < d; l++) sum = add2(sum, exactProduct(a[l], b ? b[l] : all(v[l])));
  return sum;
}

INLINE Size2 sizeOf2(int unit, int isTeacher, Double2 square) {
  Size2 size;
  if (unit == SHCommitteeErf) {
    size.norm = root2(add2(square, constant2(1, 0)));
    size.amplitude = constant2(1, 0);
    return size;
  }
  size.norm = root2(square);
  size.amplitude = unit == SHCommitteeAbs && !isTeacher ? square : size.norm;
  return size;
}

INLINE Double2 kernel2(int unit, Double2 product, Size2 u, Size2 v) {
  Double2 c = divide2(product, multiply2(u.norm, v.norm)), s;
  // Rounding may lead beyond the ends; past them by less than 1e-31.
  Mask beyond = abs8(c.high) >= all(1);
  Lanes end = withSign(all(1), c.high);
  c = two(choose(beyond, end, c.high), choose(beyond & (end * c.low > all(0)), all(0), c.low));
  Double2 e = elevation2(c, &s);
  const Double2 twoOverPi = constant2(0x1.45f306dc9c883p-1, -0x1.6b01ec5417056p-55);
  if (unit == SHCommitteeErf) return multiply2(twoOverPi, e);
  if (unit == SHCommitteeReLU) e = add2(e, constant2(0x1.921fb54442d18p0, 0x1.1a62633145c07p-54));
  Double2 value = multiply2(multiply2(twoOverPi, multiply2(u.amplitude, v.amplitude)), add2(s, multiply2(e, c)));
  return unit == SHCommitteeReLU ? times2(value, 0.25) : value;
}

// K(u, u).
INLINE Double2 ownKernel2(int unit, Double2 square, Size2 u) {
  if (unit == SHCommitteeErf) return kernel2(unit, square, u, u);
  Double2 value = multiply2(u.amplitude, u.amplitude);
  return unit == SHCommitteeReLU ? times2(value, 0.5) : value;
}

INLINE void lossOf(int unit, int64_t m, int64_t r, int64_t d, const Lanes *w, const double *teacher, int alone,
                   const double *constant, Lanes *high, Lanes *low, Lanes *scratch) {
  Size2 *sizes = (Size2 *)scratch, *teachers = sizes + m;
  Double2 sum = alone ? constant2(0, 0) : constant2(constant[0], constant[1]);
  for (int64_t i = 0; i < r; i++) {
    Double2 square = constant2(0, 0);
    for (int64_t l = 0; l < d; l++)
      square = add2(square, exactProduct(all(teacher[i * d + l]), all(teacher[i * d + l])));
    teachers[i] = sizeOf2(unit, 1, square);
  }
  for (int64_t j = 0; j < m; j++) {
    Double2 square = dot2(d, w + j * d, w + j * d, 0);
    sizes[j] = sizeOf2(unit, alone, square);
    sum = add2(sum, times2(ownKernel2(unit, square, sizes[j]), 0.5));
    for (int64_t k = 0; k < j; k++)
      sum = add2(sum, kernel2(unit, dot2(d, w + j * d, w + k * d, 0), sizes[j], sizes[k]));
    for (int64_t i = 0; i < r; i++)
      sum = add2(sum, negative2(kernel2(unit, dot2(d, w + j * d, 0, teacher + i * d), sizes[j], teachers[i])));
  }
  *high = sum.high;
  *low = sum.low;
}

TARGET static void NAME(loss)(int32_t unit, int64_t m, int64_t r, int64_t d, const double *w, const double *teacher,
                              int32_t alone, const double *constant, double *high, double *low, double *scratch) {
  lossOf(unit, m, alone ? 0 : r, d, (const Lanes *)w, teacher, alone, constant, (Lanes *)high, (Lanes *)low,
         (Lanes *)scratch);
}

#undef Double2
#undef Size2
