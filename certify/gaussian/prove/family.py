"""A cover of all k at once: the branch as polynomials in t = k^(-1/2), for type I+1 k^(-1/4), boxes
as wide as the kernel accepts. Nothing here is trusted.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import isqrt, pi, sqrt
from typing import Any

from flint import fmpq

from certify.attempt import Attempt, Refusal, Say, judged, silent
from certify.decimals import decimal_text
from certify.errors import NotProved, UnusableInput
from certify.gaussian.names import family_name
from certify.gaussian.prove.covering import DEGREE, ORDER, PARTS, PLACES, Path, coefficient, record
from certify.gaussian.search.families import family
from certify.gaussian.search.polish import NotPolished
from certify.gaussian.search.symmetric import fixed_newton, make_blocks
from certify.kernel.check import FORMAT
from certify.kernel.foundation.balls import ball, precision
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.gaussian.blocks import Number
from certify.kernel.gaussian.branch import (
    Branch,
    Chart,
    derivative_by_x,
    reduced_gradient,
)
from certify.kernel.gaussian.components import components
from certify.kernel.gaussian.cover import CoverBox
from certify.kernel.gaussian.families import FAMILIES
from certify.kernel.gaussian.family import GaussianFamily, verify_box
from certify.kernel.gaussian.family_saddle import GaussianFamilySaddle, verify_saddle_box
from certify.kernel.gaussian.isotypic import pencil_of
from certify.rationals import decimal_of, flint_rational

__all__ = ["prove_family", "prove_family_saddle", "refuse_beyond_birth"]

_BITS = 192
_APART = sqrt(pi / 4 - 1 / 2)
_LIMITS = {  # of X as t -> 0
    "II": (8 / pi, -4 / pi, -2 - 8 / pi, 4 / pi, 2 + 8 / pi + 8 / pi**2),
    "A": (-4 + 8 / pi, -2 + 4 / pi),
    "I": (-4 + 16 / pi, -2 + 8 / pi, -12 / pi + 16 / pi**2, 2 - 4 / pi, 8 / pi - 8 / pi**2),
    "II+1": (-0.57229, -1.61459, 0.29630, 0.69671, 1.09204, 0.91788, -1.38834),
    "I+1": (pi / 2, 2 / pi, 1.0, _APART, (3 + 6 / pi) / (16 * _APART), 2 / pi, -1.0),
    "II_3+3'": (
        -1.12421, -4.00540, 0.26906, 0.74510, 0.82646, 0.24039, 0.59003, -0.10393, -0.73618,
    ),
    "II_4+4'": (
        -1.36896, -5.14948, 0.23569, 0.75978, 0.74680, 0.20108, 0.52759, 0.06104, -0.54892,
    ),
    "II_5+5'": (
        -1.58844, -6.26153, 0.19907, 0.76755, 0.69666, 0.17675, 0.48476, 0.15287, -0.43890,
    ),
    "II_6+6'": (
        -1.79001, -7.35124, 0.16166, 0.77217, 0.66221, 0.15978, 0.45304, 0.21131, -0.36681,
    ),
}  # fmt: skip
_RADII = tuple(fmpq(1, 10**exponent) for exponent in (14, 12, 10, 8, 6, 5, 4))
_CLAIMS = {  # the least k, the (scaled) loss, the (scaled) smallest eigenvalue, the rate
    "II": (6, ("0.15", "0.2974"), ("0.0046", "0.09085"), "0.361"),
    "A": (6, ("0.0556", "0.1817"), ("0.0015", "0.09085"), "0.4245"),
    "I": (7, ("0.0553", "0.1817"), ("0.0016", "0.09085"), "0.4245"),
    "II+1": (7, ("0.155", "0.2673"), ("0.0024", "0.09085"), "0.2975"),
    "I+1": (12, ("0.0726", "0.1817"), ("0.003", "0.302"), "0.439"),
    "II_3+3'": (11, ("0.4662", "0.776"), ("0.0007", "0.09085"), "1.03"),
    "II_4+4'": (22, ("0.7696", "1.029"), ("0.0001", "0.09085"), "1.21"),
    "II_5+5'": (43, ("1.0885", "1.282"), ("0.00001", "0.09085"), "1.26"),
    "II_6+6'": (73, ("1.3845", "1.534"), ("0.00001", "0.09085"), "1.26"),
}
_ENCLOSED = {  # limits for which no formula is known
    "II+1": ("0.267254813889", "0.26725481389"),
    "II_3+3'": ("0.774547358804", "0.774547358805"),
    "II_4+4'": ("1.027254874371", "1.027254874372"),
    "II_5+5'": ("1.279680333159", "1.27968033316"),
    "II_6+6'": ("1.531765441338", "1.531765441339"),
}
# 100 times the width of the first box, the degree of polynomials, order, parts, radii. With
# companions one radius, so that the second checker has as much room in each box
_WIDE = {
    "II+1": (2, 15, 28, PARTS, _RADII),
    "I+1": (5, 15, 28, 14, _RADII),
    **{f"II_{size}+{size}'": (2, 18, 24, PARTS, _RADII[1:2]) for size in (3, 4, 5, 6)},
}
# a whole k at which the point is known, the type that turns negative below
_SADDLES = {
    "II": (6, "s1"),
    "A": (6, "x1"),
    "I": (7, "x1"),
}
# the real k at which each becomes a minimum, rounded down; proofs/symmetric/birth encloses them
_BIRTHS = {
    "II": "5.58550524742588000694117627762339",
    "A": "5.76381273491957116692455955808479",
    "I": "6.74483065624563159539432215850583",
}


def prove_family(name: str, k_from: int, *, command: str = "", progress: Say = silent) -> Attempt:
    """Certify a minimum of the family for every k >= k_from. Raises `UnusableInput`: a family
    without a limit, k_from out of range.
    """
    name = str(family_name(name))
    if name not in _CLAIMS:
        raise UnusableInput(f"{name!r} is none of the families {', '.join(_CLAIMS)}")
    least, loss, eigenvalues, rate = _CLAIMS[name]
    if not least <= k_from <= 10**9:
        raise UnusableInput(
            f"type {name} is a minimum for k >= {least}; k = {k_from} is not in {least}..10^9"
        )
    limit = _ENCLOSED.get(name)
    claims: dict[str, Any] = {
        "k_from": k_from,
        FAMILIES[name].loss_field(): list(loss),
        FAMILIES[name].eigenvalue_field(): list(eigenvalues),
        "rate": rate,
        **({"limit": list(limit)} if limit else {}),
    }
    claim = GaussianFamily.read({**_problem(name), "claims": claims})

    def verify(box: CoverBox, before: Branch | None) -> Branch:
        return verify_box(claim, box, "the box", Ledger(), before)

    start = [flint_rational(Fraction(x)) for x in _LIMITS[name]]
    try:
        cover = _path(name, verify).cover(
            Fraction(0), _inverse_root(k_from, FAMILIES[name].root, up=True), start, progress
        )
    except NotProved as error:
        return Attempt(refusal=Refusal(str(error)))
    return _conclude("gaussian-family-minimum", name, claims, cover, command)


def prove_family_saddle(
    name: str,
    k_from: str,
    k_to: str,
    *,
    command: str = "",
    progress: Say = silent,
) -> Attempt:
    """Certify that the family is no minimum at any whole k from k_from to k_to (decimals). Raises
    `UnusableInput`.
    """
    name = str(family_name(name))
    if name not in _SADDLES:
        raise UnusableInput(f"{name!r} is none of the families {', '.join(_SADDLES)}")
    known, component_name = _SADDLES[name]
    low, high = _real_interval(k_from, k_to)
    if not 3 <= low < high <= known + 1:
        raise UnusableInput(
            f"k from {k_from} to {k_to} is no interval within 3..{known + 1}, where type {name} may"
            " fail to be a minimum"
        )
    try:
        centre = _at_real_k(name, known, high)
        claims = {
            "k": [k_from, k_to],
            "type": component_name,
            "centre": [decimal_text(int(x * 10**PLACES), PLACES) for x in centre],
            "distance": "1e-8",
        }
        claim = GaussianFamilySaddle.read({**_problem(name), "claims": claims})
        first, last = _inverse_root(high, 2, up=False), _inverse_root(low, 2, up=True)
        start = [flint_rational(x) for x in _scaled(name, first, centre)]
    except (Malformed, NotPolished) as error:
        raise UnusableInput(str(error)) from None

    def verify(box: CoverBox, before: Branch | None) -> Branch:
        return verify_saddle_box(claim, box, "the box", Ledger(), before)

    path = _path(name, verify, lambda box: _direction(name, component_name, box))
    try:
        cover = path.cover(first, last, start, progress)
    except NotProved as error:
        return Attempt(refusal=Refusal(str(error)))
    return _conclude("gaussian-family-saddle", name, claims, cover, command)


def refuse_beyond_birth(name: str, k_from: str, k_to: str) -> None:
    """Raise `UnusableInput` where the family is known to be a minimum in the interval of real k, or
    where this is none: the attempt would fail after long work. This proves nothing.
    """
    _, high = _real_interval(k_from, k_to)
    birth = _BIRTHS.get(name)
    if birth is not None and high >= Fraction(birth):
        raise UnusableInput(
            f"type {name} becomes a minimum at k = {birth[:6]}...: give A < B below that"
        )


def _real_interval(k_from: str, k_to: str) -> tuple[Fraction, Fraction]:
    """From the one to the other."""
    low, high = decimal_of(k_from, "the interval of k"), decimal_of(k_to, "the interval of k")
    if not low < high:
        raise UnusableInput(f"no interval: A = {k_from} must be below B = {k_to}")
    return low, high


def _conclude(
    kind: str, name: str, claims: dict[str, Any], cover: list[CoverBox], command: str
) -> Attempt:
    document = {
        "format": FORMAT,
        "kind": kind,
        "statement": {**_problem(name), "claims": claims},
        "witness": {"bits": _BITS, "cover": [record(box) for box in cover]},
    }
    return judged(document, command, {"family": name})


def _problem(name: str) -> dict[str, Any]:
    return {"problem": {"targets": "orthonormal"}, "family": name}


def _inverse_root(k: Fraction | int, root: int, *, up: bool) -> Fraction:
    """k^(-1/root), rounded to 15 decimals; root: 2 or 4."""
    number = Fraction(k)
    power = 10 ** (15 * root) * number.denominator // number.numerator
    t = Fraction(isqrt(power) if root == 2 else isqrt(isqrt(power)), 10**15)
    while up and t**root * number < 1:
        t += Fraction(1, 10**15)
    return t


def _at_real_k(name: str, known: int, k: Fraction) -> list[Fraction]:
    """The family's critical point at real k, from the one at a whole k."""
    member = family(name, known)
    beside = FAMILIES[name].beside
    values: list[Any] = list(member.values)
    for step in range(1, 9):
        here = known + (k - known) * step / 8
        with precision(_BITS):
            blocks = make_blocks(
                (("diagonal", ball(flint_rational(here)) - beside), *member.parts[1:])
            )
        values = fixed_newton(blocks, values, PLACES)
    return values


