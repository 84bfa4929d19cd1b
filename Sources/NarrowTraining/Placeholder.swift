// NarrowTraining
