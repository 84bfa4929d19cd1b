// The gradient of committees: see committee.h. A template like lanes.h.
//
// With e = pi/2 - t the elevation of one vector over the other's equator, c = sin e their cosine and s = cos e,
//
//     abs    K = F |u| |v| (s + e c),             dK/du = F (s |v| u/|u| + e v),              F = 2/pi
//     relu   K = F |u| |v| (s + (pi/2 + e) c),    dK/du = F (s |v| u/|u| + (pi/2 + e) v),     F = 1/(2 pi)
//     erf    K = F e,                             dK/du = F/A (v/B - c u/A) / s,              F = 2/pi
//
// where for erf c = u.v/(A B), A^2 = 1 + |u|^2, B^2 = 1 + |v|^2. All three have one shape. With rows scaled by 1/|u| or
// 1/A, (1) all cosines are products of rows, (2) two functions of each cosine are taken, in one loop over all pairs, and
// (3) the gradient of a unit is a combination of its own row, the other units and the teachers: a small matrix product.
//
// c loses up to 1e-16/t of the angle t between nearly parallel vectors. It does so in s and e alike, as if v had been
// turned by 1e-16/t: dK/du changes by no more than t times that, 1e-16, and K by less.

// asin c for |c| <= 1, with half = (1 - |c|)/2: of the smaller of |c| and, beyond 1/2, of
// sqrt(half), the sine of half the angle that is left. asin x = x + x z P(z), z = x^2 <= 1/4, P fitted to 2e-17 and taken
// by pairs, fours and eights: half the depth of Horner's rule. A second root costs less than the longer polynomial that
// s itself would need.
INLINE Lanes elevationOf(Lanes c, Lanes half) {
  Lanes size = abs8(c);
  Mask steep = size > all(0.5);
  Lanes z = choose(steep, half, size * size), x = choose(steep, sqrt8(z), size);
  Lanes z2 = z * z, z4 = z2 * z2;
  Lanes p0 = fma8(all(0x1.333333336f89dp-4), z, all(0x1.5555555555387p-3));
  Lanes p2 = fma8(all(0x1.f1c72c6d4d0b7p-6), z, all(0x1.6db6db41d38d1p-5));
  Lanes p4 = fma8(all(0x1.1c6c2791bd48fp-6), z, all(0x1.6e89ef7ba8232p-6));
  Lanes p6 = fma8(all(0x1.8ee4845160f91p-7), z, all(0x1.c6f8822e162f5p-7));
  Lanes p8 = fma8(all(0x1.40b0ec30cb3bfp-6), z, all(0x1.aab4f6df8293ep-8));
  Lanes p10 = fma8(all(0x1.05cdc6f55b00ep-5), z, all(-0x1.0af33c28e0df0p-6));
  Lanes q0 = fma8(p2, z2, p0), q4 = fma8(p6, z2, p4), q8 = fma8(p10, z2, p8);
  Lanes p = fma8(fma8(q8, z4, q4), z4, q0);
  Lanes angle = fma8(x * z, p, x);
  const double halfPi = 0x1.921fb54442d18p0, halfPiLow = 0x1.1a62633145c07p-54;
  return withSign(choose(steep, halfPi - fma8(all(2), angle, all(-halfPiLow)), angle), c);
}

// The scale of a row and its inverse: |u|, or A for erf; 0 for a zero row.
typedef struct NAME(Scale) { Lanes size, inverse; } NAME(Scale);
#define Scale NAME(Scale)

INLINE Scale scaleOf(int unit, Lanes square) {
  Scale scale;
  scale.size = sqrt8(unit == SHCommitteeErf ? 1 + square : square);
  scale.inverse = choose(scale.size > all(0), 1 / scale.size, all(0));
  return scale;
}

