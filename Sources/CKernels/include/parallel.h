#pragma once
#include <stdint.h>

// Calls body(context, i) once for each i in 0..<count, on up to shallows_threads() threads including the caller.
// Which thread runs which i is not fixed, so bodies must write to places that only depend on i.
// Nested calls, and calls while another thread is inside, run on the caller alone. Allocates nothing after the first call.
void shallows_parallel_for(int64_t count, void (*body)(void *context, int64_t i), void *context);

// The number of threads that shallows_parallel_for uses (at least 1; starts as the number of processors).
int32_t shallows_threads(void);
void shallows_set_threads(int32_t threads);
