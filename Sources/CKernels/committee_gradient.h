// The gradient of committees: see committee.h. A template like lanes.h.
//
// With e = pi/2 - t the elevation of one vector over the other's equator, c = sin e their cosine and s = cos e,
//
//     abs    K = F |u| |v| (s + e c),             dK/du = F (s |v|/|u| u + e v),             F = 2/pi
//     relu   K = F |u| |v| (s + (pi/2 + e) c),    dK/du = F (s |v|/|u| u + (pi/2 + e) v),    F = 1/(2 pi)
//     erf    K = F e,                             dK/du = F/(s A B) v - F c/(s A^2) u,       F = 2/pi
//
// where for erf c = u.v/(A B), A^2 = 1 + |u|^2, B^2 = 1 + |v|^2. All three have one shape: the gradient of a student's
// unit is a combination of its own weights, the other units' and the teachers', so that it is one small matrix product
// once the coefficients are known.
//
// c loses up to 1e-16/t of the angle t between nearly parallel vectors. It does so in s and e alike, as if v had been
// turned by 1e-16/t: dK/du changes by no more than t times that, 1e-16, and K by less.

// asin c where c^2 + s^2 = 1 and z is the square of the smaller of |c| and s, itself at most sqrt(1/2): asin of it is
// x + x z P(z), P fitted to 2e-17.
INLINE Lanes elevationOf(Lanes c, Lanes s, Lanes z) {
  Lanes size = abs8(c);
  Mask steep = size > s;
  Lanes x = choose(steep, s, size);
  Lanes p = all(0x1.ad731477b6752p-1);
  p = fma8(p, z, all(-0x1.8c245f710643bp+1));
  p = fma8(p, z, all(0x1.5bede500d48dfp+2));
  p = fma8(p, z, all(-0x1.78871a905754cp+2));
  p = fma8(p, z, all(0x1.189f4a596ecd0p+2));
  p = fma8(p, z, all(-0x1.2d40a9ea7a499p+1));
  p = fma8(p, z, all(0x1.e78fae1a1120fp-1));
  p = fma8(p, z, all(-0x1.1fbd535a1552bp-2));
  p = fma8(p, z, all(0x1.2e2d4802012cep-4));
  p = fma8(p, z, all(-0x1.afc81ba36e6a1p-9));
  p = fma8(p, z, all(0x1.72a2f62fe7509p-7));
  p = fma8(p, z, all(0x1.7587cd2900fa0p-7));
  p = fma8(p, z, all(0x1.c9f4ec20142b7p-7));
  p = fma8(p, z, all(0x1.1c4c7e00e408fp-6));
  p = fma8(p, z, all(0x1.6e8bb6255cc84p-6));
  p = fma8(p, z, all(0x1.f1c71c0ef8f23p-6));
  p = fma8(p, z, all(0x1.6db6db6e3c816p-5));
  p = fma8(p, z, all(0x1.3333333332ebbp-4));
  p = fma8(p, z, all(0x1.5555555555556p-3));
  Lanes angle = fma8(x * z, p, x);
  const double halfPi = 0x1.921fb54442d18p0, halfPiLow = 0x1.1a62633145c07p-54;
  return withSign(choose(steep, halfPi - (angle - halfPiLow), angle), c);
}

// For |c| <= 1: *s = sqrt(1 - c^2) and asin c.
INLINE Lanes elevation(Lanes c, Lanes *s) {
  Lanes rest = (1 - c) * (1 + c);
  *s = sqrt8(rest);
  return elevationOf(c, *s, choose(abs8(c) > *s, rest, c * c));
}

INLINE Size sizeOf(int unit, Lanes square) {
  Size size;
  size.scale = sqrt8(unit == SHCommitteeErf ? 1 + square : square);
  size.inverse = choose(size.scale > all(0), 1 / size.scale, all(0));
  return size;
}

// The coefficients of a pair: *across of v in dK/du and of u in dK/dv; *along, to be multiplied by along of the sizes,
// of u itself; returns K.
INLINE Lanes pairOf(int unit, Lanes product, Size u, Size v, Lanes *across, Lanes *along) {
  Lanes c = product * (u.inverse * v.inverse), s;
  c = most(least(c, all(1)), all(-1));
  Lanes e = elevation(c, &s);
  const double twoOverPi = 0x1.45f306dc9c883p-1;
  if (unit == SHCommitteeErf) {
    Lanes quotient = twoOverPi / s;
    *across = quotient * (u.inverse * v.inverse);
    *along = -(quotient * c);
    return twoOverPi * e;
  }
  const double factor = unit == SHCommitteeAbs ? twoOverPi : twoOverPi / 4;
  if (unit == SHCommitteeReLU) e += 0x1.921fb54442d18p0;
  *across = factor * e;
  *along = factor * s;
  return factor * (u.scale * v.scale) * fma8(e, c, s);
}

