// The levels of the x86-64 instruction set that some kernels are compiled for, and which of them the machine has: 4
// (AVX-512), 3 (AVX2) or 1. Elsewhere there is one level, and SHALLOWS_LEVELS is not defined.
#pragma once

#if defined(__x86_64__)
#define SHALLOWS_LEVELS 1

static int level(void) {
  // The same answer from every thread, so the race is benign.
  static _Atomic int known = 0;
  int found = known;
  if (found == 0) {
    found = __builtin_cpu_supports("x86-64-v4") ? 4 : __builtin_cpu_supports("x86-64-v3") ? 3 : 1;
    known = found;
  }
  return found;
}
#endif
