// A small fork-join pool: workers spin briefly for the next job, then sleep. The spin makes a fork cost about a
// microsecond inside a training loop; the sleep leaves the cores to others between loops.
#include "parallel.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>

enum { maximumThreads = 256, spins = 4000, activeBits = 16 };

// The current job; written only while no worker is inside one.
static void (*jobBody)(void *, int64_t);
static void *jobContext;
static int64_t jobCount;
static atomic_llong nextIndex;  // the next i to hand out
static atomic_int working;      // active workers still inside the job

// Job number and number of active workers in one word, so that a worker never mixes two jobs.
static atomic_ullong ticket;
static atomic_flag busy = ATOMIC_FLAG_INIT;
static atomic_int sleepers;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
static int started = 0;  // workers alive; touched only by the holder of `busy`
static atomic_int requested;
static _Thread_local bool inside = false;

static inline void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static void drain(void) {
  inside = true;
  for (;;) {
    int64_t i = atomic_fetch_add_explicit(&nextIndex, 1, memory_order_relaxed);
    if (i >= jobCount) break;
    jobBody(jobContext, i);
  }
  inside = false;
}

static unsigned long long awaitNewTicket(unsigned long long seen) {
  for (int spin = 0; spin < spins; spin++) {
    unsigned long long now = atomic_load_explicit(&ticket, memory_order_acquire);
    if (now != seen) return now;
    relax();
  }
  pthread_mutex_lock(&lock);
  atomic_fetch_add(&sleepers, 1);
  while (atomic_load(&ticket) == seen) pthread_cond_wait(&wake, &lock);
  atomic_fetch_sub(&sleepers, 1);
  pthread_mutex_unlock(&lock);
  return atomic_load(&ticket);
}

static void *work(void *argument) {
  int index = (int)(intptr_t)argument;
  unsigned long long seen = 0;
  for (;;) {
    seen = awaitNewTicket(seen);
    if (index >= (int)(seen & ((1u << activeBits) - 1))) continue;
    drain();
    atomic_fetch_sub_explicit(&working, 1, memory_order_release);
  }
  return 0;
}

static int ensureWorkers(int wanted) {
  while (started < wanted) {
    pthread_t thread;
    if (pthread_create(&thread, 0, work, (void *)(intptr_t)started) != 0) break;
    pthread_detach(thread);
    started++;
  }
  return started < wanted ? started : wanted;
}

void shallows_parallel_for(int64_t count, void (*body)(void *, int64_t), void *context) {
  int threads = shallows_threads();
  bool alone = count <= 1 || threads <= 1 || inside || atomic_flag_test_and_set_explicit(&busy, memory_order_acquire);
  if (alone) {
    for (int64_t i = 0; i < count; i++) body(context, i);
    return;
  }
  int64_t helpers = threads - 1 < count - 1 ? threads - 1 : count - 1;
  int active = ensureWorkers((int)helpers);
  jobBody = body;
  jobContext = context;
  jobCount = count;
  atomic_store_explicit(&nextIndex, 0, memory_order_relaxed);
  atomic_store_explicit(&working, active, memory_order_relaxed);
  unsigned long long number = (atomic_load_explicit(&ticket, memory_order_relaxed) >> activeBits) + 1;
  atomic_store(&ticket, (number << activeBits) | (unsigned)active);
  if (atomic_load(&sleepers) > 0) {
    pthread_mutex_lock(&lock);
    pthread_cond_broadcast(&wake);
    pthread_mutex_unlock(&lock);
  }
  drain();
  for (int spin = 0; atomic_load_explicit(&working, memory_order_acquire) > 0; spin++) {
    if (spin < spins) relax(); else sched_yield();
  }
  atomic_flag_clear_explicit(&busy, memory_order_release);
}

int32_t shallows_threads(void) {
  int32_t threads = atomic_load_explicit(&requested, memory_order_relaxed);
  if (threads == 0) {
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    threads = processors < 1 ? 1 : processors > maximumThreads ? maximumThreads : (int32_t)processors;
    atomic_store_explicit(&requested, threads, memory_order_relaxed);
  }
  return threads;
}

void shallows_set_threads(int32_t threads) {
  atomic_store(&requested, threads < 1 ? 1 : threads > maximumThreads ? maximumThreads : threads);
}

// Swift's own calling convention: a closure arrives as its code and its context. This is how Parallel.forEach lends a
// non-escaping closure to the pool without a heap copy.
typedef __attribute__((swiftcall)) void (*SwiftBody)(int64_t i, __attribute__((swift_context)) void *context);
typedef struct {
  SwiftBody code;
  void *context;
} SwiftClosure;

static void callSwift(void *closure, int64_t i) {
  SwiftClosure *swift = closure;
  swift->code(i, swift->context);
}

__attribute__((swiftcall)) void shallows_parallel_for_swift(int64_t count, SwiftBody code, void *context) {
  SwiftClosure closure = {code, context};
  shallows_parallel_for(count, callSwift, &closure);
}
