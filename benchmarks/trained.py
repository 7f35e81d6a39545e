"""Trained networks: the Hessian in balls and its definiteness, beside NumPy's at the same point;
and whole landscapes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from flint import fmpq

from benchmarks.measurement import Curve, Peer, Reach, Row
from benchmarks.timing import ROOT, Check, Command, Earlier, Failed, Own, Side, Work
from certify.dense.derivatives import Risk
from certify.dense.problem import Layer, TrainedProblem
from certify.kernel.foundation.balls import precision
from certify.kernel.foundation.definite import positive_definite
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.trained import problem as kernel
from certify.kernel.trained.hessian import hessian

__all__ = ["rows"]

# rows of the table, inputs and hidden units; one output
SIZES = ((150, 10, (5,)), (442, 10, (16,)), (500, 10, (20, 10)), (442, 10, (80,)))
BITS = 192
NUMPY = "NumPy: Hessian"

Prepare = Callable[[Path], tuple[Own, dict[str, Peer]]]


@dataclass(frozen=True)
class Part(Work):
    """A part of a check."""

    def at(self, earlier: Earlier) -> Side:
        """An earlier checkout is not asked for parts. Raises `Failed`."""
        raise Failed(f"a part of a check is measured here only, not in {earlier.root.name}")


def rows() -> Iterator[Row]:
    """Hessians by the number of parameters, then landscapes."""
    for data, inputs, hidden in SIZES:
        size = sum(u * (b + 1) for b, u in zip((inputs, *hidden), (*hidden, 1), strict=True))
        widths = "-".join(map(str, (inputs, *hidden, 1)))
        yield Row(
            f"hessian-{size}",
            f"Hessian of a tanh net {widths} on {data} rows in balls, and that it is definite",
            _hessian(data, inputs, hidden),
            Reach(ratio=30),
            Curve("Hessian of a network", "parameters", size),
            quick=size < 400,
        )
    for name in ("plane", "every"):
        yield Row(
            f"landscape-{name}",
            f"landscape check, {'d = 2' if name == 'plane' else 'every d'}",
            _landscape(name),
            Reach(seconds=60),
            quick=name == "plane",
        )


def _hessian(data: int, inputs: int, hidden: tuple[int, ...]) -> Prepare:
    """At random weights, with so much decay that the Hessian is definite."""

    def prepare(_: Path) -> tuple[Own, dict[str, Peer]]:
        rng = np.random.default_rng(0)
        layers, below = [], inputs
        for units in (*hidden, 1):
            layers.append(Layer(units, below, ["tanh", "t"] if units != 1 else "t"))
            below = units
        problem = TrainedProblem(
            layers=tuple(layers),
            inputs=tuple(tuple(f"{v:.3f}" for v in row) for row in rng.normal(size=(data, inputs))),
            targets=tuple((f"{v:.3f}",) for v in rng.normal(size=data)),
            labels=(),
            loss="squared",
            factor=Fraction(1, data),
            decay=((Fraction(100), Fraction(100)),) * len(layers),
        )
        theta = rng.normal(size=problem.parameters) / 2
        theta = np.round(theta, 6)
        own = kernel.TrainedProblem.read(problem.document)
        point = problem.nested([f"{v:.6f}" for v in theta])
        parameters = own.network.read_parameters(point, "the point")

        def in_balls() -> None:
            with precision(BITS):
                rows_ = hessian(own, own.network.matrices(parameters), Ledger())
                assert positive_definite(rows_, fmpq(0), BITS - 64, seek=False).proved  # noqa: S101

        twin = Work(lambda: Risk(problem).hessian(theta))
        both = Work(lambda: np.linalg.eigvalsh(Risk(problem).hessian(theta)))
        return Part(in_balls), {
            NUMPY: Peer(twin, "nothing"),
            "NumPy: Hessian and eigvalsh": Peer(both, "nothing"),
        }

    return prepare


def _landscape(name: str) -> Prepare:
    def prepare(_: Path) -> tuple[Own, dict[str, Peer]]:
        path = ROOT / "proofs" / "landscape" / f"{name}.json"
        second = Command(("-I", str(ROOT / "proofs" / "recheck"), str(path)))
        return Check(path), {"second checker": Peer(second, "the same")}

    return prepare
