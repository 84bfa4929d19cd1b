#pragma once
#include <stdint.h>
// Heap allocations made by this process so far (all threads). On Linux with glibc only; elsewhere always 0.
int64_t allocation_count(void);
