// Vectorised kernels and the thread pool of Shallows.
#pragma once
#include "parallel.h"