def _scaled(name: str, t: Fraction, values: list[Fraction]) -> list[Fraction]:
    """X from the coordinates."""
    shape = FAMILIES[name]
    bases = [
        sum((number * t**i for i, number in enumerate(base)), Fraction(0)) for base in shape.base
    ]
    return [
        (value - base) / t**scale
        for value, base, scale in zip(values, bases, shape.scale, strict=True)
    ]


def _path(
    name: str,
    verify: Callable[[CoverBox, Branch | None], Branch],
    direct: Callable[[CoverBox], tuple[fmpq, ...]] = lambda _: (),
) -> Path[Branch]:
    """The branch of a family as t grows."""
    shape = FAMILIES[name]

    def system(box: CoverBox) -> tuple[list[Number], list[list[Number]]]:
        chart = Chart(shape, box)
        geometry = chart.geometry(fmpq(0))
        first = pencil_of(geometry, components(geometry.blocks)[0])
        values = reduced_gradient(chart, geometry, first.norms)
        return values, derivative_by_x(chart, first)

    standard = (3, DEGREE, ORDER, PARTS, _RADII)
    first, degree, order, parts, radii = _WIDE.get(name, standard)
    return Path(
        name="t",
        bits=_BITS,
        system=system,
        verify=verify,
        radii=radii,
        first=Fraction(first, 100),
        direct=direct,
        degree=degree,
        order=order,
        parts=parts,
        told=lambda t: f", that is k >= {float(1 / t**shape.root):.4f}",
    )


def _direction(name: str, component_name: str, box: CoverBox) -> tuple[fmpq, ...]:
    """The eigenvector of the smallest eigenvalue of the type at the middle of the box, to six
    digits.
    """
    import numpy as np

    geometry = Chart(FAMILIES[name], box).geometry(fmpq(0))
    pencil = pencil_of(
        geometry, next(c for c in components(geometry.blocks) if c.name == component_name)
    )
    matrix = np.array([[float(coefficient(entry, 0)) for entry in row] for row in pencil.matrix()])
    _, vectors = np.linalg.eigh(matrix)
    return tuple(fmpq(round(float(x) * 10**6), 10**6) for x in vectors[:, 0])
