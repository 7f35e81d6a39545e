"""The field `modulo` of FORMAT 4.22, 4.24 and 4.26: directions along which R does not change.

Either shifts: S is the set of the theta with e.(theta - centre) = 0 for some vectors e of ones and
zeros with R(theta + t e) = R(theta).  So the gradient of R does not change along e, H e = 0, and R~
= R + factor/2 * sum of (e.(theta - centre))^2 is critical only where all e.(theta - centre) = 0 and
R is critical.  The Hessian of R~ is that of R on S, and factor |e|^2 along e.

Or rescaling: one outgoing weight of each hidden unit, not 0, is fixed, and S holds the rest free.
Each theta near the centre is a rescaled one with these weights, in one way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .formulas import Formula
from .reader import array, boolean, fields, integer
from .trained_problem import TrainedProblem, Vector
from .verdict import need
from .wide import Wide


def linear_slope(node: Formula) -> Fraction | None:
    """c where the formula is c t, written "0", "t" or as a product of c and "t"."""
    if node == "t":
        return Fraction(1)
    if isinstance(node, Fraction):
        return node if node == 0 else None
    if isinstance(node, tuple) and node[0] == "*" and len(node) == 3 and "t" in node[1:]:
        number = node[1] if node[2] == "t" else node[2]
        return number if isinstance(number, Fraction) else None
    return None


def two_slopes(formula: Formula) -> tuple[Fraction, Fraction] | None:
    """The slopes below and above 0 where h is linear on both sides."""
    if not isinstance(formula, tuple) or formula[0] != "piecewise" or formula[1] != 0:
        return None
    below, above = map(linear_slope, formula[2:])
    return None if below is None or above is None else (below, above)


@dataclass(frozen=True)
class Slice:
    """shifts: for each e the places where it is 1, all of them K places; fixed: the places of
    weights.  One of the two is empty.
    """

    problem: TrainedProblem
    shifts: list[list[int]]
    fixed: set[int]

    @property
    def where(self) -> str:
        """In a summary, behind what is said of S alone."""
        if self.shifts:
            return " on the slice across shifts"
        return " on the slice across rescaling" if self.fixed else ""

    @property
    def free(self) -> list[int]:
        """The parameters that are not fixed."""
        return [i for i in range(self.problem.parameters) if i not in self.fixed]

    @property
    def dimension(self) -> int:
        return self.problem.parameters - len(self.fixed) - len(self.shifts)

    def radii(self, radius: Fraction) -> list[Fraction]:
        return [radius * (i not in self.fixed) for i in range(self.problem.parameters)]

    def vector(self, numbers: Sequence[Wide]) -> list[Wide]:
        """The entries of the free parameters."""
        return [numbers[i] for i in self.free]

    def matrix(self, lower: list[list[Wide]]) -> list[list[Wide]]:
        """Their rows and columns."""
        return [[lower[i][j] for j in self.free if j <= i] for i in self.free]

    def held(self, lower: list[list[Wide]]) -> list[list[Wide]]:
        """The Hessian of R~ where this is that of R."""
        found = [list(row) for row in lower]
        factor = Wide.of(self.problem.factor, lower[0][0].bits)
        for e in self.shifts:
            for s, i in enumerate(e):
                for j in e[: s + 1]:
                    found[i][j] = found[i][j] + factor
        return found

    def tangent(self, x: list[int]) -> list[int]:
        """A multiple of the projection of x to the tangents of S."""
        found = list(x)
        if self.shifts:
            size = len(self.shifts[0])
            found = [z * size for z in x]
            for e in self.shifts:
                total = sum(x[i] for i in e)
                for i in e:
                    found[i] -= total
        return found


def read_slice(value: Any, problem: TrainedProblem, centre: Vector) -> Slice:
    fields(value, "modulo", "shift rescaling")
    layers, last = problem.layers, problem.layers[-1]
    shifts: list[list[int]] = []
    if boolean(value["shift"], "shift"):
        need(problem.loss == "cross-entropy", "shift stands with a loss other than cross-entropy.")
        need(last.activation == "t", "shift stands with an activation of the last layer.")
        weights, biases = last.decay
        if weights == 0:
            shifts += [[last.weight(k, j) for k in range(last.units)] for j in range(last.inputs)]
        if last.bias and biases == 0:
            shifts.append([last.offset(k) for k in range(last.units)])
        need(bool(shifts), "shift stands with decay of all parameters of the last layer.")
    fixed: set[int] = set()
    listed = value["rescaling"]
    if listed is not None:
        need(not shifts, "shift and rescaling stand together.")
        need(not any(problem.decays), "rescaling stands with decay.")
        need(len(layers) > 1, "rescaling stands without hidden layers.")
        for entry, layer, above in zip(
            array(listed, "rescaling", len(layers) - 1), layers, layers[1:]
        ):
            need(
                two_slopes(layer.activation) is not None,
                "rescaling stands with a hidden activation that is not linear on both sides of 0.",
            )
            for j, k in enumerate(array(entry, "an entry of rescaling", layer.units)):
                unit = integer(k, "a unit of rescaling", 1, above.units) - 1
                fixed.add(above.weight(unit, j))
        need(all(centre[i] for i in fixed), "rescaling fixes a weight that is 0.")
    return Slice(problem, shifts, fixed)
