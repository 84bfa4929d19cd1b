// Eight doubles as one value, for code in which every lane is a problem of its own. A template: committee.c includes it
// once for each level of the instruction set, with TARGET the level and NAME(f) the name of f there.
//
// Explicit vectors and explicit fused operations only: on every level each lane is rounded in the same places, so all
// levels give the same bits.

#define INLINE static inline __attribute__((always_inline, unused)) TARGET

INLINE Lanes fma8(Lanes a, Lanes b, Lanes c) { return __builtin_elementwise_fma(a, b, c); }
INLINE Lanes sqrt8(Lanes a) { return __builtin_elementwise_sqrt(a); }
INLINE Lanes abs8(Lanes a) { return __builtin_elementwise_abs(a); }
INLINE Lanes all(double a) { return (Lanes){a, a, a, a, a, a, a, a}; }
INLINE Lanes choose(Mask mask, Lanes yes, Lanes no) {
  return (Lanes)(((Mask)yes & mask) | ((Mask)no & ~mask));
}
INLINE Lanes withSign(Lanes size, Lanes sign) {  // size >= 0
  const Mask bit = (Mask)all(-0.0);
  return (Lanes)((Mask)size | ((Mask)sign & bit));
}
INLINE Lanes most(Lanes a, Lanes b) { return choose(a > b, a, b); }
