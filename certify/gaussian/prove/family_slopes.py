"""One certificate for every k and every slope: covers of the smallest k, strips of the plane for
the others. Nothing here is trusted.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import isqrt
from typing import Any

from certify.attempt import Attempt, Refusal, Say, judged, silent
from certify.decimals import decimal_text
from certify.errors import NotProved, UnusableInput
from certify.gaussian.prove.plane import BITS, strip
from certify.gaussian.prove.slopes import prove_slopes
from certify.kernel.check import FORMAT
from certify.kernel.foundation.errors import Malformed
from certify.kernel.gaussian.family_slopes_statement import GaussianFamilySlopes
from certify.processes import WorkerDied, shared_out

__all__ = ["prove_family_slopes"]

_PLANE_FROM = 10  # fewer teachers have covers of their own: margins are small there
_LEAST = 6
_ENDS = ("0", "0.07", "0.09", "0.115", "0.145", "0.18", "0.22", "0.265")  # of t
_PLACES = 10  # of the ends
_CURVATURE = "0.002"  # the smallest eigenvalue is 0.0023..., at k = 6 and slope 1


def prove_family_slopes(
    first: int, *, jobs: int = 1, command: str = "", progress: Say = silent
) -> Attempt:
    """Certify type II for every k >= first and every slope in (-1, 1). Raises `UnusableInput`."""
    if not _LEAST <= first <= 10**9:
        raise UnusableInput(f"every slope and every k: from k = {_LEAST} to 10^9 on")
    statement = {
        "problem": {"targets": "orthonormal"},
        "family": "II",
        "claims": {"k_from": first, "curvature": _CURVATURE},
    }
    try:
        claim = GaussianFamilySlopes.read(statement)
    except Malformed as error:
        raise UnusableInput(f"{error}") from None
    try:
        sizes = []
        for k in range(first, _PLANE_FROM):
            progress(f"every slope for k = {k}")
            sizes.append(_cover(k))
        ends = _ends(max(first, _PLANE_FROM))
        tasks = [(a, b, claim.curvature.value) for a, b in pairwise(ends)]
        plane = []
        for (low, high, _), made in zip(tasks, shared_out(strip, tasks, jobs), strict=True):
            if isinstance(made, WorkerDied):
                raise made
            progress(f"t = {float(low)} to {float(high)}: {len(made)} rectangles")
            plane.append({"from": _text(low), "to": _text(high), "rectangles": made})
    except NotProved as error:
        return Attempt(refusal=Refusal(str(error)))
    document = {
        "format": FORMAT,
        "kind": "gaussian-family-slopes-minimum",
        "statement": statement,
        "witness": {"bits": BITS, "sizes": sizes, "plane": plane},
    }
    progress("the kernel checks the whole")
    return judged(document, command, {"family": "II"})


def _cover(k: int) -> dict[str, Any]:
    """The cover of all slopes for one k."""
    found = prove_slopes("II", k)
    if found.document is None or found.refusal is not None:
        raise NotProved(f"k = {k}: {found.reason}")
    witness = found.document["witness"]
    return {"k": k, "signs": witness["signs"], "cover": witness["cover"]}


def _ends(k: int) -> list[Fraction]:
    """The ends of the strips in t, from 0 to 1/sqrt(k) or a little more."""
    root = isqrt(k * 10**24) + 1
    reach = Fraction(10**_PLACES * 10**12 // root + 1, 10**_PLACES)
    return [*(end for end in map(Fraction, _ENDS) if end < reach), reach]


def _text(value: Fraction) -> str:
    return decimal_text(int(value * 10**_PLACES), _PLACES)
