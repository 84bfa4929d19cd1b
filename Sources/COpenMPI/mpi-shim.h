// Open MPI's own header, found by pkg-config. Used under the package trait MPI alone.
#include <mpi.h>
