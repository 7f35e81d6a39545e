"""Networks on data: exact checks against the number of rows, wide tables, smooth units."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measurement import Curve, Peer, Reach, Row
from benchmarks.timing import ROOT, Check, Command, Own, Work
from certify.empirical.architectures import Dense, unit
from certify.floats import Array
from certify.kernel.check import FORMAT
from certify.piecewise.construct import best_split, grouped, layers_of
from certify.piecewise.prove.proposing import risk_at, statement_of
from certify.tables import make_data

__all__ = ["data_certificate", "rows"]

ROWS = (1000, 2000, 5000, 10_000)
WIDE = ((400, 120), (500, 250))
INPUTS, HIDDEN = 20, 16

LSTSQ = "NumPy: lstsq"

Prepare = Callable[[Path], tuple[Own, dict[str, Peer]]]


def rows() -> Iterator[Row]:
    """Piecewise-linear units, then smooth ones."""
    for count in ROWS:
        yield Row(
            f"data-{count}",
            f"data-minimum check, {count} rows in R^{INPUTS}, {HIDDEN} relus",
            _fit(count),
            Reach(ratio=150) if count == ROWS[-1] else Reach(),
            Curve("data-minimum check", "rows", count),
            quick=count == ROWS[0],
        )
    for count, inputs in WIDE:
        yield Row(
            f"wide-{count}",
            f"`certify data relu`, {count} rows of {inputs} floats",
            _wide(count, inputs),
            Reach(seconds=20),
            named=count == WIDE[-1][0],
        )
    yield Row(
        "smooth-64",
        "data-constant check, sigmoid, 64-64-64",
        lambda _: (Check(ROOT / "proofs" / "smooth" / "cosine-64-64-64.json"), {}),
        Reach(seconds=0.6),
        quick=True,
    )


def _fit(count: int) -> Prepare:
    """Linear least squares, proved to be a minimum of a network."""

    def prepare(folder: Path) -> tuple[Own, dict[str, Peer]]:
        x, y = _table(count, INPUTS, places=2)
        path = folder / f"data-{count}.json"
        path.write_text(json.dumps(data_certificate(x, y)))
        homogeneous = np.column_stack([x, np.ones(count)])
        second = Command(("-I", str(ROOT / "proofs" / "recheck"), str(path)))
        return Check(path), {
            LSTSQ: Peer(Work(lambda: np.linalg.lstsq(homogeneous, y, rcond=None)), "nothing"),
            "second checker": Peer(second, "the same"),
        }

    return prepare


def _table(count: int, inputs: int, places: int | None = None) -> tuple[Array, Array]:
    """Random inputs, and targets that are no linear function of them."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(count, inputs))
    y = np.abs(x[:, 0]) + x @ rng.normal(size=inputs) + rng.normal(size=count)
    return (x, y) if places is None else (np.round(x, places), np.round(y, places))


def data_certificate(x: Array, y: Array) -> dict[str, Any]:
    """The best affine map on these data as a minimum of a network with one hidden layer; no better
    point is claimed.
    """
    network = Dense([HIDDEN], unit("relu"))
    text, problem = statement_of(
        make_data(x, y), network.network(x.shape[1], 1), {"type": "squared"}
    )
    split = best_split(problem.inputs, problem.targets, 1)
    maps = grouped(problem.inputs, problem.targets, problem.loss, split)
    parameters = layers_of(network, problem.inputs, maps, split)
    claims = {
        "risk": str(risk_at(problem, parameters)),
        "better": None,
        "continuum": True,
        "linear_fit": True,
    }
    return {
        "format": FORMAT,
        "kind": "data-minimum",
        "statement": {"problem": text, "parameters": parameters, "claims": claims},
        "witness": {},
    }


def _wide(count: int, inputs: int) -> Prepare:
    """The whole command, on floats with all their digits."""

    def prepare(folder: Path) -> tuple[Own, dict[str, Peer]]:
        x, y = _table(count, inputs)
        path = folder / f"wide-{count}.npz"
        np.savez(path, X=x, y=y)
        command = Command(("-m", "certify", "data", "relu", str(path), "-o", "wide.json"))
        homogeneous = np.column_stack([x, np.ones(count)])
        lstsq = Work(lambda: np.linalg.lstsq(homogeneous, y, rcond=None))
        return command, {LSTSQ: Peer(lstsq, "nothing")}

    return prepare