// The two functions of `count` cosines: first <- e (pi/2 + e for relu) and second <- s; for erf 1/s and c/s.
INLINE void functionsOf(int unit, int64_t count, const Lanes *cosines, Lanes *first, Lanes *second) {
#pragma clang loop unroll_count(4)
  for (int64_t i = 0; i < count; i++) {
    Lanes c = cosines[i], below = most(1 - abs8(c), all(0)), s = sqrt8(below * (2 - below));
    if (unit == SHCommitteeErf) {
      first[i] = 1 / s;
      second[i] = c / s;
    } else {
      Lanes e = elevationOf(c, 0.5 * below);
      first[i] = unit == SHCommitteeReLU ? e + 0x1.921fb54442d18p0 : e;
      second[i] = s;
    }
  }
}

// K / F of a pair from its cosine and the two functions of it.
INLINE Lanes kernelOf(int unit, Lanes c, Lanes first, Lanes second, Lanes scales) {
  if (unit == SHCommitteeErf) return elevationOf(c, 0.5 * (1 - abs8(c)));
  return scales * fma8(first, c, second);
}

// The products of row a with some rows from b on.
INLINE void dotSome(int64_t d, const Lanes *a, const Lanes *b, int count, Lanes *products) {
  Lanes sums[4];
  for (int q = 0; q < count; q++) sums[q] = all(0);
  for (int64_t l = 0; l < d; l++)
    for (int q = 0; q < count; q++) sums[q] = fma8(a[l], b[q * d + l], sums[q]);
  for (int q = 0; q < count; q++) products[q] = sums[q];
}

INLINE Lanes dotOne(int64_t d, const Lanes *a, const Lanes *b) {
  Lanes product;
  dotSome(d, a, b, 1, &product);
  return product;
}

INLINE Lanes dotTeacher(int64_t d, const Lanes *a, const double *v) {
  Lanes sum = all(0);
  for (int64_t l = 0; l < d; l++) sum = fma8(a[l], all(v[l]), sum);
  return sum;
}

// g[j] <- factor[j] (sum_k a[j][k] w[k] - sum_i b[j][i] v[i]) for some rows from j and columns from l on.
INLINE void combineTile(int64_t m, int64_t r, int64_t d, const Lanes *a, const Lanes *b, const Lanes *w, const double *v,
                        int basis, const Lanes *factor, Lanes *g, int rows, int columns) {
  Lanes sums[2][5];
  for (int p = 0; p < rows; p++)
    for (int q = 0; q < columns; q++) sums[p][q] = all(0);
  for (int64_t k = 0; k < m; k++)
    for (int p = 0; p < rows; p++)
      for (int q = 0; q < columns; q++) sums[p][q] = fma8(a[p * m + k], w[k * d + q], sums[p][q]);
  if (basis) {
    for (int p = 0; p < rows; p++)
      for (int q = 0; q < columns; q++) sums[p][q] -= b[p * r + q];
  } else {
    for (int64_t i = 0; i < r; i++)
      for (int p = 0; p < rows; p++)
        for (int q = 0; q < columns; q++) sums[p][q] = fma8(b[p * r + i], all(-v[i * d + q]), sums[p][q]);
  }
  for (int p = 0; p < rows; p++)
    for (int q = 0; q < columns; q++) g[p * d + q] = factor[p] * sums[p][q];
}

// The same for all columns, in tiles of about the same width, up to five.
INLINE void combineRows(int64_t m, int64_t r, int64_t d, const Lanes *a, const Lanes *b, const Lanes *w, const double *v,
                        int basis, const Lanes *factor, Lanes *g, int rows) {
  for (int64_t l = 0, tiles = (d + 4) / 5; l < d; tiles--) {
    int64_t width = (d - l + tiles - 1) / tiles;
    const Lanes *part = basis ? b + l : b;
    switch (width) {
      case 5: combineTile(m, r, d, a, part, w + l, v + l, basis, factor, g + l, rows, 5); break;
      case 4: combineTile(m, r, d, a, part, w + l, v + l, basis, factor, g + l, rows, 4); break;
      case 3: combineTile(m, r, d, a, part, w + l, v + l, basis, factor, g + l, rows, 3); break;
      case 2: combineTile(m, r, d, a, part, w + l, v + l, basis, factor, g + l, rows, 2); break;
      default: combineTile(m, r, d, a, part, w + l, v + l, basis, factor, g + l, rows, 1); break;
    }
    l += width;
  }
}

