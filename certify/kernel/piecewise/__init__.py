"""Piecewise linear networks on data: cells, paths, and one module for each kind."""
