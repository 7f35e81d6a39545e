"""From a trained network of one hidden layer, in floats, to the exact rational local minimum beside it, if there is one (lemma D4's pipeline).

Inside a cell f = sum_j v_j h(w_j.x + b_j) + c is linear in q_j = v_j (w_j, b_j) and c, for units of two slopes with a kink at 0; so the local
minima in a cell are the exact least-squares solutions that lie in it.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat
from scipy.linalg import qr

from certify.data.architectures import Unit, dense_network
from certify.data.construct import Parameters, written
from certify.data.fits import floats
from certify.data.propose import claim_minimum, risk_at, statement_of, trained_below
from certify.data.tables import DataSet, exact
from certify.kernel.cells import Cell
from certify.kernel.data_problem import DataProblem
from certify.propose import Attempt
from certify.search.candidate import UnusableInput
from certify.search.decimals import exact_decimal
from certify.search.files import load_arrays
from certify.search.gaussian import Array

__all__ = ["Trained", "prove_trained", "read_trained"]

_ROUNDS = 200
_NAMES = ("W1", "b1", "W2", "b2")
_DIGITS = 10  # decimals of the trained weights that are kept


@dataclass(frozen=True)
class Trained:
    """w: hidden weights (hidden, inputs); b: (hidden,); v: (hidden,); c: a number; all float64."""

    w: Array
    b: Array
    v: Array
    c: float


def read_trained(path: Path) -> Trained:
    """From a .npz file with W1, b1, W2, b2 (or any four arrays in that order), or the state_dict of a torch model. Raises `UnusableInput`."""
    if path.suffix in {".pt", ".pth"}:
        arrays = _state_dict(path)
    else:
        named = load_arrays(path)
        arrays = [named[name] for name in _NAMES if name in named] if "W1" in named else list(named.values())
    arrays = [np.asarray(array, dtype=np.float64) for array in arrays if np.asarray(array).dtype.kind in "fiu"]
    if len(arrays) != 4 or arrays[0].ndim != 2 or not all(np.isfinite(array).all() for array in arrays):
        raise UnusableInput(f"{path} does not hold a network of one hidden layer: arrays W1, b1, W2, b2 of finite numbers are needed")
    w, b, v, c = arrays
    if v.size != len(w) or b.shape != (len(w),) or c.size != 1:
        raise UnusableInput(f"{path}: W1 has {len(w)} hidden units, b1 the shape {b.shape}, W2 {v.shape}, b2 {c.shape}; one output is needed")
    return Trained(w, b, v.ravel(), float(c.ravel()[0]))


def _state_dict(path: Path) -> list[Array]:
    try:
        import torch
    except ImportError:
        raise UnusableInput("reading a torch file needs torch: save the four arrays with numpy.savez instead") from None
    try:
        loaded = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, ValueError, EOFError, KeyError, TypeError, pickle.UnpicklingError) as error:
        raise UnusableInput(f"{path} cannot be read by torch: {type(error).__name__}") from None
    if not isinstance(loaded, dict):
        raise UnusableInput(f"{path} holds no state_dict")
    return [value.detach().numpy() for value in loaded.values()]


def prove_trained(
    data: DataSet, net: Trained, unit: Unit, *, rounds: int = 0, other: Trained | None = None, seed: int = 0, command: str = ""
) -> Attempt:
    """The exact least-squares solution in the cell of the trained network, if it lies in it; else the reason.

    rounds: how often to go on from the cell that the solution lies in (0: only the network's own). other: a network with a smaller risk, if
    one is at hand. Raises `UnusableInput`.
    """
    hidden, inputs = net.w.shape
    if len(data.targets[0]) != 1 or len(data.inputs[0]) != inputs:
        raise UnusableInput(f"the network has {inputs} inputs and one output, the data {len(data.inputs[0])} and {len(data.targets[0])}")
    function = unit.function
    if function.kinks != (fmpq(0),) or any(function.intercepts):
        raise UnusableInput("this needs units of two slopes with a kink at 0, as relu, leaky or abs")
    if not net.v.all():
        dead = int(np.flatnonzero(net.v == 0)[0]) + 1
        raise UnusableInput(f"hidden unit {dead} has the outgoing weight 0: a dead direction, take the unit away first")
    statement, problem = statement_of(data, dense_network(inputs, [hidden], 1, unit), {"type": "squared"})
    parameters = _written(net)
    best: Parameters | None = None
    reason = ""
    for step in range(min(rounds, _ROUNDS) + 1):
        cell = problem.at(problem.network.read_parameters(parameters, "the parameters"))
        if cell.margin == 0:
            return Attempt(None, None, _at_kink(cell))
        best = _least_squares(problem, cell)
        moved = problem.at(problem.network.read_parameters(best, "the parameters"))
        if moved.slopes == cell.slopes and moved.margin != 0:
            break
        reason = _outside(cell, moved, step)
        parameters, best = _shortened(best), None
    if best is None:
        return Attempt(None, None, reason)
    risk = risk_at(problem, best)
    if risk == 0:
        raise UnusableInput("the network fits the data exactly: the minimum is global")
    if other is None:
        better = trained_below(problem, risk, seed)
    else:
        given = _written(other)
        better = given if risk_at(problem, given) < risk else None
    found: dict[str, object] = {"cells": step + 1, "moved": f"{_distance(net, best):.3g}"}
    return claim_minimum(statement, best, {"risk": str(risk), "better": better, "linear_fit": False}, command, found)


def _distance(net: Trained, parameters: Parameters) -> float:
    """How far the point is from the network that was given, all parameters together (Euclidean norm)."""
    own = np.concatenate([net.w.ravel(), net.b, net.v, [net.c]])
    texts = [t for part in parameters for t in (*(e for row in part["weights"] for e in row), *part["bias"])]
    return float(np.linalg.norm(own - np.array([float(Fraction(t)) for t in texts])))


def _written(net: Trained) -> Parameters:
    def texts(values: Array) -> list[fmpq]:
        return [exact(exact_decimal(round(float(value), _DIGITS))) for value in values]

    return [written([texts(row) for row in net.w], texts(net.b)), written([texts(net.v)], texts(np.array([net.c])))]


def _at_kink(cell: Cell) -> str:
    rows = cell.outputs[1].tolist()
    unit, datum = next((j, n) for j, row in enumerate(rows) for n, value in enumerate(row) if value == 0)
    return f"datum {datum + 1} is exactly at the kink of hidden unit {unit + 1}: the risk need not be differentiable there"


def _outside(cell: Cell, moved: Cell, step: int) -> str:
    changed = [(j, n) for j, (old, new) in enumerate(zip(cell.slopes[2], moved.slopes[2], strict=True)) for n, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
    if not changed:
        return "the best point of this cell has a datum exactly at a kink"
    unit, datum = changed[0]
    where = "the network's cell" if step == 0 else f"the cell reached after {step} rounds"
    return f"the best point of {where} lies outside it: {len(changed)} pieces change, the first at datum {datum + 1}, hidden unit {unit + 1}; no local minimum was found there"


def _shortened(parameters: Parameters) -> Parameters:
    """The same, rounded: only an exact solution needs all digits."""

    def short(value: Any) -> Any:
        if isinstance(value, list):
            return [short(part) for part in value]
        number = exact(value) * fmpq(10**_DIGITS)
        return str(fmpq((number + fmpq(1, 2)).floor()) / fmpq(10**_DIGITS))

    return [{name: short(part) for name, part in layer.items()} for layer in parameters]


def _least_squares(problem: DataProblem, cell: Cell) -> Parameters:
    """The exact solution nearest, by a basis of features chosen in floats, to the parameters of the cell."""
    (w, b), (v, c) = cell.parameters
    inputs = [*problem.inputs.tolist(), [fmpq(1)] * cell.data]
    features = [[s * entry for s, entry in zip(slopes, row, strict=True)] for slopes in cell.slopes[2] for row in inputs]
    features.append([fmpq(1)] * cell.data)
    matrix = fmpq_mat(features)
    width = len(inputs)
    each = problem.network.inputs
    q = [v[j] * entry for j in range(len(v)) for entry in (*w[j * each : (j + 1) * each], b[j])] + [c[0]]
    missing = problem.targets - fmpq_mat([q]) * matrix
    rough = floats(matrix)
    size = np.linalg.norm(rough, axis=1)
    scaled = rough / np.where(size > 0, size, 1)[:, None]
    triangle, pivots = qr(scaled.T, mode="r", pivoting=True)
    diagonal = np.abs(np.diag(triangle))
    rank = int(np.sum(diagonal > 1e-9 * max(1e-300, diagonal[0])))
    chosen = sorted(int(i) for i in pivots[:rank])
    basis = fmpq_mat([features[i] for i in chosen])
    change = (basis * basis.transpose()).solve(basis * missing.transpose()).entries()
    for i, value in zip(chosen, change, strict=True):
        q[i] += value
    rows = [[q[j * width + i] / v[j] for i in range(width)] for j in range(len(v))]
    return [written([row[:-1] for row in rows], [row[-1] for row in rows]), written([list(v)], [q[-1]])]