TARGET __attribute__((noinline)) static void NAME(combine)(
    int64_t m, int64_t r, int64_t d, const Lanes *a, const Lanes *b, const Lanes *w, const double *v, int basis,
    const Lanes *factor, Lanes *g) {
  int64_t j = 0;
  for (; j + 1 < m; j += 2) combineRows(m, r, d, a + j * m, b + j * r, w, v, basis, factor + j, g + j * d, 2);
  if (j < m) combineRows(m, r, d, a + j * m, b + j * r, w, v, basis, factor + j, g + j * d, 1);
}

INLINE void gradientOf(int unit, int64_t m, int64_t r, int64_t d, const Lanes *weights, const ShallowsTeacher *teacher,
                       int basis, Lanes *g, Lanes *loss, Lanes *scratch) {
  const int isErf = unit == SHCommitteeErf;
  const double twoOverPi = 0x1.45f306dc9c883p-1, factor = unit == SHCommitteeReLU ? twoOverPi / 4 : twoOverPi;
  // Pairs of students j < k, for erf j <= k, row by row; then of students and teachers.
  const int64_t own = isErf ? 0 : 1, inner = m * (m - 1) / 2 + (isErf ? m : 0), pairs = inner + m * r;
  // The first function may take the cosines' place where they are not needed again: it all stays in the nearest cache.
  Lanes *u = scratch, *scaled = u + m * d, *cosines = scaled + m * d, *second = cosines + pairs;
  Lanes *a = second + pairs, *diagonal = a + m * m, *factors = diagonal + m, *spare = factors + 2 * m + 2 * m;
  Lanes *first = loss ? spare : cosines;
  Lanes *lengths = factors + m;
  Scale *scales = (Scale *)(lengths + m);

  for (int64_t j = 0; j < m; j++) {
    const Lanes *w = weights + j * d;
    Lanes square = dotOne(d, w, w);
    if (unit == SHCommitteeAbs) {  // u = |w| w
      Scale length = scaleOf(unit, square);
      lengths[j] = length.size;
      scales[j] = (Scale){square, length.inverse * length.inverse};
      for (int64_t l = 0; l < d; l++) {
        u[j * d + l] = length.size * w[l];
        scaled[j * d + l] = length.inverse * w[l];
      }
    } else {
      scales[j] = scaleOf(unit, square);
      for (int64_t l = 0; l < d; l++) scaled[j * d + l] = scales[j].inverse * w[l];
    }
    // relu'(0) = 0: a unit without weights does not move.
    Lanes moves = choose(scales[j].size > all(0), all(factor), all(0));
    factors[j] = isErf ? factor * scales[j].inverse : moves;
  }

  Lanes *next = cosines;
  for (int64_t j = 0; j < m; j++) {
    int64_t k = j + own;
    const Lanes *row = scaled + j * d;
    for (; k + 3 < m; k += 4, next += 4) dotSome(d, row, scaled + k * d, 4, next);
    switch (m - k) {
      case 3: dotSome(d, row, scaled + k * d, 3, next); break;
      case 2: dotSome(d, row, scaled + k * d, 2, next); break;
      case 1: dotSome(d, row, scaled + k * d, 1, next); break;
    }
    next += m - k;
  }
  // The products with basis vectors are the rows themselves, but for the scale of erf.
  const double shrunk = isErf ? 0x1.6a09e667f3bcdp-1 : 1;
  const Lanes *outer = basis && !isErf ? scaled : next;
  if (outer == next)
    for (int64_t j = 0; j < m; j++)
      for (int64_t i = 0; i < r; i++)
        *next++ = basis ? shrunk * scaled[j * d + i] : dotTeacher(d, scaled + j * d, teacher->scaled + i * d);
  functionsOf(unit, inner, cosines, first, second);
  functionsOf(unit, m * r, outer, first + inner, second + inner);

  Lanes sum = all(0);
  for (int64_t j = 0; j < m; j++) diagonal[j] = all(0);
  int64_t pair = 0;
  for (int64_t j = 0; j < m; j++) {
    if (isErf) {
      a[j * m + j] = first[pair];
      diagonal[j] -= second[pair];
      if (loss) sum += 0.5 * kernelOf(unit, cosines[pair], first[pair], second[pair], all(1));
      pair++;
    } else {
      a[j * m + j] = all(unit == SHCommitteeAbs ? 0x1.921fb54442d18p0 : 0x1.921fb54442d18p1);
      if (loss) sum = fma8(0.5 * scales[j].size * scales[j].size, a[j * m + j], sum);
    }
    Lanes row = diagonal[j];
    for (int64_t k = j + 1; k < m; k++, pair++) {
      a[j * m + k] = a[k * m + j] = first[pair];
      if (isErf) {
        row -= second[pair];
        diagonal[k] -= second[pair];
      } else {
        row = fma8(second[pair], scales[k].size, row);
        diagonal[k] = fma8(second[pair], scales[j].size, diagonal[k]);
      }
      if (loss)
        sum += kernelOf(unit, cosines[pair], first[pair], second[pair], scales[j].size * scales[k].size);
    }
    diagonal[j] = row;
  }
  for (int64_t j = 0; j < m; j++) {
    Lanes taken = all(0);
    for (int64_t i = 0; i < r; i++) {
      int64_t p = inner + j * r + i;
      double size = basis ? 1 : teacher->sizes[i];
      taken = isErf ? taken - second[p] : basis ? taken + second[p] : fma8(second[p], all(size), taken);
      if (loss) sum -= kernelOf(unit, outer[p - inner], first[p], second[p], scales[j].size * size);
    }
    diagonal[j] -= taken;
    // The own row is scaled: so is that of erf in the product below; raw rows take the inverse of their length.
    Lanes inverse = scales[j].inverse;
    a[j * m + j] = isErf ? a[j * m + j] + diagonal[j] : fma8(diagonal[j], inverse, a[j * m + j]);
  }
  if (loss) *loss = fma8(all(factor), sum, all(teacher->constant));

  if (isErf && basis)
    for (int64_t p = inner; p < pairs; p++) first[p] *= shrunk;
  const Lanes *rows = isErf ? scaled : unit == SHCommitteeAbs ? u : weights, *b = first + inner;
  const double *v = isErf ? teacher->scaled : teacher->weights;
  NAME(combine)(m, r, d, a, b, rows, v, basis, factors, g);
  if (unit == SHCommitteeAbs) {
    // du/dw is symmetric: |w| (I + w w^T / |w|^2).
    for (int64_t j = 0; j < m; j++) {
      Lanes part = dotOne(d, g + j * d, scaled + j * d);
      for (int64_t l = 0; l < d; l++)
        g[j * d + l] = fma8(part, weights[j * d + l], lengths[j] * g[j * d + l]);
    }
  }
}

