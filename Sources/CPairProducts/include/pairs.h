// Products of pairs of variables, for moments of fourth order: samples run along the rows, so that each row of products
// is one multiplication of contiguous numbers.
//
// The pairs i <= j of n variables are counted row by row: 00, 01, ..., 0(n-1), 11, 12, ... Products off the diagonal
// are multiplied by sqrt 2, so that sums over pairs are inner products of symmetric matrices. `samples` is a multiple
// of SHALLOWS_PAIR_GROUP (callers pad with zeros), all rows are `samples` apart and begin on a boundary of 64 bytes.
// Outputs do not overlap inputs. The same bits on every machine.
#pragma once
#include <stdint.h>

enum { SHALLOWS_PAIR_GROUP = 8 };

// products[p - first] <- x_i x_j for the pairs p = ij with first <= p < end; sums[p - first] += its sum over samples.
void shallows_pair_products(int64_t n, int64_t samples, const double *x, int64_t first, int64_t end, double *products,
                            double *sums);

// products[p - first] <- r_a y_b + r_b y_a for the pairs p = ab with first <= p < end; sums as above.
void shallows_pair_symmetrized(int64_t n, int64_t samples, const double *r, const double *y, int64_t first, int64_t end,
                               double *products, double *sums);
