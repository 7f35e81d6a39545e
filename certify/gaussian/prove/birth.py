"""Where a family becomes a minimum: the secant method on an eigenvalue in real k, and a proposed
certificate. Nothing here is trusted.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from flint import arb

from certify.attempt import Attempt, Refusal, judged
from certify.decimals import decimal_text
from certify.errors import UnusableInput
from certify.gaussian.activations import activation_field
from certify.gaussian.names import family_name
from certify.gaussian.prove.blocks import nested_centre
from certify.gaussian.search.families import family
from certify.gaussian.search.polish import NotPolished
from certify.gaussian.search.symmetric import (
    Parts,
    SymmetricCandidate,
    fixed_newton,
    make_blocks,
)
from certify.kernel.check import FORMAT
from certify.kernel.foundation.balls import ball, precision
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.outcomes import Proved
from certify.kernel.foundation.pivots import pivots
from certify.kernel.foundation.witness import GUARD_BITS
from certify.kernel.gaussian.activation import RELU, Activation
from certify.kernel.gaussian.blocks import Blocks, fixed_matrix, unknowns
from certify.kernel.gaussian.components import components
from certify.kernel.gaussian.geometry import Geometry
from certify.kernel.gaussian.isotypic import pencil_of
from certify.rationals import flint_rational, midpoint

__all__ = ["prove_birth"]

# a k at which the family is a minimum, and the size beside the growing block
_START = {
    "II": (6, 1),
    "A": (6, 0),
    "I": (7, 1),
}
_BITS, _DIGITS = 256, 60


def prove_birth(
    name: str, digits: int = 35, activation: Activation = RELU, *, command: str = ""
) -> Attempt:
    """Certify the real k below which the family `name` (II, A or I) is no minimum, within
    10^-digits. Raises `UnusableInput`: another family.
    """
    name = str(family_name(name))
    if name not in _START:
        raise UnusableInput(f"{name!r} is none of the families II, A, I")
    start, beside = _START[name]
    member = family(name, start, activation)
    attempt = Attempt()
    for component in components(_blocks(member.parts, beside, arb(start))):
        if component.letter == "1":
            continue
        crossing = component.name
        try:
            k, centre = _crossing(member, beside, crossing, Fraction(start))
        except NotPolished as error:
            attempt = Attempt().after(attempt, f"type {crossing}: {error}")
            continue
        document = _propose(replace(member, values=tuple(centre)), beside, crossing, k, digits)
        try:
            found = judged(document, command, {"family": name})
        except Malformed as error:  # k where the format has no claim
            attempt = Attempt().after(attempt, f"type {crossing}, k about {float(k):.6f}: {error}")
            continue
        attempt = found.after(attempt, f"type {crossing}, k about {float(k):.12f}")
        if isinstance(attempt.outcome, Proved):
            return attempt
    return Attempt(
        refusal=Refusal(
            f"no crossing of an eigenvalue was proved within 10^-{digits} for k below {start}"
        ),
        trials=attempt.trials,
    )


def _blocks(parts: Parts, beside: int, k: Any) -> Blocks:
    """The partition with block 1 of size k - beside."""
    return make_blocks((("diagonal", k - beside), *parts[1:]))


def _last_pivot(
    near: SymmetricCandidate, beside: int, name: str, k: Fraction
) -> tuple[Fraction, SymmetricCandidate]:
    """The last pivot of the type's pencil at the critical point for this k, and the point."""
    with precision(_BITS + GUARD_BITS):
        blocks = _blocks(near.parts, beside, ball(flint_rational(k)))
    point = fixed_newton(blocks, list(near.values), _DIGITS, activation=near.activation)
    with precision(_BITS + GUARD_BITS):
        coordinates = [ball(flint_rational(value)) for value in point]
        geometry = Geometry(
            blocks,
            fixed_matrix(blocks, dict(zip(unknowns(blocks), coordinates, strict=True))),
            near.activation,
        )
        component = next(c for c in components(blocks) if c.name == name)
        last = pivots(pencil_of(geometry, component).form)[-1]
        if not last.is_finite():
            raise NotPolished("the pencil is not defined there")
        return midpoint(last), replace(near, values=tuple(point))


def _crossing(
    near: SymmetricCandidate, beside: int, name: str, start: Fraction
) -> tuple[Fraction, tuple[Fraction, ...]]:
    """The zero of the last pivot below `start`, to about 45 digits."""
    k, other = start, start - Fraction(1, 8)
    last, near = _last_pivot(near, beside, name, k)
    for _ in range(40):
        value, near = _last_pivot(near, beside, name, other)
        if value == last or not beside + 2 < other <= start:
            raise NotPolished("no zero of its last pivot below")
        step = value * (other - k) / (value - last)
        k, last = other, value
        other = Fraction(round((other - step) * 10**50), 10**50)
        if abs(other - k) < Fraction(1, 10**45):
            return other, _last_pivot(near, beside, name, other)[1].values
    raise NotPolished("the secant method does not settle")


def _propose(
    point: SymmetricCandidate, beside: int, name: str, k: Fraction, digits: int
) -> dict[str, Any]:
    parts = point.parts
    blocks = _blocks(parts, beside, arb(10))
    sizes = [f"k-{beside}" if beside else "k", *[size for _, size in parts[1:]]]
    width = Fraction(1, 10**digits)
    # k in the middle, to 50 digits
    low, high = (decimal_text(int((k + side * width) * 10**50), 50) for side in (-1, 1))
    return {
        "format": FORMAT,
        "kind": "gaussian-birth",
        "statement": {
            "problem": {"targets": "orthonormal", **activation_field(point.activation)},
            "blocks": [
                {"type": block_type, "size": size}
                for (block_type, _), size in zip(parts, sizes, strict=True)
            ],
            "centre": nested_centre(
                blocks, [decimal_text(int(value * 10**_DIGITS), _DIGITS) for value in point.values]
            ),
            "claims": {"k": [low, high], "crossing": name, "distance": f"1e-{digits - 2}"},
        },
        "witness": {"bits": _BITS},
    }