TARGET static void NAME(gradient)(int32_t unit, int64_t m, int64_t r, int64_t d, const double *w,
                                  const ShallowsTeacher *teacher, double *gradient, double *loss, double *scratch) {
  const Lanes *weights = (const Lanes *)w;
  Lanes *g = (Lanes *)gradient, *out = (Lanes *)loss, *space = (Lanes *)scratch;
  const int basis = teacher->isBasis;
  if (unit == SHCommitteeReLU && basis && !loss)
    gradientOf(SHCommitteeReLU, m, r, d, weights, teacher, 1, g, 0, space);
  else if (unit == SHCommitteeReLU && !loss)
    gradientOf(SHCommitteeReLU, m, r, d, weights, teacher, 0, g, 0, space);
  else if (unit == SHCommitteeReLU)
    gradientOf(SHCommitteeReLU, m, r, d, weights, teacher, basis, g, out, space);
  else if (unit == SHCommitteeAbs && !loss)
    gradientOf(SHCommitteeAbs, m, r, d, weights, teacher, basis, g, 0, space);
  else if (unit == SHCommitteeAbs)
    gradientOf(SHCommitteeAbs, m, r, d, weights, teacher, basis, g, out, space);
  else
    gradientOf(SHCommitteeErf, m, r, d, weights, teacher, basis, g, out, space);
}

#undef Scale
