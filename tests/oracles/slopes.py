"""Minima for a range of slopes, c by c, by the dense loss (`oracles/gaussian.py`). Only the start
of Newton's method comes from the witness: nothing here knows of w beyond that, nor of multipliers
or representations.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from oracles import gaussian

Matrix = Any  # an array of long doubles


def parts_of(c: Any, total: Any = 1) -> tuple[Any, Any]:
    """(p, q) with p + q = total and ((p - q)/(p + q))^2 = c."""
    root = np.sqrt(np.longdouble(c))
    return total * (1 + root) / 2, total * (1 - root) / 2


def long_double(value: Any) -> Any:
    """A rational, to 19 digits."""
    near = Fraction(value).limit_denominator(10**30)
    return np.longdouble(str(near.numerator)) / np.longdouble(str(near.denominator))


@dataclass(frozen=True)
class Covered:
    """What a certificate of kind `gaussian-slopes-minimum` says, and its branch written out."""

    document: dict

    @property
    def k(self) -> int:
        return self.document["statement"]["problem"]["k"]

    @property
    def blocks(self) -> list[dict]:
        return self.document["statement"]["blocks"]

    @property
    def curvature(self) -> float:
        return float(self.document["statement"]["claims"]["curvature"])

    @property
    def teachers(self) -> Matrix:
        return np.eye(self.k, dtype=np.longdouble)

    @cached_property
    def names(self) -> list[tuple[int, int, bool]]:
        """(block of rows, block of columns, diagonal) of the coordinates, as in FORMAT 4.2."""
        return [
            (i, j, diagonal)
            for i, row in enumerate(self.blocks)
            for j, column in enumerate(self.blocks)
            if row["type"] != "columns" and column["type"] not in ("row", "copy")
            for diagonal in (
                [True, False] if self.owner(i) == j and column["size"] > 1 else [i == j]
            )
        ]

    def owner(self, i: int) -> int:
        """The block of columns to which the rows of a block are tied: its own, a copy's another."""
        return self.blocks[i].get("of", i + 1) - 1

    def place(self, c: Any) -> tuple[Fraction, dict, Any]:
        """w of c, the box that holds it (or the nearest one), and by how much the coordinates may
        be wrong there.
        """
        c = Fraction(c)
        w = self.k * c / (2 + self.k * c)
        boxes = self.document["witness"]["cover"]
        for box in boxes:
            if w <= Fraction(box["to"]):
                break
        radius = Fraction(box["radius"]) * (w if Fraction(box["from"]) == 0 else 1)
        return w, box, np.longdouble(float(radius))

    def centre(self, c: Any) -> Matrix:
        """The n x k matrix on the branch."""
        w, box, _ = self.place(c)
        low, high = Fraction(box["from"]), Fraction(box["to"])
        moved = w - (low if low == 0 else (low + high) / 2)
        values = []
        for coefficients in box["branch"]:
            value = Fraction(0)
            for coefficient in reversed(coefficients):
                value = value * moved + Fraction(coefficient)
            values.append(value)
        if low == 0:
            signs = self.document["witness"]["signs"]
            values = [x * w for x in values]
            for number, (i, _, diagonal) in enumerate(self.names):
                values[number] += signs[i] if diagonal else 0
        of = dict(zip(self.names, map(long_double, values), strict=False))
        rows = [i for i, block in enumerate(self.blocks) if block["type"] != "columns"]
        columns = [j for j, block in enumerate(self.blocks) if block["type"] not in ("row", "copy")]
        centre = [
            [
                [of[i, j, True], of[i, j, False]]
                if (i, j, True) in of and (i, j, False) in of
                else of[i, j, i == j]
                for j in columns
            ]
            for i in rows
        ]
        return gaussian.written_out(self.blocks, centre)

    def inside(self) -> list[Fraction]:
        """Some c of the range claimed: both ends or numbers near them, and numbers between."""
        low, high = self.document["statement"]["claims"]["c"]
        first = Fraction(low) or Fraction(1, 10**5)
        last = Fraction(10**4) + 10 * first if high == "infinity" else Fraction(high)
        first = min(first, last / 2) if Fraction(low) == 0 else first
        ratio = float(last / first)
        between = [first * Fraction(ratio ** (part / 3)) for part in (1, 2)]
        return [first, *(c for c in between if first < c < last), last]

    def falsehood(self, c: Any, total: int = 1) -> str | None:
        """Why the claim is false for one c and the activation with p + q = total, as far as numbers
        tell; None if they agree with it.
        """
        parts, share = parts_of(long_double(c), total), total**2
        point = gaussian.newton(self.centre(c), self.teachers, 30, parts)
        noise = 1e-17 * (1 + float(c)) * share  # of the gradient and the loss, in long double
        if not abs(gaussian.gradient(point, self.teachers, parts)).max() < 100 * noise:
            return "no critical point near the branch"
        if (what := self.not_fixed(point)) is not None:
            return what
        least = gaussian.spectra(point, self.teachers, [self.k, self.k + 1, self.k + 2], parts)
        for d, values in least.items():
            if not values[0] > (self.curvature - 2e-9) * share - 1e5 * noise:
                return f"an eigenvalue is {values[0] / share} at c = {float(c)} in dimension {d}"
        if not gaussian.loss(point, self.teachers, parts) > noise:
            return f"the loss is 0 at c = {float(c)}"
        return None

    def not_fixed(self, point: Matrix, tolerance: float = 1e-12) -> str | None:
        """Whether permuting the neighbours of a block changes the point."""
        heights, widths = gaussian.heights_and_widths(self.blocks)
        rows, columns = np.cumsum([0, *heights]), np.cumsum([0, *widths])
        for at, width in enumerate(widths):
            tied = [i for i, height in enumerate(heights) if self.owner(i) == at and height]
            for one, other in pairwise(range(width)):
                moved = point.copy()
                column = columns[at]
                moved[:, [column + one, column + other]] = moved[:, [column + other, column + one]]
                for row in rows[tied]:
                    moved[[row + one, row + other]] = moved[[row + other, row + one]]
                if not abs(moved - point).max() < tolerance:
                    return "the point is not fixed by the group"
        return None


def slopes_falsehood(document: dict) -> str | None:
    """Why the statement is false, as far as numbers tell; None if they agree with every claim."""
    covered = Covered(document)
    for c in covered.inside():
        if (what := covered.falsehood(c)) is not None:
            return what
    return None
