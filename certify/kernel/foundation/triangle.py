"""How symmetric matrices are written: by the rows of their lower triangle."""

from __future__ import annotations

from flint import arb

__all__ = ["require_triangle"]


def require_triangle(rows: list[list[arb]]) -> None:
    """ValueError unless these are the rows of a lower triangle, of lengths 1, 2, 3, ..."""
    if not rows or any(len(row) != i + 1 for i, row in enumerate(rows)):
        raise ValueError(
            "a symmetric matrix is given by the rows of its lower triangle, of lengths 1, 2, 3, ..."
        )
