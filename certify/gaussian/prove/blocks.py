"""From a block-symmetric candidate to a certificate: Newton's method, proposed claims, and the
kernel's decision. Nothing here is trusted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import isqrt
from typing import Any

from flint import arb

from certify.attempt import Attempt, Refusal, Say, judged, silent
from certify.decimals import (
    decimal_text,
    round_down,
    round_up,
    significant,
)
from certify.digits import many_digits
from certify.errors import NotProved
from certify.gaussian.activations import activation_field
from certify.gaussian.prove.at_global import EXACTLY_GLOBAL
from certify.gaussian.search.polish import AtGlobalMinimum
from certify.gaussian.search.symmetric import (
    SymmetricCandidate,
    blocks_field,
    fixed_newton,
)
from certify.gaussian.signs import block_signs_field
from certify.kernel.check import FORMAT
from certify.kernel.foundation.balls import (
    ball,
    lower_rational,
    precision,
    upper_rational,
)
from certify.kernel.foundation.outcomes import Proved, Rejected
from certify.kernel.foundation.witness import GUARD_BITS
from certify.kernel.gaussian.activation import Activation
from certify.kernel.gaussian.blocks import Blocks, fixed_matrix, unknowns
from certify.kernel.gaussian.components import Component, components, padding_components
from certify.kernel.gaussian.geometry import Geometry
from certify.kernel.gaussian.isotypic import Pencil, padding_pencil, pencil_of
from certify.kernel.gaussian.lipschitz import lipschitz_constant
from certify.rationals import flint_rational, fraction

__all__ = ["nested_centre", "prove_block_point"]

_DIGITS = {256: 60, 512: 130}  # decimals of the centre at each working precision
_SHOWN = {256: 40, 512: 60}  # digits of the loss and of the eigenvalues


def prove_block_point(
    candidate: SymmetricCandidate, *, command: str = "", progress: Say = silent
) -> Attempt:
    """Try to certify the critical point of this symmetry near `candidate`: a minimum if all
    eigenvalues are positive, else a saddle.

    The outcome is the kernel's own. Raises `UnusableInput` where the blocks are out of range.
    """
    blocks = candidate.blocks
    if _is_teachers(candidate, blocks):
        return Attempt(refusal=EXACTLY_GLOBAL)
    attempt = Attempt()
    for bits, digits in _DIGITS.items():
        progress(f"Newton's method to {digits} digits, {bits} bits")
        try:
            start = list(candidate.values)
            centre = fixed_newton(blocks, start, digits, activation=candidate.activation)
            claims = _claims(blocks, candidate.activation, centre, bits)
        except NotProved as error:
            return replace(attempt, refusal=Refusal(str(error)))
        for exact in (True, False):
            document = _document(candidate, centre, {**claims, "exact_isotropy": exact}, bits)
            attempt = judged(document, command, candidate.provenance).after(attempt, f"{bits} bits")
            if isinstance(attempt.outcome, Proved):
                return attempt
            if not (isinstance(attempt.outcome, Rejected) and attempt.outcome.code == "isotropy"):
                break
    return attempt


def _is_teachers(candidate: SymmetricCandidate, blocks: Blocks) -> bool:
    """Whether the candidate is exactly the teachers."""
    named = zip(unknowns(blocks), candidate.values, strict=True)
    return all(b.rows and b.columns and b.student == b.teacher for b in blocks) and all(
        Fraction(value) == int(i == j and diagonal) for (i, j, diagonal), value in named
    )


@dataclass(frozen=True)
class _Spectrum:
    """Intervals around the eigenvalues of each component: `own` in R^(n x k), `beyond` in further
    dimensions.
    """

    own: list[tuple[Component, list[list[str]]]]
    beyond: list[tuple[Component, list[list[str]]]]

    @property
    def intervals(self) -> list[tuple[Fraction, Fraction]]:
        """All of them."""
        return [
            (Fraction(low), Fraction(high))
            for _, intervals in self.own + self.beyond
            for low, high in intervals
        ]

    @property
    def nearest(self) -> Fraction:
        """The distance of 0 from the nearest of them; negative if 0 lies in one."""
        return min(max(low, -high) for low, high in self.intervals)

    @property
    def index(self) -> int:
        """The number of negative eigenvalues in R^(n x k)."""
        return sum(
            int(component.dimension)
            for component, intervals in self.own
            for _, high in intervals
            if Fraction(high) < 0
        )

    @property
    def is_saddle(self) -> bool:
        """Whether an eigenvalue is negative, in whatever dimension."""
        return any(high < 0 for _, high in self.intervals)


def _claims(
    blocks: Blocks, activation: Activation, centre: list[Fraction], bits: int
) -> dict[str, Any]:
    """The claims about the critical point next to the centre; an `index` where it is a saddle.
    Raises `NotProved` where nothing can be claimed, `AtGlobalMinimum` where the loss is 0.
    """
    names, digits, shown = unknowns(blocks), _DIGITS[bits], _SHOWN[bits]
    distance = Fraction(1, 10 ** (digits - 5))
    with precision(bits + GUARD_BITS):
        point = {
            name: ball(flint_rational(value)) for name, value in zip(names, centre, strict=True)
        }
        geometry = Geometry(blocks, fixed_matrix(blocks, point), activation)
        spread = arb(0, ball(flint_rational(distance)).upper())
        around = {name: entry + spread for name, entry in point.items()}
        value = Geometry(blocks, fixed_matrix(blocks, around), activation).loss()
        if not value.is_finite():
            raise NotProved("the loss is not smooth there: a neuron is zero, or two are parallel")
        spectrum = _Spectrum(
            [(c, _eigenvalues(pencil_of(geometry, c), shown)) for c in components(blocks)],
            [
                (c, _eigenvalues(padding_pencil(geometry, c), shown))
                for c in padding_components(blocks)
            ],
        )
        loss_text = _around(fraction(lower_rational(value)), fraction(upper_rational(value)), shown)
        if spectrum.nearest <= 0:
            raise NotProved(
                "an eigenvalue of the Hessian is 0 to all digits: the critical point is degenerate,"
                " or nearly so"
            )
        radius = _radius(geometry, blocks, spectrum.nearest, distance)
    if radius is None:
        raise NotProved(
            "no radius leaves room for the Hessian to vary: more digits than this program takes are"
            " needed"
        )
    if spectrum.is_saddle and not spectrum.index:
        raise NotProved(
            "the Hessian is positive in R^(n x k) but not in further dimensions: neither kind"
            " describes such a point"
        )
    if not spectrum.is_saddle and Fraction(loss_text[0]) <= 0:
        raise AtGlobalMinimum
    return {
        "distance": f"1e-{digits - 5}",
        "radius": radius,
        "loss": loss_text,
        "spectrum": {c.name: intervals for c, intervals in spectrum.own},
        "padding": {c.name: intervals for c, intervals in spectrum.beyond},
        "exact_isotropy": True,  # tried first
        **({"index": spectrum.index} if spectrum.is_saddle else {}),
    }


def _document(
    candidate: SymmetricCandidate, centre: list[Fraction], claims: dict[str, Any], bits: int
) -> dict[str, Any]:
    blocks, digits = candidate.blocks, _DIGITS[bits]
    n, k = sum(b.height for b in blocks), sum(b.width for b in blocks)
    return {
        "format": FORMAT,
        "kind": f"gaussian-symmetric-{'saddle' if 'index' in claims else 'minimum'}",
        "statement": {
            "problem": {
                "n": n,
                "k": k,
                "targets": "orthonormal",
                **activation_field(candidate.activation),
                **block_signs_field(candidate.signs, candidate.parts),
            },
            "blocks": blocks_field(candidate.parts),
            "centre": nested_centre(
                blocks, [decimal_text(int(value * 10**digits), digits) for value in centre]
            ),
            "claims": claims,
        },
        "witness": {"bits": bits},
    }


def nested_centre(blocks: Blocks, texts: list[str]) -> list[list[Any]]:
    """The coordinates as the nested lists of the format: a pair [diagonal, off the diagonal] in a
    diagonal block of size 2 or more.
    """
    entries: dict[tuple[int, int], list[str]] = {}
    for (i, j, _), text in zip(unknowns(blocks), texts, strict=True):
        entries.setdefault((i, j), []).append(text)
    return [
        [
            entry if len(entry) == 2 else entry[0]
            for j, other in enumerate(blocks)
            if other.columns
            for entry in [entries[i, j]]
        ]
        for i, block in enumerate(blocks)
        if block.rows
    ]


def _around(low: Fraction, high: Fraction, digits: int) -> list[str]:
    """Decimals around [low, high], with a margin in the last of `digits` digits."""
    size = max(abs(low), abs(high))
    places = digits
    while size * 10 ** (places - digits) < Fraction(1, 10) and places < 3 * digits:
        places += 1
    while size * 10 ** (places - digits) >= 1 and places > 6:
        places -= 1
    margin = Fraction(1, 10**places)
    return [round_down(low - margin, places), round_up(high + margin, places)]


def _eigenvalues(pencil: Pencil, digits: int) -> list[list[str]]:
    """Intervals around the eigenvalues, in increasing order."""
    size = len(pencil.norms)
    with many_digits(digits + 30) as mp:
        norms = [mp.sqrt(_mpf(mp, norm)) for norm in pencil.norms]
        matrix = mp.matrix(size, size)
        for a in range(size):
            for b in range(a + 1):
                matrix[a, b] = matrix[b, a] = _mpf(mp, pencil.form[a][b]) / (norms[a] * norms[b])
        values = [matrix[0, 0]] if size == 1 else sorted(mp.eigsy(matrix, eigvals_only=True))
        exact = [
            Fraction(str(mp.nstr(value, digits + 25, min_fixed=0, max_fixed=0))) for value in values
        ]
    return [_around(value, value, digits) for value in exact]


def _mpf(mp: Any, value: Any) -> Any:
    mantissa, exponent = arb(value).mid().man_exp()
    return mp.ldexp(int(mantissa), int(exponent))


def _radius(
    geometry: Geometry, blocks: Blocks, nearest: Fraction, distance: Fraction
) -> str | None:
    """Three digits of a radius r with B(r) r < the eigenvalue nearest to 0, by bisection; None if
    there is none.
    """
    lengths = [(blocks[i].height, geometry.square[i].sqrt()) for i in geometry.students]
    n, k = sum(b.height for b in blocks), sum(b.width for b in blocks)
    share = ball(geometry.activation.share)
    low, high = Fraction(0), min(fraction(lower_rational(length)) for _, length in lengths)
    # |W - C| where no entry differs by more than the distance
    slack = distance * (isqrt(n * k) + 1)
    for _ in range(120):
        middle = (low + high) / 2
        radius = flint_rational(middle + slack)
        bound = lipschitz_constant(lengths, arb(k), radius)
        least = ball(flint_rational(nearest))
        if bound is not None and (share * bound * ball(radius) < least) is True:
            low = middle
        else:
            high = middle
    return significant(low * Fraction(999, 1000), 3, up=False) if low > 0 else None
