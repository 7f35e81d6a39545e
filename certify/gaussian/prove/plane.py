"""A strip of rectangles that follow type II over an interval of t = k^(-1/2) and all slopes: the
branch as polynomials through points, rectangles as wide as the kernel accepts. Nothing here is
trusted.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import cos, pi
from typing import Any

import numpy as np
from flint import arb, arb_mat, fmpq

from certify.decimals import decimal_text
from certify.errors import NotProved
from certify.kernel.foundation.balls import ball, precision
from certify.kernel.foundation.errors import Unverified
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.witness import GUARD_BITS
from certify.kernel.gaussian.blocks import Block, fixed_matrix, unknowns
from certify.kernel.gaussian.components import components
from certify.kernel.gaussian.geometry import turn_of_balls
from certify.kernel.gaussian.isotypic import pencil_of
from certify.kernel.gaussian.multipliers import Multipliers
from certify.kernel.gaussian.plane import BASE, SCALE, UNKNOWN, PlaneChart, verify_rectangle
from certify.kernel.gaussian.rectangles import Rectangle
from certify.rationals import flint_rational, fraction, midpoint

__all__ = ["BITS", "strip"]

BITS = 128
_ORDERS, _DEGREES, _PARTS = (12, 8), (6, 7), (8, 8)
_PLACES = 14
_SLACK = 3  # radii are so many times those that Krawczyk's operator asks for
_BELOW = fmpq(4, 5)  # near w = 1 a smaller c keeps the pencils well scaled
_FIRST, _LEAST = Fraction(1, 25), Fraction(1, 500)  # widths in w
_START = Fraction(1, 10), Fraction(1, 1000)  # a (t, w) from which Newton's method finds the branch
_GUESS = (1, 0, 1, 1, 0.5, 0, -1)
_STEPS = 30

Point = list[arb]


def strip(low: Fraction, high: Fraction, curvature: fmpq) -> list[dict[str, Any]]:
    """Rectangles from w = 0 to w = 1 for t between low and high, as the witness writes them. Raises
    `NotProved`.
    """
    with precision(BITS + GUARD_BITS):
        found, w, width = [], Fraction(0), _FIRST
        at = _first_node(low, high)
        place = _START
        point = _solve(_exact(place[0]), _exact(place[1]), [arb(x) for x in _GUESS])
        while w < 1:
            end = min(Fraction(1), w + Fraction(round(width * 10**4), 10**4))
            if 1 - end < width / 4:
                end = Fraction(1)
            target = at, w + (end - w) * _nodes(_DEGREES[1] + 1)[0]
            try:
                start = _moved(place, target, point)
                rectangle = _fitted((low, high), (w, end), start)
                rectangle = replace(rectangle, radii=_radii(rectangle))
                verify_rectangle(curvature, rectangle, "the rectangle", Ledger())
            except (Unverified, ValueError, ArithmeticError) as failure:
                width = (end - w) * Fraction(3, 5)
                if width < _LEAST:
                    where = f"t = {float(low):.4f} to {float(high):.4f}, w = {float(w):.4f}"
                    raise NotProved(f"no rectangle at {where} was accepted: {failure}") from None
            else:
                found.append(_record(rectangle))
                place, point, w, width = target, start, end, width * Fraction(3, 2)
        return found


def _exact(value: Fraction) -> arb:
    return ball(flint_rational(value))


def _nodes(many: int) -> list[Fraction]:
    """Chebyshev's points of [0, 1]."""
    return [Fraction((1 - cos(pi * (2 * i + 1) / (2 * many))) / 2) for i in range(many)]


def _first_node(low: Fraction, high: Fraction) -> Fraction:
    return low + (high - low) * _nodes(_DEGREES[0] + 1)[0]


def _solve(t: arb, w: arb, start: Point) -> Point:
    """The unknowns at one t > 0 and w > 0, by Newton's method. `ValueError` where it diverges."""
    k = 1 / (t * t)
    blocks = Block(k - 1, True, True, 0), Block(1, True, True, 1)
    system, names = Multipliers(blocks, w, (1 - w) * k / 2), unknowns(blocks)
    factors, x = [w * t**scale for scale in SCALE], start
    for _ in range(_STEPS):
        values = [value * f + base for value, f, base in zip(x, factors, BASE, strict=True)]
        fixed = fixed_matrix(blocks, dict(zip(names, values, strict=False)))
        geometry = system.point(fixed, turn_of_balls)
        equations = system.equations(geometry, values[len(names) :])
        jacobian = system.jacobian(pencil_of(geometry, components(blocks)[0]))
        matrix = [[arb(a) * f for a, f in zip(row, factors, strict=True)] for row in jacobian]
        right = arb_mat([[arb(value).mid()] for value in equations])
        step = arb_mat(matrix).mid().solve(right).entries()
        x = [(a - b).mid() for a, b in zip(x, step, strict=True)]
        size = max(abs(float(entry.mid())) for entry in step)
        if size < 1e-20:
            return x
        if not size < 1e6:
            break
    raise ValueError("Newton's method found no critical point")


