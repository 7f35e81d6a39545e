"""Smooth networks on data: formulas, expansions, and one module for each kind."""
