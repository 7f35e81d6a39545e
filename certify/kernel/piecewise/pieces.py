"""Piecewise linear units on data: the piece that each is on, and what it makes of its input."""

from __future__ import annotations

from bisect import bisect_left
from functools import partial

from flint import fmpq, fmpz, fmpz_mat

from certify.kernel.foundation.rational_matrix import RationalMatrix
from certify.kernel.piecewise.layers import Activation

__all__ = ["Pieces", "bent", "on_pieces"]

Pieces = tuple[tuple[int, ...], ...]  # of each unit, on each datum: the number of its piece


def bent(layer: Activation, z: RationalMatrix) -> tuple[Pieces, list[fmpq], RationalMatrix]:
    """The piece that each entry lies in (at a kink, the one below it); for each row and piece the
    least distances from the kinks at its ends; and what the units make of the entries.
    """
    # an entry is above a kink where its numerator is above this
    floors = [(kink * z.below).floor() for kink in layer.kinks]
    place, bend = partial(bisect_left, floors), _Bend(layer, z, intercepts=True)
    pieces, margins = [], []
    for unit in range(z.nrows()):
        row = z.row(unit)
        first, last = place(min(row)), place(max(row))
        if first == last:
            pieces.append((first,) * len(row))
            parts = {first: row}
        else:
            pieces.append(tuple(map(place, row)))
            parts = {}
            for entry, j in zip(row, pieces[-1], strict=True):
                parts.setdefault(j, []).append(entry)
        for j, part in parts.items():
            if j > 0:
                margins.append(fmpq(min(part), z.below) - layer.kinks[j - 1])
            if j < len(floors):
                margins.append(layer.kinks[j] - fmpq(max(part), z.below))
        bend.take(row, pieces[-1])
    return tuple(pieces), margins, bend.matrix()


class _Bend:
    """Each slope * z + intercept, or without the intercepts, row after row."""

    def __init__(self, layer: Activation, z: RationalMatrix, *, intercepts: bool) -> None:
        self.z, (self.slopes, constants) = z, layer.table.rows
        self.below = layer.table.below * z.below
        self.constants = [c * z.below * intercepts for c in constants]
        self.entries: list[fmpz] = []
        self.same = self.below == z.below

    def take(self, row: list[fmpz], places: tuple[int, ...]) -> None:
        """The next row, and the pieces of its entries."""
        slopes, constants, first = self.slopes, self.constants, places[0]
        slope, constant = slopes[first], constants[first]
        if places.count(first) < len(places):
            self.same = False
            row = [slopes[j] * v + constants[j] for v, j in zip(row, places, strict=True)]
        elif slope != 1 or constant != 0:
            self.same = False
            row = [slope * v + constant for v in row]
        self.entries += row

    def matrix(self) -> RationalMatrix:
        """All rows."""
        if self.same:
            return self.z
        return RationalMatrix(fmpz_mat(self.z.nrows(), self.z.ncols(), self.entries), self.below)


def on_pieces(
    layer: Activation, pieces: Pieces, z: RationalMatrix, *, intercepts: bool
) -> RationalMatrix:
    """What the units on these pieces make of z, with or without their intercepts."""
    bend = _Bend(layer, z, intercepts=intercepts)
    for unit, places in enumerate(pieces):
        bend.take(z.row(unit), places)
    return bend.matrix()
