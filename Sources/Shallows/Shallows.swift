// The umbrella: `import Shallows` brings every part.
@_exported import Adversaries
@_exported import Datasets
@_exported import Dynamics
@_exported import Laboratory
@_exported import LinearAlgebra
@_exported import MomentRecovery
@_exported import NarrowTraining
@_exported import Networks
@_exported import Optimization
@_exported import Plotting
@_exported import Randomness
@_exported import TeacherStudent
