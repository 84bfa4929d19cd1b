// Vector operations on packs of students: see committee.h. A template like lanes.h.

TARGET static void NAME(axpy)(int64_t n, const double *a, const double *x, double *y) {
  const Lanes factor = *(const Lanes *)a, *from = (const Lanes *)x;
  const Mask moves = factor != all(0);
  Lanes *to = (Lanes *)y;
  for (int64_t i = 0; i < n; i++) to[i] = choose(moves, fma8(factor, from[i], to[i]), to[i]);
}

INLINE Lanes larger(Lanes largest, Lanes x) {
  Lanes size = abs8(x);
  return choose((size > largest) | (size != size), size, largest);
}

TARGET static void NAME(maximum)(int64_t n, const double *x, double *result) {
  const Lanes *from = (const Lanes *)x;
  Lanes a = all(0), b = a, c = a, d = a;
  int64_t i = 0;
  for (; i + 3 < n; i += 4) {
    a = larger(a, from[i]);
    b = larger(b, from[i + 1]);
    c = larger(c, from[i + 2]);
    d = larger(d, from[i + 3]);
  }
  for (; i < n; i++) a = larger(a, from[i]);
  *(Lanes *)result = larger(larger(a, b), larger(c, d));
}

TARGET static void NAME(dot)(int64_t n, const double *x, const double *y, double *result) {
  const Lanes *a = (const Lanes *)x, *b = (const Lanes *)y;
  Lanes even = all(0), odd = all(0);
  int64_t i = 0;
  for (; i + 1 < n; i += 2) {
    even = fma8(a[i], b[i], even);
    odd = fma8(a[i + 1], b[i + 1], odd);
  }
  if (i < n) even = fma8(a[i], b[i], even);
  *(Lanes *)result = even + odd;
}

TARGET static void NAME(copy)(int64_t n, const double *chosen, const double *x, double *y) {
  const Mask mask = *(const Lanes *)chosen != all(0);
  const Lanes *from = (const Lanes *)x;
  Lanes *to = (Lanes *)y;
  for (int64_t i = 0; i < n; i++) to[i] = choose(mask, from[i], to[i]);
}

TARGET static void NAME(error)(int64_t n, double absolute, double relative, const double *e, const double *x,
                                 const double *y, double *result) {
  const Lanes *error = (const Lanes *)e, *a = (const Lanes *)x, *b = (const Lanes *)y;
  Lanes largest = all(0);
  for (int64_t i = 0; i < n; i++) {
    Lanes size = abs8(error[i]) / fma8(all(relative), most(abs8(a[i]), abs8(b[i])), all(absolute));
    largest = choose((size > largest) | (size != size), size, largest);
  }
  *(Lanes *)result = largest;
}
