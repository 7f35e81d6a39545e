"""The Gaussian loss: closed forms, block symmetry, and one module for each kind."""
