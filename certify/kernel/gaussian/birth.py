"""The kind `gaussian-birth`: the real k at which a critical point of a symmetric family becomes a
minimum (theorem 3 of LEMMAS.md).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from flint import arb, arb_mat, arb_series, fmpq

from certify.kernel.foundation.balls import ball, upper_rational
from certify.kernel.foundation.errors import Malformed, Unverified
from certify.kernel.foundation.exact import fields
from certify.kernel.foundation.krawczyk import krawczyk
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.outcomes import Inequality
from certify.kernel.foundation.pivots import pivots
from certify.kernel.foundation.reals import Interval, read_interval, read_positive
from certify.kernel.gaussian.blocks import (
    Blocks,
    Geometry,
    Number,
    fixed_matrix,
    unknowns,
)
from certify.kernel.gaussian.isotypic import (
    ComponentType,
    component,
    component_types,
    padding,
    padding_types,
)
from certify.kernel.gaussian.problem import require_orthonormal
from certify.kernel.gaussian.symmetric import require_regular
from certify.kernel.gaussian.symmetric_statement import MAX_BLOCKS, read_block, read_centre

__all__ = ["GaussianBirth", "verify_gaussian_birth"]

_SIZE = re.compile(r"k(?:-([1-9][0-9]{0,2}))?")
_LARGEST = 1000
_TERMS = 2  # value and derivative by k


@dataclass(frozen=True)
class GaussianBirth:
    """One block has size k - less with k real, the others whole sizes; C has the coordinates
    `centre`, K = [k.low, k.high].

    (a) For every k in K the equations of lemma 8 have exactly one solution x(k) that differs from C
        by at most `distance` in each coordinate; it is smooth in k.
    (b) Exactly one k* in K makes a pencil of lemma 9 at x(k), or of the padding, singular: one of
        type `crossing`; k* is inside K. For k > k* in K all pencils are positive definite; for k <
        k* exactly one eigenvalue of one of them, that of `crossing`, is negative.
    (c) This eigenvalue is simple and has a positive derivative at k*.
    """

    parts: Blocks  # the growing block has size 1000 here
    growing: int
    less: int
    centre: dict[tuple[int, int, bool], fmpq]
    k: Interval
    crossing: ComponentType
    distance: fmpq
    texts: dict[str, str]

    @classmethod
    def read(cls, value: Any) -> GaussianBirth:
        """From the field `statement` of a certificate (FORMAT.md, section 4.3)."""
        known = fields(value, "the statement", ["problem", "blocks", "centre", "claims"])
        require_orthonormal(fields(known["problem"], "the problem", ["targets"]))
        claims = fields(known["claims"], "the claims", ["k", "crossing", "distance"])
        parts, growing, reduced = _read_blocks(known["blocks"])
        k = read_interval(claims["k"], "k")
        if (
            not reduced + 3 < k.low or not k.high < _LARGEST
        ):  # the growing block has size > 3: norms are positive, all types exist
            raise Malformed(f"k is not between {reduced + 3} and {_LARGEST}")
        types = [kind for kind in component_types(parts) if kind.name == claims["crossing"]]
        if len(types) != 1:
            raise Malformed("the crossing type is none of these blocks")
        return cls(
            parts=parts,
            growing=growing,
            less=reduced,
            centre=read_centre(known["centre"], parts),
            k=k,
            crossing=types[0],
            distance=read_positive(claims["distance"], "the distance"),
            texts={"distance": claims["distance"]},
        )

    def blocks(self, k: Number) -> Blocks:
        """The partition at a (real) k."""
        return tuple(
            replace(b, size=k - self.less) if i == self.growing else b
            for i, b in enumerate(self.parts)
        )

    def _symmetry(self) -> str:
        size = f"k-{self.less}" if self.less else "k"
        return " x ".join(
            f"S_{{{size}}}" if i == self.growing else f"S_{b.size}"
            for i, b in enumerate(self.parts)
            if b.columns
        )

    def headline(self) -> str:
        """The theorem in one line."""
        return (
            f"birth of a minimum of the Gaussian ReLU loss fixed by {self._symmetry()}: an"
            f" eigenvalue of representation {self.crossing.name} crosses 0 at exactly one real k in"
            f" {self.k}"
        )

    def theorem(self) -> str:
        """The theorem in words, several lines."""
        return "\n".join(
            (
                (
                    "THEOREM.  Consider the equations (8.2) and the Hessian's pencils of lemma 9"
                    " (proofs/LEMMAS.md) for the Gaussian ReLU loss with orthonormal"
                ),
                (
                    f"teachers and the symmetry {self._symmetry()}, in which the sizes of the"
                    f" blocks enter as numbers, and let K = {self.k}."
                ),
                (
                    "  (a)  For every real k in K there is exactly one solution x(k) within"
                    f" {self.texts['distance']} of the centre in the file; it is smooth in k."
                ),
                (
                    "  (b)  There is exactly one k* in K at which the Hessian at x(k), in any"
                    " dimension D >= k, is singular (one of its pencils is). It is inside K,"
                ),
                (
                    f"       and one eigenvalue, of representation {self.crossing.name}, is 0"
                    " there. For k > k* in K the Hessian is positive definite, for k < k* that"
                ),
                "       eigenvalue and no other is negative.",
                (
                    "  (c)  The eigenvalue is simple in its pencil, and its derivative by k is"
                    " positive at k*."
                ),
            )
        )


def _read_blocks(value: Any) -> tuple[Blocks, int, int]:
    """Blocks, of which the growing one gets a large size, its number, and c where its size is k -
    c.
    """
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_BLOCKS:
        raise Malformed(f"the blocks are not a list of 1 to {MAX_BLOCKS} blocks")
    growing: list[tuple[int, int]] = []
    parts = []
    for i, entry in enumerate(value):
        known = fields(entry, f"block {i + 1}", ["type", "size"])
        if isinstance(known["size"], str):
            match = _SIZE.fullmatch(known["size"])
            if match is None or known["type"] != "diagonal":
                raise Malformed(
                    f"block {i + 1} is neither of fixed size nor a diagonal block of size k or"
                    " k - c"
                )
            growing.append((i, int(match.group(1) or 0)))
            known = {"type": "diagonal", "size": _LARGEST}
        parts.append(read_block(known, i))
    if len(growing) != 1:
        raise Malformed("not exactly one block grows with k")
    block, reduced = growing[0]
    if sum(part.width for i, part in enumerate(parts) if i != block) != reduced:
        raise Malformed("the blocks do not have k columns")
    if sum(part.height for i, part in enumerate(parts) if i != block) < reduced:
        raise Malformed("the blocks have fewer than k rows")
    return tuple(parts), block, reduced


def _at(claim: GaussianBirth, k: Number, coordinates: list[Number]) -> Geometry:
    blocks = claim.blocks(k)
    return Geometry(
        blocks, fixed_matrix(blocks, dict(zip(unknowns(blocks), coordinates, strict=True)))
    )


def verify_gaussian_birth(claim: GaussianBirth, ledger: Ledger) -> None:
    """Enter the inequalities of theorem 3 into the ledger; `Unverified` at the first that is not
    verified.

    The caller has set the working precision.
    """
    middle, half = (claim.k.low + claim.k.high) / 2, (claim.k.high - claim.k.low) / 2
    names = unknowns(claim.parts)
    centre = [ball(claim.centre[name]) for name in names]
    k = ball(middle) + arb(0, ball(half).upper())
    box = _box(centre, claim.distance)
    outer = _at(claim, k, box)
    require_regular(outer, ledger)

    pencils = {kind.name: component(outer, kind) for kind in component_types(outer.blocks)}
    derivative = pencils["1"].jacobian()
    contraction, reach = krawczyk(_at(claim, k, centre).gradient(), derivative, claim.distance)
    ledger.require(
        "contraction",
        "the preconditioned Jacobian on the box is near the identity, for all k in K",
        contraction,
        fmpq(1),
    )
    ledger.require(
        "inclusion",
        "Krawczyk's operator maps the box into its interior, for all k in K",
        reach,
        claim.distance,
    )
    others = [pencil for name, pencil in pencils.items() if name != claim.crossing.name]
    others += [padding(outer, kind) for kind in padding_types(outer.blocks)]
    for pencil in others:
        for pivot in pivots(pencil.form):
            ledger.require(
                "other-eigenvalues",
                "the Hessian is positive on the other representations, for all k in K",
                arb(0),
                pivot,
            )

    for pivot in pivots(pencils[claim.crossing.name].form)[:-1]:
        ledger.require(
            "other-eigenvalues",
            "all eigenvalues of the representation but one are positive, for all k in K",
            arb(0),
            pivot,
        )
    slope = _slope(_along_branch(claim, k, box, derivative))
    ledger.require("slope", "the last pivot grows with k", arb(0), slope)

    # x(middle) to more digits: the same Jacobian, a box of twice Newton's step
    value = _at(claim, ball(middle), centre).gradient()
    _, step = krawczyk(value, derivative, fmpq(0))
    inner = 2 * upper_rational(step) if step.is_finite() else claim.distance
    ledger.require("inner-box", "the box at the middle of K lies in the box", inner, claim.distance)
    ledger.require(
        "inner-box",
        "Krawczyk's operator maps the box at the middle of K into its interior",
        step + contraction * ball(inner),
        inner,
    )
    final = pivots(component(_at(claim, ball(middle), _box(centre, inner)), claim.crossing).form)[
        -1
    ]
    room = slope * ball(half)
    ledger.require("crossing", "the last pivot is negative at the lower end of K", final, room)
    ledger.require("crossing", "the last pivot is positive at the upper end of K", -room, final)


def _box(centre: list[arb], radius: fmpq) -> list[arb]:
    spread = arb(0, ball(radius).upper())
    return [value + spread for value in centre]


def _along_branch(
    claim: GaussianBirth, k: arb, box: list[arb], derivative: list[list[arb]]
) -> Number:
    """The last pivot of the crossing pencil along x(k), as a series value + slope (k - k_0), for
    all k_0 in K: x' = -J^-1 dg/dk.
    """
    moving = arb_series([k, arb(1)], _TERMS)
    try:
        change = [_slope(entry) for entry in _at(claim, moving, box).gradient()]
        velocity = arb_mat(derivative).solve(arb_mat([[-entry] for entry in change])).entries()
        coordinates = [
            arb_series([value, speed], _TERMS) for value, speed in zip(box, velocity, strict=True)
        ]
        return pivots(component(_at(claim, moving, coordinates), claim.crossing).form)[-1]
    except (
        ZeroDivisionError,
        ValueError,
    ):  # a Jacobian not proved regular, a division by a series that may vanish
        raise Unverified(
            Inequality(
                "slope", "the pencil can be followed along the branch", "undefined", "undefined"
            )
        ) from None


def _slope(value: Number) -> arb:
    """The derivative by k; NaN where the series has lost it."""
    if not isinstance(value, arb_series):
        return arb(0)
    return value[1] if value.prec >= _TERMS else arb("nan")
