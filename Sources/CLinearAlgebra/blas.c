#include "clinearalgebra.h"

#if defined(__APPLE__)
void shallows_blas_single_thread(void) {}
const char *shallows_blas_kernel(void) { return "Accelerate"; }
const char *shallows_blas_configuration(void) { return "Accelerate"; }
#else
void openblas_set_num_threads(int threads);
char *openblas_get_corename(void);
char *openblas_get_config(void);

void shallows_blas_single_thread(void) { openblas_set_num_threads(1); }
const char *shallows_blas_kernel(void) { return openblas_get_corename(); }
const char *shallows_blas_configuration(void) { return openblas_get_config(); }
#endif
