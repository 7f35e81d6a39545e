"""Directions in which the risk does not change, and the slice across them on which a point is
proved to be isolated (lemma 29).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flint import arb, fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import fields, flag, natural
from certify.kernel.foundation.words import Words, line
from certify.kernel.trained.losses import CROSS_ENTROPY
from certify.kernel.trained.network import Parameters
from certify.kernel.trained.problem import TrainedProblem, is_identity

__all__ = ["Slice", "slopes_of"]

Rows = list[list[arb]]


def slopes_of(tree: Any) -> tuple[fmpq, fmpq] | None:
    """The slopes (p, q) of an activation that is p t below 0 and q t above; None for others."""
    if not isinstance(tree, tuple) or tree[0] != "piecewise" or tree[1] != 0:
        return None
    below, above = map(_slope, tree[2:])
    return None if below is None or above is None else (below, above)


def _slope(node: Any) -> fmpq | None:
    """The factor of a multiple of t."""
    if node == "t":
        return fmpq(1)
    if isinstance(node, fmpq):
        return node if node == 0 else None
    if isinstance(node, tuple) and node[0] == "*" and len(node) == 3:
        for number, other in (node[1:], node[:0:-1]):
            if isinstance(number, fmpq) and other == "t":
                return number
    return None


@dataclass(frozen=True)
class Slice:
    """The parameters theta near the centre c with

    e . (theta - c) = 0 for each direction e of `shifts`, and theta_i = c_i for i in `fixed`.

    shifts: for each e the places of its ones (the other entries are 0), disjoint sets of K places;
    fixed: places of the parameters that rescaling could change. One of the two is empty.
    """

    problem: TrainedProblem
    shifts: tuple[tuple[int, ...], ...]
    fixed: frozenset[int]

    @classmethod
    def read(cls, value: Any, problem: TrainedProblem, centre: Parameters) -> Slice:
        """From the field `modulo` of a statement. Raises `Malformed`."""
        known = fields(value, "the field modulo", ["shift", "rescaling"])
        shift = flag(known["shift"], "the field shift")
        if known["rescaling"] is None:
            return cls(problem, _shifts(problem) if shift else (), frozenset())
        if shift:
            raise Malformed("shift and rescaling are not both taken out")
        return cls(problem, (), _fixed(known["rescaling"], problem, centre))

    @property
    def dimension(self) -> int:
        """That of the slice."""
        return self.problem.network.size - len(self.shifts) - len(self.fixed)

    @cached_property
    def kept(self) -> list[int]:
        """The places of the parameters that are not fixed."""
        return [i for i in range(self.problem.network.size) if i not in self.fixed]

    @property
    def whole(self) -> bool:
        """Whether nothing is taken out."""
        return not self.shifts and not self.fixed

    def gradient(self, entries: list[arb]) -> list[arb]:
        """That of the risk on the slice, by the parameters that are not fixed; at the centre that
        of R~, too.
        """
        return [entries[i] for i in self.kept]

    def hessian(self, rows: Rows) -> Rows:
        """That of the risk by the parameters that are not fixed, lower triangle."""
        if not self.fixed:
            return rows
        return [[rows[i][j] for j in self.kept if j <= i] for i in self.kept]

    def lifted(self, rows: Rows) -> Rows:
        """The Hessian of R~(theta) = R(theta) + factor/2 sum_e (e . (theta - c))^2."""
        raised = [list(row) for row in self.hessian(rows)]
        factor = ball(self.problem.factor)
        for places in self.shifts:
            for i in places:
                for j in places:
                    if j <= i:
                        raised[i][j] += factor
        return raised

    @property
    def lift(self) -> fmpq:
        """The eigenvalue factor |e|^2 of the Hessian of R~ along each e."""
        return self.problem.factor * self.problem.network.outputs

    def in_words(self) -> Words:
        """What is taken out, for a headline; nothing where nothing is."""
        if self.shifts:
            return line(", up to adding the same to all outputs,")
        return line(", up to rescaling hidden units,") if self.fixed else ()

    def told(self) -> Iterator[Words]:
        """What S is, lines of a theorem; none where nothing is taken out."""
        if self.shifts:
            yield line(
                f"Adding one number {' or '.join(self.shifted())} does not change $R$. Let $S$ be"
            )
            yield line("the set of the $θ$ for which each sum of such parameters is that of $C$.")
        elif self.fixed:
            yield line("To multiply the incoming weights and the bias of a hidden unit by a number")
            yield line(
                "above 0, and to divide its outgoing weights by it, does not change $R$. Let"
            )
            yield line(
                "$S$ be the set of the $θ$ in which one outgoing weight of each hidden unit,"
            )
            yield line("named in the file, is as in $C$.")

    def shifted(self) -> list[str]:
        """To which parameters one number may be added, where `shifts` is not empty."""
        number = len(self.problem.network.layers) - 1
        last = self.problem.network.layers[number]
        sets = []
        if last.bias and self.problem.decay_at(number, last.inputs) == 0:
            sets.append("to all biases of the last layer")
        if self.problem.decay_at(number, 0) == 0:
            sets.append("to all weights of the last layer that act on the same input of it")
        return sets

    def consequence(self) -> Iterator[Words]:
        """What follows for all parameters from a strict local minimum theta* on S."""
        how = "these additions make" if self.shifts else "this rescaling makes"
        if not self.whole:
            yield line(
                "       Among all parameters $θ*$ is a local minimum of $R$, too, and near it only"
                f" the points that {how} of $θ*$ have the same risk."
            )


def _shifts(problem: TrainedProblem) -> tuple[tuple[int, ...], ...]:
    """The directions along which all outputs move by the same number: ones on the biases of the
    last layer, and on each column of its weights, where they have no decay.
    """
    number = len(problem.network.layers) - 1
    last = problem.network.layers[number]
    if problem.loss != CROSS_ENTROPY or not is_identity(last):
        raise Malformed("shift is a symmetry of cross-entropy with linear outputs only")
    places = tuple(
        tuple(problem.network.place(number, unit, column) for unit in range(last.units))
        for column in range(last.columns)
        if problem.decay_at(number, column) == 0
    )
    if not places:
        raise Malformed("shift is no symmetry where the last layer has decay on all parameters")
    return places


def _fixed(value: Any, problem: TrainedProblem, centre: Parameters) -> frozenset[int]:
    """For each hidden unit one outgoing weight that is not 0 at the centre."""
    layers = problem.network.layers
    if problem.decays:
        raise Malformed("rescaling is no symmetry where there is decay")
    if any(slopes_of(layer.activation.tree) is None for layer in layers[:-1]):
        raise Malformed("rescaling is a symmetry of units of two slopes with a kink at 0 only")
    if not isinstance(value, list) or len(value) != len(layers) - 1 or not value:
        raise Malformed("the field rescaling is not null, nor a list for each hidden layer")
    places = set()
    for number, units in enumerate(value):
        here = f"the field rescaling for hidden layer {number + 1}"
        if not isinstance(units, list) or len(units) != layers[number].units:
            raise Malformed(f"{here} is not a list of {layers[number].units} units")
        for j, unit in enumerate(units):
            above = natural(unit, f"a unit in {here}", 1, layers[number + 1].units) - 1
            if centre[number + 1][0][above][j] == 0:
                raise Malformed(f"{here} fixes a weight that is 0 at the centre")
            places.add(problem.network.place(number + 1, above, j))
    return frozenset(places)
