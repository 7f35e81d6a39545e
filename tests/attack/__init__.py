"""Certificates at the border of truth, of random problems near to degenerate ones."""
