// Experiments and their pictures: `import Laboratory` brings the plots along.
@_exported import Plotting
