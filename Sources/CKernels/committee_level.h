// One level of the instruction set: TARGET and NAME are defined by committee.c, and used up here.
#include "lanes.h"
#include "lanes_operations.h"
#include "committee_gradient.h"
#include "committee_loss.h"
#undef INLINE
#undef TARGET
#undef NAME