// The sum over l < d of a[l] b[l]; four rows of b at a time, so that a is read once for them.
INLINE void dotFour(int64_t d, const Lanes *a, const Lanes *b, Lanes *sums) {
  Lanes s0 = all(0), s1 = s0, s2 = s0, s3 = s0;
  for (int64_t l = 0; l < d; l++) {
    s0 = fma8(a[l], b[l], s0);
    s1 = fma8(a[l], b[d + l], s1);
    s2 = fma8(a[l], b[2 * d + l], s2);
    s3 = fma8(a[l], b[3 * d + l], s3);
  }
  sums[0] = s0;
  sums[1] = s1;
  sums[2] = s2;
  sums[3] = s3;
}

INLINE Lanes dotOne(int64_t d, const Lanes *a, const Lanes *b) {
  Lanes sum = all(0);
  for (int64_t l = 0; l < d; l++) sum = fma8(a[l], b[l], sum);
  return sum;
}

INLINE Lanes dotTeacher(int64_t d, const Lanes *a, const double *v) {
  Lanes sum = all(0);
  for (int64_t l = 0; l < d; l++) sum = fma8(a[l], all(v[l]), sum);
  return sum;
}

// g[j] <- sum_k a[j][k] w[k] - sum_i b[j][i] v[i] for two rows j and four columns l at a time.
INLINE void combine(int64_t m, int64_t r, int64_t d, const Lanes *a, const Lanes *b, const Lanes *w, const double *v,
                    int basis, Lanes *g, int64_t j, int rows, int64_t l, int columns) {
  Lanes sums[2][4];
  for (int p = 0; p < rows; p++)
    for (int q = 0; q < columns; q++) sums[p][q] = all(0);
  for (int64_t k = 0; k < m; k++)
    for (int p = 0; p < rows; p++)
      for (int q = 0; q < columns; q++) sums[p][q] = fma8(a[(j + p) * m + k], w[k * d + l + q], sums[p][q]);
  if (basis) {
    for (int p = 0; p < rows; p++)
      for (int q = 0; q < columns; q++) sums[p][q] -= b[(j + p) * r + l + q];
  } else {
    for (int64_t i = 0; i < r; i++)
      for (int p = 0; p < rows; p++)
        for (int q = 0; q < columns; q++) sums[p][q] = fma8(b[(j + p) * r + i], all(-v[i * d + l + q]), sums[p][q]);
  }
  for (int p = 0; p < rows; p++)
    for (int q = 0; q < columns; q++) g[(j + p) * d + l + q] = sums[p][q];
}

