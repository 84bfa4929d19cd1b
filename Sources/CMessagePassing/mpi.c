#include "shallows_mpi.h"

#ifdef SHALLOWS_MPI
#include <mpi.h>
#include <stddef.h>

enum { tag = 7 };

int32_t shallows_mpi_start(void) {
  int provided = MPI_THREAD_SINGLE;
  MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &provided);
  return provided >= MPI_THREAD_SERIALIZED ? 0 : 1;
}

void shallows_mpi_finish(void) { MPI_Finalize(); }

int32_t shallows_mpi_rank(void) {
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank;
}

int32_t shallows_mpi_count(void) {
  int count = 1;
  MPI_Comm_size(MPI_COMM_WORLD, &count);
  return count;
}

int32_t shallows_mpi_count_here(void) {
  MPI_Comm here;
  int count = 1;
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &here);
  MPI_Comm_size(here, &count);
  MPI_Comm_free(&here);
  return count;
}

void shallows_mpi_send(const void *bytes, int32_t count, int32_t rank) {
  MPI_Send(bytes, count, MPI_BYTE, rank, tag, MPI_COMM_WORLD);
}

int32_t shallows_mpi_probe(int32_t *rank) {
  int found = 0, count = 0;
  MPI_Status status;
  MPI_Iprobe(MPI_ANY_SOURCE, tag, MPI_COMM_WORLD, &found, &status);
  if (!found) return -1;
  MPI_Get_count(&status, MPI_BYTE, &count);
  *rank = status.MPI_SOURCE;
  return count;
}

void shallows_mpi_receive(void *bytes, int32_t count, int32_t rank) {
  MPI_Recv(bytes, count, MPI_BYTE, rank, tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}
#else
// A translation unit must not be empty.
typedef int shallows_without_mpi;
#endif
