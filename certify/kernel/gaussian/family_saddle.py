"""The kind `gaussian-family-saddle`: where a family is no minimum, for every k in an interval
(theorem 5).

How the proof goes. The branch is followed as for `gaussian-family-minimum`, on an interval of t
that does not reach 0. On each box a fixed direction in one isotypic component has negative
curvature at every point of the tube.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flint import arb, arb_poly

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import fields
from certify.kernel.foundation.expansion import power
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.reals import Range, Real, read_positive, read_range, read_real
from certify.kernel.foundation.words import Words, line
from certify.kernel.gaussian.blocks import Number
from certify.kernel.gaussian.branch import (
    Branch,
    follow,
    verify_branch,
)
from certify.kernel.gaussian.chart import over
from certify.kernel.gaussian.components import components
from certify.kernel.gaussian.cover import Cover, CoverBox, read_cover, require_cover
from certify.kernel.gaussian.families import FAMILIES, read_problem
from certify.kernel.gaussian.isotypic import pencil_of
from certify.kernel.gaussian.problem import reduced_setting
from certify.kernel.kind import Kind

__all__ = [
    "GAUSSIAN_FAMILY_SADDLE",
    "GaussianFamilySaddle",
    "verify_gaussian_family_saddle",
    "verify_saddle_box",
]

_LEAST = {"s1": 2, "x1": 3, "y1": 4}  # the size of the block from which on the type exists


@dataclass(frozen=True)
class GaussianFamilySaddle:
    """For every real k in K = [k.low, k.high]; `family` only chooses the coordinates:

    (a) the reduced equations have a solution W*(k), continuous in k, whose coordinates at
        k = k.high are within `distance` of `centre`;
    (b) the Hessian's pencil of the type named has a negative value at W*(k).

    So at every integer k in K, W*(k) is a critical point of F, for orthonormal teachers, that is no
    local minimum.
    """

    family: str
    k: Range
    representation: str
    centre: tuple[Real, ...]
    distance: Real

    @classmethod
    def read(cls, value: Any) -> GaussianFamilySaddle:
        """From the field `statement` of a certificate (FORMAT 4.5)."""
        name, given = read_problem(value)
        if FAMILIES[name].further:
            raise Malformed(f"the family {name} has more students than teachers")
        claims = fields(given, "the claims", ["k", "type", "centre", "distance"])
        k, representation = read_range(claims["k"], "k"), claims["type"]
        if not isinstance(representation, str) or representation not in _LEAST:
            raise Malformed(f"the type is none of {', '.join(_LEAST)}")
        least = FAMILIES[name].beside + _LEAST[representation]
        if not least <= k.low:
            raise Malformed(f"k begins below {least}, where the type {representation} begins")
        unknown, centre = len(FAMILIES[name].scale), claims["centre"]
        if not isinstance(centre, list) or len(centre) != unknown:
            raise Malformed(f"the centre is not a list of {unknown} numbers")
        return cls(
            family=name,
            k=k,
            representation=representation,
            centre=tuple(read_real(value, "a number of the centre") for value in centre),
            distance=read_positive(claims["distance"], "the distance"),
        )

    def directions(self) -> int:
        """How many test matrices the type has."""
        return len(FAMILIES[self.family].pencils[self.representation].exponents)

    def headline(self) -> Words:
        """The theorem in one line."""
        return line(
            "a critical point of the Gaussian ReLU loss with symmetry ",
            FAMILIES[self.family].symmetry(),
            ", within ",
            self.distance,
            " of the centre in the file at $k = $",
            self.k.upper,
            " and continuous in $k$, is no local minimum for any whole $k$ in ",
            self.k,
            " and any $d ≥ k$: negative curvature of representation ",
            self.representation,
        )

    def theorem(self) -> Iterator[Words]:
        """The theorem in words, line by line."""
        yield from reduced_setting(FAMILIES[self.family].symmetry().text, self.k)
        yield line(
            "  (a)  For every real $k$ in $K$ they have a solution $W*(k)$, continuous in $k$,"
            " whose coordinates at $k = $",
            self.k.upper,
            " are within ",
            self.distance,
            " of",
        )
        for coordinate in self.centre:
            yield line("           ", coordinate)
        yield line(
            f"  (b)  For every real $k$ in $K$ the pencil of representation {self.representation}"
            " at $W*(k)$ takes a negative value."
        )
        yield line(
            "So for every integer $k$ in $K$, $W*(k)$ is a critical point of $F$ that is no local"
            " minimum, in $ℝ^{k×D}$ for every $D ≥ k$: $F$ takes smaller values nearby."
        )


def verify_gaussian_family_saddle(
    claim: GaussianFamilySaddle, cover: Cover, ledger: Ledger
) -> None:
    """Enter the inequalities of theorem 5 into the ledger; `Unverified` at the first that is not
    verified. The caller has set the working precision.
    """
    # (1) to (3): the cover; (4) to (8): box by box
    require_cover(cover, ledger, claim.k.high, claim.k.low, 2)
    _require_centre(claim, cover.boxes[0], ledger)
    follow(cover, lambda box, name, before: verify_saddle_box(claim, box, name, ledger, before))


def _require_centre(claim: GaussianFamilySaddle, box: CoverBox, ledger: Ledger) -> None:
    """At k = k.high the whole tube of the first box lies within the claimed distance of the claimed
    coordinates.
    """
    ledger.require_at_most(
        "cover",
        f"the first box holds t = 1/sqrt({claim.k.high})",
        1 / claim.k.high,
        box.high * box.high,
    )
    t, family, far = 1 / ball(claim.k.high).sqrt(), FAMILIES[claim.family], arb(0)
    for base, scale, coefficients, value in zip(
        family.base, family.scale, box.branch, claim.centre, strict=True
    ):
        x = arb_poly([ball(c) for c in coefficients])(t - ball(box.origin())) + arb(
            0, ball(box.radius).upper()
        )
        here = power(t, scale) * x + sum(
            (power(t, i) * number for i, number in enumerate(base)), arb(0)
        )
        far = far.max((here - ball(value.value)).abs_upper())
    near = f"at k = {claim.k.texts[1]} the tube lies near the claimed centre"
    ledger.require("distance", near, far, claim.distance.value)


def verify_saddle_box(
    claim: GaussianFamilySaddle,
    box: CoverBox,
    name: str,
    ledger: Ledger,
    before: Branch | None = None,
) -> Branch:
    """The inequalities of one box: the branch, and a direction in which the pencil is negative on
    the tube.
    """
    branch = verify_branch(FAMILIES[claim.family], box, name, ledger, before)
    parts = {part.name: part for part in components(branch.tube.blocks)}
    pencil = pencil_of(branch.tube, parts[claim.representation])
    value: Number = 0
    for a, row in enumerate(pencil.form):
        for b, entry in enumerate(row):
            weight = box.direction[a] * box.direction[b] * (1 if a == b else 2)
            if weight != 0:
                value = value + entry * ball(weight)
    largest = arb("-inf")
    for s in branch.chart.parts():
        largest = largest.max(over(value, s))
    ledger.require(
        "negative",
        f"the pencil of representation {claim.representation} is negative in the direction of"
        f" {name}",
        largest,
        arb(0),
    )
    return branch


def _read_witness(value: Any, statement: GaussianFamilySaddle) -> Cover:
    return read_cover(value, statement.family, statement.directions())


GAUSSIAN_FAMILY_SADDLE = Kind(
    name="gaussian-family-saddle",
    section="4.5",
    theorem="theorem 5",
    read_statement=GaussianFamilySaddle.read,
    read_witness=_read_witness,
    verify=verify_gaussian_family_saddle,
)
