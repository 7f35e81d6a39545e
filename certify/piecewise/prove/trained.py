"""From a trained network of one hidden layer, in floats, to the exact rational local minimum beside
it, if there is one (lemma D4's pipeline).

Inside a cell f = sum_j v_j h(w_j.x + b_j) + c is linear in q_j = v_j (w_j, b_j) and c, for units of
two slopes with a kink at 0; so the local minima in a cell are the exact least-squares solutions
that lie in it.
"""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

from flint import fmpq

from certify.attempt import Attempt, Refusal
from certify.empirical.architectures import Dense, Unit
from certify.empirical.attempts import QUIET, Run
from certify.empirical.parameters import Layers, in_float, nested
from certify.empirical.standard import Standard, spread_exponent
from certify.errors import UnusableInput
from certify.kernel.foundation.balls import bounds_text
from certify.kernel.foundation.reals import counted
from certify.kernel.piecewise.cells import Cell
from certify.kernel.piecewise.network import Parameters
from certify.kernel.piecewise.pieces import Pieces
from certify.kernel.piecewise.problem import DataProblem
from certify.networks import Trained
from certify.piecewise.prove.better import trained_below
from certify.piecewise.prove.least_squares import least_squares
from certify.piecewise.prove.proposing import (
    claim_minimum,
    refuse_global,
    risk_at,
    statement_of,
)
from certify.tables import DataSet, exact

__all__ = ["apart", "prove_trained"]

_ROUNDS = 200
_BITS = 80  # of the parameters that the next round starts from
_NEAR = 1e-3  # relative distance from the network given, from which on there is a warning
# relative distance of points of two rounds in one cell, below which the rounds repeat themselves
_SAME = 1e-6


def prove_trained(
    data: DataSet,
    net: Trained,
    unit: Unit,
    *,
    rounds: int = 0,
    other: Trained | None = None,
    run: Run = QUIET,
) -> Attempt:
    """The exact least-squares solution in the cell of the trained network, if it lies in it; else
    the reason.

    The remarks of the attempt say how the point that was proved differs from the network. rounds:
    how often to go on from the cell that the solution lies in (0: only the network's own). other: a
    network with a smaller risk, if one is at hand. Raises `UnusableInput`.
    """
    theta = _as_read(net)
    _require_trained(data, net, unit)
    if other is not None and other.w.shape != net.w.shape:
        raise UnusableInput(
            f"the other network has {other.w.shape[0]} hidden units and {other.w.shape[1]} inputs,"
            f" not {net.w.shape[0]} and {net.w.shape[1]}"
        )
    hidden, inputs = net.w.shape
    statement, problem = statement_of(
        data, Dense([hidden], unit).network(inputs, 1), {"type": "squared"}
    )
    standard, scaled = Standard.of_problem(problem)
    own = problem.at(theta)
    best, cells = _followed(standard, scaled, standard.forth(theta), min(rounds, _ROUNDS))
    if isinstance(best, Refusal):
        return Attempt(refusal=best)
    proved = problem.at(standard.back(best))
    risk = problem.risk(proved.outputs[-1])
    before = _in_words(problem.risk(own.outputs[-1]))
    if risk == 0:
        raise UnusableInput(
            "the minimum beside the network fits the data exactly, so it is global; the network as"
            f" read has the risk {before}"
        )
    refuse_global(
        problem,
        proved.outputs[-1],
        f"the minimum beside the network, which as read has the risk {before},",
    )
    better, told = _better(problem, risk, other, run.seed)
    found: dict[str, object] = {
        "cells": cells,
        "moved": f"{_distance(own.parameters, proved.parameters):.3g}",
    }
    claims = {"risk": str(risk), "better": better, "linear_fit": False}
    parameters = nested(problem.network, proved.parameters)
    attempt = claim_minimum(statement, parameters, claims, run.command, found)
    remarks = (*_compared(problem, own, proved), *told, *attempt.remarks)
    return replace(attempt, remarks=remarks)