INLINE void gradientOf(int unit, int64_t m, int64_t r, int64_t d, const Lanes *weights, const double *teacher,
                       int basis, double constant, Lanes *g, Lanes *loss, Lanes *scratch) {
  Lanes *own = scratch, *a = own + m * d, *b = a + m * m, *diagonal = b + m * r, *lengths = diagonal + m;
  Size *students = (Size *)(lengths + m), *teachers = students + m;
  const Lanes *u = weights;
  if (unit == SHCommitteeAbs) {  // u = |w| w
    for (int64_t j = 0; j < m; j++) {
      lengths[j] = sqrt8(dotOne(d, weights + j * d, weights + j * d));
      for (int64_t l = 0; l < d; l++) own[j * d + l] = lengths[j] * weights[j * d + l];
    }
    u = own;
  }
  for (int64_t i = 0; i < r; i++) {
    double square = basis ? 1 : 0;
    if (!basis)
      for (int64_t l = 0; l < d; l++) square += teacher[i * d + l] * teacher[i * d + l];
    teachers[i] = sizeOf(unit, all(square));
  }
  Lanes sum = all(0);
  for (int64_t j = 0; j < m; j++) {
    Lanes square = dotOne(d, u + j * d, u + j * d);
    students[j] = sizeOf(unit, square);
    // The pair of a unit with itself: e = pi/2 for abs and relu.
    if (unit == SHCommitteeErf) {
      Lanes along, value = pairOf(unit, square, students[j], students[j], &a[j * m + j], &along);
      diagonal[j] = along * (students[j].inverse * students[j].inverse);
      sum += 0.5 * value;
    } else {
      const double half = unit == SHCommitteeAbs ? 1 : 0.5;
      a[j * m + j] = all(half);
      diagonal[j] = all(0);
      sum = fma8(all(0.5 * half), square, sum);
    }
  }
  for (int64_t j = 0; j < m; j++) {
    Lanes products[4];
    for (int64_t k = j + 1; k < m; k += 4) {
      int64_t many = m - k < 4 ? m - k : 4;
      if (many == 4)
        dotFour(d, u + j * d, u + k * d, products);
      else
        for (int64_t q = 0; q < many; q++) products[q] = dotOne(d, u + j * d, u + (k + q) * d);
      for (int64_t q = 0; q < many; q++) {
        int64_t other = k + q;
        Size *p = &students[j], *o = &students[other];
        Lanes across, along;
        sum += pairOf(unit, products[q], *p, *o, &across, &along);
        a[j * m + other] = a[other * m + j] = across;
        if (unit == SHCommitteeErf) {
          diagonal[j] = fma8(along, p->inverse * p->inverse, diagonal[j]);
          diagonal[other] = fma8(along, o->inverse * o->inverse, diagonal[other]);
        } else {
          diagonal[j] = fma8(along, p->inverse * o->scale, diagonal[j]);
          diagonal[other] = fma8(along, o->inverse * p->scale, diagonal[other]);
        }
      }
    }
    Lanes taken = all(0), values = all(0);
    for (int64_t i = 0; i < r; i++) {
      Lanes product = basis ? u[j * d + i] : dotTeacher(d, u + j * d, teacher + i * d);
      Lanes along;
      values += pairOf(unit, product, students[j], teachers[i], &b[j * r + i], &along);
      taken = unit == SHCommitteeErf ? taken + along : fma8(along, teachers[i].scale, taken);
    }
    sum -= values;
    Lanes inverse = students[j].inverse;
    diagonal[j] -= taken * (unit == SHCommitteeErf ? inverse * inverse : inverse);
  }
  for (int64_t j = 0; j < m; j++) a[j * m + j] += diagonal[j];
  if (loss) *loss = sum + constant;
  for (int64_t j = 0; j + 1 < m; j += 2) {
    int64_t l = 0;
    for (; l + 3 < d; l += 4) combine(m, r, d, a, b, u, teacher, basis, g, j, 2, l, 4);
    for (; l < d; l++) combine(m, r, d, a, b, u, teacher, basis, g, j, 2, l, 1);
  }
  if (m % 2 == 1) {
    int64_t l = 0;
    for (; l + 3 < d; l += 4) combine(m, r, d, a, b, u, teacher, basis, g, m - 1, 1, l, 4);
    for (; l < d; l++) combine(m, r, d, a, b, u, teacher, basis, g, m - 1, 1, l, 1);
  }
  if (unit == SHCommitteeAbs) {
    // du/dw is symmetric: |w| (I + w w^T / |w|^2).
    for (int64_t j = 0; j < m; j++) {
      Lanes inverse = choose(lengths[j] > all(0), 1 / lengths[j], all(0));
      Lanes part = dotOne(d, g + j * d, weights + j * d) * inverse;
      for (int64_t l = 0; l < d; l++)
        g[j * d + l] = fma8(part, weights[j * d + l], lengths[j] * g[j * d + l]);
    }
  }
}

TARGET static void NAME(gradient)(int32_t unit, int64_t m, int64_t r, int64_t d, const double *w,
                                        const double *teacher, int32_t basis, double constant, double *gradient,
                                        double *loss, double *scratch) {
  const Lanes *weights = (const Lanes *)w;
  Lanes *g = (Lanes *)gradient, *out = (Lanes *)loss, *space = (Lanes *)scratch;
  if (unit == SHCommitteeReLU && basis)
    gradientOf(SHCommitteeReLU, m, r, d, weights, teacher, 1, constant, g, out, space);
  else if (unit == SHCommitteeReLU)
    gradientOf(SHCommitteeReLU, m, r, d, weights, teacher, 0, constant, g, out, space);
  else if (unit == SHCommitteeAbs)
    gradientOf(SHCommitteeAbs, m, r, d, weights, teacher, basis, constant, g, out, space);
  else
    gradientOf(SHCommitteeErf, m, r, d, weights, teacher, basis, constant, g, out, space);
}
