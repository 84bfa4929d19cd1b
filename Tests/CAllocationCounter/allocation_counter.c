#include "allocation_counter.h"
#include <stddef.h>

static _Thread_local int64_t count, bytes;
int64_t allocation_count(void) { return count; }
int64_t allocated_bytes(void) { return bytes; }

#if defined(__GLIBC__)
// The program's own definitions come before glibc's for every library it loads.
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);
void *malloc(size_t n) { count++; bytes += n; return __libc_malloc(n); }
void *calloc(size_t a, size_t b) { count++; bytes += a * b; return __libc_calloc(a, b); }
void *realloc(void *p, size_t n) { count++; bytes += n; return __libc_realloc(p, n); }
int posix_memalign(void **out, size_t alignment, size_t n) {
  count++;
  bytes += n;
  *out = __libc_memalign(alignment, n);
  return *out ? 0 : 12;
}
void *aligned_alloc(size_t alignment, size_t n) {
  count++;
  bytes += n;
  return __libc_memalign(alignment, n);
}
#endif