def _require_trained(data: DataSet, net: Trained, unit: Unit) -> None:
    """Raise `UnusableInput` where the network does not fit the data, or this proof not the
    network.
    """
    inputs = net.w.shape[1]
    if len(data.targets[0]) != 1 or len(data.inputs[0]) != inputs:
        raise UnusableInput(
            f"the network has {inputs} inputs and one output, the data {len(data.inputs[0])} and"
            f" {len(data.targets[0])}"
        )
    function = unit.function
    if function.kinks != (fmpq(0),) or any(function.intercepts):
        raise UnusableInput(
            "this needs units of two slopes with a kink at 0, as relu, leaky or abs"
        )
    dead = [j for j, weight in enumerate(net.outer, 1) if exact(weight) == 0]
    if dead:
        raise UnusableInput(
            f"hidden unit {dead[0]} has the outgoing weight 0: a dead direction, take the unit away"
            " first"
        )


def _better(
    problem: DataProblem, risk: fmpq, other: Trained | None, seed: int
) -> tuple[Layers | None, tuple[str, ...]]:
    """Parameters with a smaller risk, those given or else found by training, None if there are
    none; and a remark where those given have no smaller risk.
    """
    if other is None:
        return trained_below(problem, risk, seed), ()
    given = nested(problem.network, _as_read(other))
    lower = risk_at(problem, given)
    if lower < risk:
        return given, ()
    told = f"the network given as better has the risk {_in_words(lower)}, which is not smaller"
    return None, (told,)


def _as_read(net: Trained) -> Parameters:
    """The network's own parameters, exactly as they were read."""
    return (
        (
            tuple(exact(entry) for row in net.weights for entry in row),
            tuple(map(exact, net.biases)),
        ),
        (tuple(map(exact, net.outer)), (exact(net.constant),)),
    )


def _followed(
    standard: Standard, scaled: DataProblem, theta: Parameters, rounds: int
) -> tuple[Parameters | Refusal, int]:
    """The best point of a cell that holds its own, from the cell of theta on, and the number of
    cells looked at; or why there is none.
    """
    cell, refusal = scaled.at(theta), Refusal("no cell was looked at")
    # the cells so far: when they were left, and for which point
    left: dict[Pieces, tuple[int, Parameters]] = {}
    for step in range(rounds + 1):
        if cell.margin == 0:
            return _at_kink(cell), step
        best = least_squares(scaled, cell)
        moved = scaled.at(best)
        if moved.margin == 0:
            unit, datum = _kink_of(moved)
            refusal = Refusal(
                f"the best point of {_where(step)} has datum {datum} exactly at the kink of hidden"
                f" unit {unit}; no local minimum was found there"
            )
            return refusal, step
        if moved.pieces == cell.pieces:
            return best, step + 1
        before = left.get(cell.pieces[2])
        if before is not None and _near(before[1], best):
            return _round_and_round(cell, moved, step - before[0]), step
        left[cell.pieces[2]] = step, best
        refusal, cell = _outside(cell, moved, step), moved
        shorter = scaled.at(standard.forth(_shortened(standard.back(best))))
        if shorter.pieces == moved.pieces:  # only an exact solution needs all digits
            cell = shorter
    return refusal, rounds


def _compared(problem: DataProblem, own: Cell, proved: Cell) -> tuple[str, ...]:
    """How the point proved differs from the network as read, with a warning where it is another
    one.
    """
    distance, size = _distance(own.parameters, proved.parameters), _length(_flat(own.parameters))
    relative = distance / size if size else float("inf")
    crossed = len(_changed(own, proved))
    before, after = (problem.risk(cell.outputs[-1]) for cell in (own, proved))
    change = (
        f"{counted(crossed, 'unit-datum piece')} {'changes' if crossed == 1 else 'change'} between"
        " them: they lie in different cells"
    )
    pieces = change if crossed else "no unit changes its piece on any datum"
    remark = (
        f"the network as read has the risk {_in_words(before)}, the point proved"
        f" {_in_words(after)}; they lie {distance:.3g} apart in all parameters together"
        f" ({relative:.2g} of the network's norm {size:.3g}), {pieces}"
    )
    if relative <= _NEAR and not crossed:
        return (remark,)
    return (
        remark,
        (
            "warning: this is a theorem about the point in the certificate, which is not the"
            " network given"
        ),
    )


