// Vectorised kernels and the thread pool of Shallows.
#pragma once
#include "normal_quantile.h"
#include "parallel.h"
#include "perturbations.h"
#include "committee.h"
#include "network.h"
#include "vectormath.h"
