"""From a block-symmetric candidate to a certificate: Newton's method, proposed claims, and the
kernel's decision. Nothing here is trusted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from math import isqrt
from typing import Any

from flint import arb

from certify.decimals import (
    decimal_text,
    round_down,
    round_up,
    significant,
)
from certify.digits import many_digits
from certify.gaussian.classes import class_remarks
from certify.gaussian.nearness import nearness, root_up
from certify.gaussian.prove.minimum import (
    EXACTLY_GLOBAL,
    Attempt,
    is_global,
    provenance,
)
from certify.gaussian.search.candidate import Candidate
from certify.gaussian.search.detection import symmetric_point
from certify.gaussian.search.polish import AtGlobalMinimum, NotPolished
from certify.gaussian.search.symmetric import (
    SymmetricCandidate,
    expanded,
    multiplicities,
    newton,
)
from certify.kernel.check import FORMAT, check_document
from certify.kernel.foundation.balls import (
    ball,
    lower_rational,
    precision,
    upper_rational,
)
from certify.kernel.foundation.outcomes import Proved, Rejected
from certify.kernel.foundation.witness import GUARD_BITS
from certify.kernel.gaussian.blocks import Blocks, fixed_matrix, unknowns
from certify.kernel.gaussian.components import components, padding_components
from certify.kernel.gaussian.geometry import Geometry
from certify.kernel.gaussian.isotypic import Pencil, padding_pencil, pencil_of
from certify.kernel.gaussian.lipschitz import lipschitz_constant
from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric
from certify.rationals import flint_rational, fraction

__all__ = ["prove_symmetric", "prove_symmetric_matrix"]

_DIGITS = {256: 60, 512: 130}  # decimals of the centre at each working precision
_SHOWN = {256: 40, 512: 60}  # digits of the loss and of the eigenvalues


def prove_symmetric_matrix(
    given: Candidate, *, command: str = "", progress: Callable[[str], None] | None = None
) -> Attempt:
    """Try to certify the critical point near a dense matrix by the symmetry that it has: polished,
    detected, proved.

    Raises `UnusableInput` for other teachers, for points off their span, and for a symmetry too
    small for the format.
    """
    if is_global(given):
        return Attempt(None, None, EXACTLY_GLOBAL)
    try:
        found = symmetric_point(given, progress)
    except NotPolished as error:
        return Attempt(None, None, str(error))
    attempt = prove_symmetric(found.candidate, command=command, progress=progress)
    if attempt.document is None or not isinstance(attempt.outcome, Proved):
        return attempt
    claims = attempt.document["statement"]["claims"]
    told = (
        f"The symmetry was detected in the {'polished' if found.polished else 'given'} matrix with"
        f" the tolerance {found.tolerance:g}, and "
        + (
            "that nothing else fixes the point is proved."
            if claims["exact_isotropy"]
            else "it is not proved that nothing else fixes the point."
        )
    )
    return replace(
        attempt,
        remarks=(
            *_matrix_nearness(given, found.candidate, attempt.document),
            told,
            *attempt.remarks,
        ),
    )


def prove_symmetric(
    candidate: SymmetricCandidate,
    *,
    command: str = "",
    progress: Callable[[str], None] | None = None,
    classed: bool = True,
) -> Attempt:
    """Try to certify the critical point of this symmetry near `candidate`: a minimum if all
    eigenvalues are positive, else a saddle.

    classed: say in a remark which class the point belongs to. The outcome is the kernel's own.
    Raises `UnusableInput` where the blocks are out of range.
    """
    blocks = candidate.blocks
    if _is_teachers(candidate, blocks):
        return Attempt(None, None, EXACTLY_GLOBAL)
    trials: list[str] = []
    attempt = Attempt(None, None, "")
    for bits, digits in _DIGITS.items():
        if progress is not None:
            progress(f"Newton's method to {digits} digits, {bits} bits")
        try:
            centre = newton(blocks, list(candidate.values), digits)
        except NotPolished as error:
            return Attempt(attempt.document, attempt.outcome, str(error), tuple(trials))
        for exact in (True, False):
            document = _propose(candidate, blocks, centre, bits, exact)
            if isinstance(document, str):
                return Attempt(attempt.document, attempt.outcome, document, tuple(trials))
            outcome = check_document(document)
            trials.append(f"{bits} bits: {outcome.verdict} {outcome.summary}")
            attempt = Attempt(document, outcome, outcome.summary, tuple(trials))
            if isinstance(outcome, Proved):
                document["provenance"] = provenance(command, candidate.provenance)
                remarks = _nearness(candidate, blocks, centre, document) + (
                    class_remarks(document) if classed else ()
                )
                return Attempt(document, outcome, "", tuple(trials), remarks)
            if not (isinstance(outcome, Rejected) and outcome.code == "isotropy"):
                break
    return attempt


def _is_teachers(candidate: SymmetricCandidate, blocks: Blocks) -> bool:
    """Whether the candidate is exactly the teachers."""
    named = zip(unknowns(blocks), candidate.values, strict=True)
    return all(b.rows and b.columns for b in blocks) and all(
        Fraction(value) == int(i == j and diagonal) for (i, j, diagonal), value in named
    )


def _bounds(document: dict[str, Any]) -> tuple[Fraction, Fraction]:
    """A bound of |W* - C|, where entries differ by at most the distance claimed, and the radius."""
    problem, claims = document["statement"]["problem"], document["statement"]["claims"]
    return Fraction(claims["distance"]) * root_up(Fraction(problem["n"] * problem["k"])), Fraction(
        claims["radius"]
    )


def _nearness(
    candidate: SymmetricCandidate, blocks: Blocks, centre: list[Fraction], document: dict[str, Any]
) -> tuple[str, ...]:
    """How far the point lies from a block point of the user's; nothing of what a family or a search
    has given.
    """
    if candidate.rows or "candidate" not in candidate.provenance:
        return ()
    return nearness(
        zip(multiplicities(blocks), map(Fraction, candidate.values), centre, strict=True),
        *_bounds(document),
    )


def _matrix_nearness(
    given: Candidate, found: SymmetricCandidate, document: dict[str, Any]
) -> tuple[str, ...]:
    """The same for a dense matrix, whose rows and columns have been put in the order of the blocks;
    its columns beyond the k-th face zeros.
    """
    claim = (
        GaussianSymmetric.read_saddle(document["statement"])
        if "index" in document["statement"]["claims"]
        else GaussianSymmetric.read_minimum(document["statement"])
    )
    centre = expanded(claim.problem.blocks, [fraction(value) for value in claim.centre.values()])
    gaps = [
        (1, Fraction(given.students[i][j]), c)
        for i, row in zip(found.rows, centre, strict=True)
        for j, c in zip(found.columns, row, strict=True)
    ]
    gaps += [
        (1, Fraction(entry), Fraction(0)) for row in given.students for entry in row[given.k :]
    ]
    return nearness(gaps, *_bounds(document))


def _propose(
    candidate: SymmetricCandidate, blocks: Blocks, centre: list[Fraction], bits: int, exact: bool
) -> dict[str, Any] | str:
    """A document, or the reason why nothing can be claimed."""
    names, digits, shown = unknowns(blocks), _DIGITS[bits], _SHOWN[bits]
    distance = Fraction(1, 10 ** (digits - 5))
    with precision(bits + GUARD_BITS):
        point = {
            name: ball(flint_rational(value)) for name, value in zip(names, centre, strict=True)
        }
        geometry = Geometry(blocks, fixed_matrix(blocks, point))
        spread = arb(0, ball(flint_rational(distance)).upper())
        value = Geometry(
            blocks, fixed_matrix(blocks, {name: entry + spread for name, entry in point.items()})
        ).loss()
        if not value.is_finite():
            return "the loss is not smooth there: a neuron is zero, or two are parallel"
        own = [
            (kind, _eigenvalues(pencil_of(geometry, kind), shown)) for kind in components(blocks)
        ]
        beyond = [
            (kind, _eigenvalues(padding_pencil(geometry, kind), shown))
            for kind in padding_components(blocks)
        ]
        loss_text = _around(fraction(lower_rational(value)), fraction(upper_rational(value)), shown)
        everything = [interval for _, intervals in own + beyond for interval in intervals]
        nearest = min(max(Fraction(low), -Fraction(high)) for low, high in everything)
        if nearest <= 0:
            return (
                "an eigenvalue of the Hessian is 0 to all digits: the critical point is degenerate,"
                " or nearly so"
            )
        index = sum(
            int(kind.dimension)
            for kind, intervals in own
            for _, high in intervals
            if Fraction(high) < 0
        )
        saddle = any(Fraction(high) < 0 for _, high in everything)
        radius = _radius(geometry, blocks, nearest, distance)
    if radius is None:
        return (
            "no radius leaves room for the Hessian to vary: more digits than this program takes are"
            " needed"
        )
    if saddle and not index:
        return (
            "the Hessian is positive in R^(n x k) but not in further dimensions: neither kind"
            " describes such a point"
        )
    if not saddle and Fraction(loss_text[0]) <= 0:
        return str(AtGlobalMinimum())
    claims: dict[str, Any] = {
        "distance": f"1e-{digits - 5}",
        "radius": radius,
        "loss": loss_text,
        "spectrum": {kind.name: intervals for kind, intervals in own},
        "padding": {kind.name: intervals for kind, intervals in beyond},
        "exact_isotropy": exact,
    }
    if saddle:
        claims["index"] = index
    n, k = sum(b.height for b in blocks), sum(b.width for b in blocks)
    return {
        "format": FORMAT,
        "kind": "gaussian-symmetric-saddle" if saddle else "gaussian-symmetric-minimum",
        "statement": {
            "problem": {"n": n, "k": k, "targets": "orthonormal"},
            "blocks": [{"type": kind, "size": size} for kind, size in candidate.parts],
            "centre": centre_rows(
                blocks, [decimal_text(int(value * 10**digits), digits) for value in centre]
            ),
            "claims": claims,
        },
        "witness": {"bits": bits},
    }


def centre_rows(blocks: Blocks, texts: list[str]) -> list[list[Any]]:
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
    low, high = Fraction(0), min(fraction(lower_rational(length)) for _, length in lengths)
    # |W - C| where no entry differs by more than the distance
    slack = distance * (isqrt(n * k) + 1)
    for _ in range(120):
        middle = (low + high) / 2
        radius = flint_rational(middle + slack)
        bound = lipschitz_constant(lengths, arb(k), radius)
        if bound is not None and (bound * ball(radius) < ball(flint_rational(nearest))) is True:
            low = middle
        else:
            high = middle
    return significant(low * Fraction(999, 1000), 3, up=False) if low > 0 else None
