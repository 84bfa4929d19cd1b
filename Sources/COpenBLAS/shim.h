// Links OpenBLAS; the declarations we use are in CLinearAlgebra, shared with Accelerate.