def apart(problem: DataProblem, net: Trained, parameters: Layers) -> tuple[str, bool]:
    """How the network as read differs from a certified point of the same shape, and whether that is
    little enough for no warning.
    """
    own, point = (
        problem.at(_as_read(net)),
        problem.at(problem.network.read_parameters(parameters, "the parameters")),
    )
    told, *warning = _compared(problem, own, point)
    return told, not warning


def _in_words(risk: fmpq) -> str:
    """A risk to a few digits, or exactly where it is short."""
    text = str(risk)
    return text if len(text) <= 12 else f"about {bounds_text(risk, 10)[0]}"


def _flat(parameters: Parameters) -> list[fmpq]:
    """All parameters in a row."""
    return [value for weights, biases in parameters for value in (*weights, *biases)]


def _length(values: list[fmpq]) -> float:
    """The Euclidean norm: the exact sum of squares, its root in float64."""
    square = sum((value * value for value in values), fmpq(0))
    half = spread_exponent([square], fmpq(0)) // 2
    return sqrt(in_float(square / fmpq(4) ** half)) * in_float(fmpq(2) ** half)


def _distance(one: Parameters, other: Parameters) -> float:
    """All parameters together (Euclidean norm)."""
    return _length([a - b for a, b in zip(_flat(one), _flat(other), strict=True)])


def _near(one: Parameters, other: Parameters) -> bool:
    """Whether they are the same, but for what further rounds would change less and less."""
    return _distance(one, other) <= _SAME * _length(_flat(one))


def _changed(old: Cell, new: Cell) -> list[tuple[int, int]]:
    """Hidden units and data, from 1 on, whose piece is another one."""
    pairs = zip(old.pieces[2], new.pieces[2], strict=True)
    return [
        (j, n)
        for j, rows in enumerate(pairs, 1)
        for n, (a, b) in enumerate(zip(*rows, strict=True), 1)
        if a != b
    ]


def _kink_of(cell: Cell) -> tuple[int, int]:
    """The first hidden unit, and datum, at its kink."""
    return next(
        (j, n)
        for j, row in enumerate(cell.outputs[1].tolist(), 1)
        for n, value in enumerate(row, 1)
        if value == 0
    )


def _at_kink(cell: Cell) -> Refusal:
    """Some datum is at a kink."""
    unit, datum = _kink_of(cell)
    return Refusal(
        f"datum {datum} is exactly at the kink of hidden unit {unit}: the risk need not be"
        " differentiable there"
    )


def _where(step: int) -> str:
    """The cell after so many rounds, in words."""
    return "the network's cell" if step == 0 else f"the cell reached after {counted(step, 'round')}"


def _outside(cell: Cell, moved: Cell, step: int) -> Refusal:
    """The best point of a cell lies outside it, in the cell of `moved`."""
    changed = _changed(cell, moved)
    unit, datum = changed[0]
    how = (
        "1 piece changes, that of"
        if len(changed) == 1
        else f"{len(changed)} pieces change, the first at"
    )
    return Refusal(
        f"the best point of {_where(step)} lies outside it: {how} datum {datum}, hidden unit"
        f" {unit}; no local minimum was found there"
    )


def _round_and_round(cell: Cell, moved: Cell, length: int) -> Refusal:
    """The rounds came back to a cell that they left `length` cells ago; `moved` is in the next."""
    changed = _changed(cell, moved)
    unit, datum = changed[0]
    if length == 2 and len(changed) == 1:
        return Refusal(
            f"the best points of two cells lie beyond their common kink (datum {datum}, hidden unit"
            f" {unit}): the minimum between them is at that kink, where the risk is not"
            " differentiable, and this kind cannot prove it"
        )
    return Refusal(
        f"the rounds go round and round {length} cells, none of which holds its best point: what"
        f" lies between them is at kinks (one is datum {datum}, hidden unit {unit}), where the risk"
        " is not differentiable, and this kind cannot prove it"
    )


def _shortened(parameters: Parameters) -> Parameters:
    """To a few significant digits."""
    return tuple(
        (tuple(map(_short, weights)), tuple(map(_short, biases))) for weights, biases in parameters
    )


def _short(value: fmpq) -> fmpq:
    """To `_BITS` significant binary digits, about."""
    grid = fmpq(2) ** (spread_exponent([value], fmpq(0)) - _BITS)
    return fmpq((value / grid + fmpq(1, 2)).floor()) * grid
