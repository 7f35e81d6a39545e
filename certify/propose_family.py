"""A cover of all k at once: the branch as polynomials in t = k^(-1/2), boxes as wide as the kernel accepts. Nothing here is trusted."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import pi
from typing import Any

from flint import arb, arb_mat, fmpq

from certify.kernel.balls import precision
from certify.kernel.check import FORMAT, check_document
from certify.kernel.expansion import Expansion
from certify.kernel.gaussian_family import FAMILIES, GRADIENT_ORDER, Chart, CoverBox, GaussianFamily, derivative_by_x, verify_box
from certify.kernel.isotypic import component, component_types
from certify.kernel.ledger import Ledger, NotProved
from certify.kernel.outcomes import Proved
from certify.kernel.statements import GUARD_BITS, Interval
from certify.propose import Attempt, provenance
from certify.search.candidate import UnusableInput
from certify.search.decimals import decimal_text
from certify.search.rationals import flint_rational, fraction, midpoint

__all__ = ["prove_family"]

_BITS, _DEGREE, _ORDER, _PARTS, _PLACES = 192, 8, 16, 16, 40
_LIMITS = {"II": (8 / pi, -4 / pi, -2 - 8 / pi, 4 / pi, 2 + 8 / pi + 8 / pi**2)}
_CLAIMS = {"II": (("0.15", "0.2974"), ("0.0046", "0.09085"))}


def prove_family(name: str, k_from: int, *, command: str = "", progress: Callable[[str], None] | None = None) -> Attempt:
    """Certify a minimum of the family for every k >= k_from. Raises `UnusableInput`: a family without a limit, k_from out of range."""
    if name not in FAMILIES:
        raise UnusableInput(f"{name!r} is none of the families {', '.join(FAMILIES)}")
    if not 5 <= k_from <= 10**9:
        raise UnusableInput(f"k = {k_from} is not in 5..10^9")
    loss, eigenvalues = _CLAIMS[name]
    claim = GaussianFamily(name, k_from, _interval(loss), _interval(eigenvalues))
    cover: list[CoverBox] = []
    low, width = Fraction(0), Fraction(3, 100)
    start = [Fraction(x) for x in _LIMITS[name]]
    end = _end(k_from)
    while low < end:
        box, trouble = None, ""
        while width > Fraction(1, 2000):
            high = min(Fraction(round((low + width) * 10**4), 10**4), end)
            box, trouble = _try(claim, low, high, start)
            if box is not None:
                break
            width = width * 2 / 3
        if box is None:
            return Attempt(None, None, f"no box beyond t = {float(low):.4f} was accepted: {trouble}")
        cover.append(box)
        if progress is not None:
            progress(f"box {len(cover)}: t up to {float(high):.4f}, that is k >= {float(1 / high**2):.4f}")
        middle = Fraction(0) if low == 0 else (low + high) / 2
        start = [sum((fraction(c) * (high - middle) ** i for i, c in enumerate(p)), Fraction(0)) for p in box.branch]
        low, width = high, width * 3 / 2
    document = {
        "format": FORMAT,
        "kind": "gaussian-family-minimum",
        "statement": {
            "problem": {"targets": "orthonormal"},
            "family": name,
            "claims": {"k_from": k_from, "loss_times_k": list(loss), "lambda_min": list(eigenvalues)},
        },
        "witness": {"bits": _BITS, "cover": [_record(box) for box in cover]},
    }
    outcome = check_document(document)
    if not isinstance(outcome, Proved):
        return Attempt(document, outcome, outcome.summary)
    document["provenance"] = provenance(command, {"family": name})
    return Attempt(document, outcome, "")


def _interval(ends: tuple[str, str]) -> Interval:
    low, high = (flint_rational(Fraction(end)) for end in ends)
    return Interval(low, high, ends)


def _end(k_from: int) -> Fraction:
    """1/sqrt(k_from), rounded up to 8 decimals."""
    t = Fraction(int(10**8 / k_from**0.5), 10**8)
    while t * t * k_from < 1:
        t += Fraction(1, 10**8)
    return t


def _try(claim: GaussianFamily, low: Fraction, high: Fraction, start: list[Fraction]) -> tuple[CoverBox | None, str]:
    """A box the kernel accepts, or why the last one was not accepted."""
    trouble = ""
    with precision(_BITS + GUARD_BITS):
        try:
            branch = _branch(claim.family, low, high, start)
            for radius in (Fraction(1, 10**8), Fraction(1, 10**6), Fraction(1, 10**5), Fraction(1, 10**4)):
                box = CoverBox(flint_rational(low), flint_rational(high), _ORDER, _PARTS, flint_rational(radius), branch)
                try:
                    verify_box(claim, box, "the box", Ledger())
                except NotProved as failure:
                    trouble = f"[{failure.inequality.code}] {failure.inequality.sentence}: {failure.inequality}"
                    if failure.inequality.code != "inclusion":
                        return None, trouble
                else:
                    return box, ""
        except (ValueError, ZeroDivisionError) as error:
            trouble = str(error)
    return None, trouble


def _branch(family: str, low: Fraction, high: Fraction, start: list[Fraction]) -> tuple[tuple[fmpq, ...], ...]:
    """Taylor polynomials of the branch: Newton's method on coefficients, with the Jacobian at the centre of the expansion."""
    polynomials = [[flint_rational(x)] for x in start]
    inverse: Any = None
    for step in range(2 * _DEGREE + 6):
        narrow = (high - low) / 10**6
        centre = (low + high) / 2
        ends = (Fraction(0), narrow) if low == 0 else (centre - narrow, centre + narrow)
        box = CoverBox(flint_rational(ends[0]), flint_rational(ends[1]), _ORDER, 1, fmpq(1), tuple(map(tuple, polynomials)))
        chart = Chart(FAMILIES[family], box)
        geometry = chart.geometry(fmpq(0))
        value = [chart.known_order(g, GRADIENT_ORDER) for g in geometry.gradient()]
        if step < 6 and (low != 0 or inverse is None):
            first = component(geometry, component_types(geometry.blocks)[0])
            inverse = arb_mat([[_coefficient(entry, 0) for entry in row] for row in derivative_by_x(chart, first)]).inv().mid()
        terms = _DEGREE + 1 if step >= 6 or low == 0 else 1
        change = (inverse * arb_mat([[_coefficient(g, i) for i in range(terms)] for g in value])).tolist()
        polynomials = [
            [_rounded((p[i] if i < len(p) else fmpq(0)), row[i]) for i in range(terms)] for p, row in zip(polynomials, change, strict=True)
        ]
    return tuple(map(tuple, polynomials))


def _coefficient(value: Any, i: int) -> arb:
    if not isinstance(value, Expansion):
        return arb(value).mid() if i == 0 else arb(0)
    at = i - value.valuation
    return value.polynomial[at].mid() if 0 <= at < value.order else arb(0)


def _rounded(old: fmpq, change: arb) -> fmpq:
    value = fraction(old) - midpoint(change)
    return flint_rational(Fraction(round(value * 10**_PLACES), 10**_PLACES))


def _text(value: fmpq) -> str:
    number = fraction(value)
    return decimal_text(int(number * 10**_PLACES), _PLACES)


def _record(box: CoverBox) -> dict[str, Any]:
    return {
        "from": _text(box.low),
        "to": _text(box.high),
        "order": box.order,
        "parts": box.parts,
        "radius": _text(box.radius),
        "branch": [[_text(c) for c in polynomial] for polynomial in box.branch],
    }
