"""How far a Hessian in balls holds: an estimate from the kernel's enclosure on one small box, by
which radii are chosen. Only the kernel's check of a document decides.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from flint import arb

from certify.floats import Array
from certify.kernel.foundation.balls import precision
from certify.kernel.foundation.errors import Malformed, Unverified
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.trained.gated import gates_of, read_kinks
from certify.kernel.trained.hessian import hessian
from certify.kernel.trained.problem import TrainedProblem as KernelProblem
from certify.kernel.trained.symmetries import Slice

__all__ = ["beyond", "convex_radius"]

_BITS = 64
_PROBE = 1e-9  # the small box: radii of the balls grow in proportion from here on


def convex_radius(
    problem: dict[str, Any], centre: Any, modulo: Any, room: float, kinks: Any = None
) -> float | None:
    """About the radius of a ball around the centre on which the eigenvalues of the Hessian, as the
    kernel encloses it, may move by `room`; None where it cannot be enclosed. The arguments are as
    the format writes them; with kinks it is a box, and their gates are fixed.
    """
    with precision(_BITS):
        read = KernelProblem.read(problem)
        point = read.network.read_parameters(centre, "the centre")
        place = Slice.read(modulo, read, point)
        thin, radius = read.network.matrices(point), arb(_PROBE)
        box = read.network.matrices(point, lambda _: radius)
        gates = None if kinks is None else gates_of(read_kinks(kinks, read), arb(0))
        around = (thin, radius) if kinks is None else None
        try:
            rows = place.lifted(hessian(read, box, Ledger(), gates, around))
        except Unverified:
            return None
        spread = _widths(rows)
    size = float(np.linalg.norm(spread))
    return room * _PROBE / size if size > 0 else None


def beyond(problem: dict[str, Any], bits: int, eliminations: int) -> str:
    """Why the kernel checks no Hessian of this problem, as the format writes it; empty where it
    does. eliminations: as in the kernel's bound.
    """
    try:
        KernelProblem.read(problem).require_room(bits, eliminations)
    except Malformed as error:
        return f"no certificate holds it: {error}"
    return ""


def _widths(rows: list[list[arb]]) -> Array:
    """The radii of the balls, a symmetric matrix of its lower triangle."""
    result = np.zeros((len(rows), len(rows)))
    for i, row in enumerate(rows):
        result[i, : i + 1] = result[: i + 1, i] = [float(entry.rad()) for entry in row[: i + 1]]
    return result
