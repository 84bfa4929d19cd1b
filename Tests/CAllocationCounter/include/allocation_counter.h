#pragma once
#include <stdint.h>
// Heap allocations made by the calling thread so far. On Linux with glibc only; elsewhere always 0.
int64_t allocation_count(void);
// The bytes that these allocations asked for, freed since or not.
int64_t allocated_bytes(void);