def _moved(
    place: tuple[Fraction, Fraction], target: tuple[Fraction, Fraction], point: Point
) -> Point:
    """From the solution at one (t, w) to that at another, t and w in constant ratios."""
    ratios = [float(b / a) for a, b in zip(place, target, strict=True)]
    steps = 1 + int(max(abs(np.log(ratios))) * 8)
    for step in range(1, steps + 1):
        t, w = (float(a) * r ** (step / steps) for a, r in zip(place, ratios, strict=True))
        point = _solve(arb(t), arb(w), point)
    return _solve(_exact(target[0]), _exact(target[1]), point)


def _fitted(t: tuple[Fraction, Fraction], w: tuple[Fraction, Fraction], start: Point) -> Rectangle:
    """A rectangle with the polynomials through the branch at Chebyshev's points, without radii.

    start: the solution at the first of them.
    """
    ts, ws = (
        [low + (high - low) * x for x in _nodes(degree + 1)]
        for (low, high), degree in zip((t, w), _DEGREES, strict=True)
    )
    points: list[list[Point]] = []
    for one in ts:
        along: list[Point] = []
        for other in ws:
            near = along[-1] if along else points[-1][0] if points else start
            along.append(_solve(_exact(one), _exact(other), near))
        points.append(along)
    by_t, by_w = _vandermonde(ts, t).inv(), _vandermonde(ws, w).inv().transpose()
    branch = []
    for j in range(UNKNOWN):
        values = arb_mat([[point[j] for point in along] for along in points])
        c = (by_t * values * by_w).tolist()
        branch.append(
            tuple(tuple(_rounded(c[i][n]) for i in range(len(ts))) for n in range(len(ws)))
        )
    ends = [tuple(map(flint_rational, interval)) for interval in (t, w)]
    zero = (fmpq(0),) * UNKNOWN
    below = min(ends[1][0], _BELOW)
    return Rectangle(ends[0], ends[1], _ORDERS, _PARTS, zero, tuple(branch), below)


def _vandermonde(points: list[Fraction], ends: tuple[Fraction, Fraction]) -> arb_mat:
    origin = Fraction(0) if ends[0] == 0 else (ends[0] + ends[1]) / 2
    return arb_mat([[_exact(x - origin) ** i for i in range(len(points))] for x in points])


def _rounded(value: arb) -> fmpq:
    return fmpq(round(midpoint(value) * 10**_PLACES), 10**_PLACES)


def _radii(rectangle: Rectangle) -> tuple[fmpq, ...]:
    """Radii that Krawczyk's operator maps into themselves, about. `ValueError` where there are
    none.
    """
    radii = np.full(UNKNOWN, 1e-7)
    for _ in range(2):
        chart = PlaneChart(replace(rectangle, radii=_upward(radii)))
        centre, (tube, _) = chart.at((fmpq(0),) * UNKNOWN), chart.at(chart.rectangle.radii)
        jacobian = chart.jacobian(pencil_of(tube, components(chart.blocks)[0]))
        whole = [[v, *row] for v, row in zip(chart.equations(*centre), jacobian, strict=True)]
        wanted = [_wanted(rows) for rows in chart.on_parts(whole)]
        radii = np.max(wanted, axis=0) * _SLACK + 10.0 ** (1 - _PLACES)
    return _upward(radii)


def _wanted(rows: list[list[arb]]) -> Any:
    """r = |C g| + |I - C J| r on one part. rows: of g and J."""
    matrix = arb_mat([row[1:] for row in rows])
    inverse = matrix.mid().inv().mid()
    defect = np.array(
        [[float(x.mid()) + float(x.rad()) for x in r] for r in _sizes(inverse * matrix)]
    )
    step = inverse * arb_mat([[row[0]] for row in rows])
    size = np.array([float(x.abs_upper()) for x in step.entries()])
    if not (np.isfinite(defect).all() and np.isfinite(size).all()):
        raise ValueError("the enclosures are not finite")
    found = np.linalg.solve(np.eye(UNKNOWN) - defect, size)
    if not (found >= 0).all():
        raise ValueError("the preconditioned Jacobian is not near the identity")
    return found


def _sizes(product: arb_mat) -> list[list[arb]]:
    """The entries of |I - product|, at most."""
    return [
        [abs(x - int(i == j)).upper() for j, x in enumerate(row)]
        for i, row in enumerate(product.tolist())
    ]


def _upward(radii: Any) -> tuple[fmpq, ...]:
    return tuple(fmpq(int(r * 10**_PLACES) + 1, 10**_PLACES) for r in radii)


def _text(value: fmpq) -> str:
    return decimal_text(int(fraction(value) * 10**_PLACES), _PLACES)


def _record(r: Rectangle) -> dict[str, Any]:
    return {
        "from": _text(r.w[0]),
        "to": _text(r.w[1]),
        "below": _text(r.below),
        "orders": list(r.orders),
        "parts": list(r.parts),
        "radii": [_text(radius) for radius in r.radii],
        "branch": [[[_text(c) for c in p] for p in along] for along in r.branch],
    }
