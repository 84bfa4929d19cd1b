// Messages between the processes of an MPI job: the little of MPI that sweeps need.
//
// Communicators, data types and wildcards are macros in mpi.h, which Swift cannot import; here they stay on the C side.
// Without the package trait MPI none of this is defined, and mpi.h is not needed.
#ifndef SHALLOWS_MPI_H
#define SHALLOWS_MPI_H

#include <stdint.h>

// Joins the job. Returns 0, or 1 where the library cannot be called from several threads in turn.
int32_t shallows_mpi_start(void);

// Leaves the job; waits for the other processes to do so. By the thread that joined.
void shallows_mpi_finish(void);

int32_t shallows_mpi_rank(void);
int32_t shallows_mpi_count(void);

// How many processes of the job share this machine. Every process must call this, and does so once.
int32_t shallows_mpi_count_here(void);

void shallows_mpi_send(const void *bytes, int32_t count, int32_t rank);

// The size of the message that has arrived first, and who sent it; -1 where none has. Does not wait.
int32_t shallows_mpi_probe(int32_t *rank);

// Takes that message out.
void shallows_mpi_receive(void *bytes, int32_t count, int32_t rank);

#endif
