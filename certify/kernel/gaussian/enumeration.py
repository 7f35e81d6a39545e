"""The kind `gaussian-enumeration`: all critical points that one symmetry fixes (lemma 17 and
theorem 9).

How the proof goes. W(a, b) is the k x k matrix with a on the diagonal and b off it: the matrices
fixed by S_k acting on rows and columns alike. In the ball around each listed point the Hessian on
the fixed matrices has a gap around 0 that exceeds what it varies by, so Newton's map is a
contraction and the ball holds exactly one critical point. A compact annulus holds all critical
points but W = 0; it is cut into boxes until each is outside, or in the ball of a listed point, or
free of critical points, by the sign of a component of the gradient (`annulus`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flint import arb, fmpq, fmpz

from certify.kernel.foundation.balls import ball, upper_rational
from certify.kernel.foundation.definite import fixed_bits
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import fields, natural
from certify.kernel.foundation.ledger import UNDEFINED, Ledger
from certify.kernel.foundation.pivots import inertia
from certify.kernel.foundation.reals import counted, read_positive, read_real
from certify.kernel.foundation.rounded import Scaled
from certify.kernel.foundation.witness import Bits, read_bits
from certify.kernel.foundation.words import Words, line, lowered, series
from certify.kernel.gaussian.annulus import Listed, require_rest, square_of
from certify.kernel.gaussian.closed_form import gradient
from certify.kernel.gaussian.hessian import Hessian
from certify.kernel.gaussian.lipschitz import hessian_lipschitz
from certify.kernel.gaussian.pairs import Pairs, pairs
from certify.kernel.gaussian.problem import MAX_SIZE, require_orthonormal
from certify.kernel.kind import Kind

__all__ = ["GAUSSIAN_ENUMERATION", "GaussianEnumeration", "Listed", "verify_gaussian_enumeration"]

_MAX_POINTS = 16
_LEAST = 3


@dataclass(frozen=True)
class GaussianEnumeration:
    """F, n = k, orthonormal teachers, has exactly len(points) critical points W(a, b) != 0, in
    R^(k x D) for every D >= k (padded):

    one in each closed ball of radius `distance` (Frobenius norm) around a listed point, and no
    other.
    """

    k: int
    points: tuple[Listed, ...]

    @classmethod
    def read(cls, value: Any) -> GaussianEnumeration:
        """From the field `statement` of a certificate (FORMAT 4.9)."""
        known = fields(value, "the statement", ["problem", "points"])
        problem = fields(known["problem"], "the problem", ["k", "targets"])
        require_orthonormal(problem)
        if not isinstance(known["points"], list) or not 1 <= len(known["points"]) <= _MAX_POINTS:
            raise Malformed(f"the points are not a list of 1 to {_MAX_POINTS} points")
        points = []
        for i, entry in enumerate(known["points"]):
            where = f"point {i + 1}"
            names = ["a", "b", "radius", "distance", "gap"]
            point = fields(entry, where, names)
            a, b = (read_real(point[name], f"{name} of {where}") for name in names[:2])
            if a.value == 0 and b.value == 0:
                raise Malformed(f"{where} is zero")
            bounds = (read_positive(point[name], f"the {name} of {where}") for name in names[2:])
            points.append(Listed(a, b, *bounds))
        return cls(natural(problem["k"], "the field k", _LEAST, MAX_SIZE), tuple(points))

    def headline(self) -> Words:
        """The theorem in one line."""
        return line(
            f"exactly {counted(len(self.points), 'critical point')} other than 0 of the Gaussian"
            f" ReLU loss fixed by $S{lowered(self.k)}$, $n = k = d = {self.k}$, orthonormal targets"
        )

    def theorem(self) -> Iterator[Words]:
        """The theorem in words, line by line."""
        k = self.k
        teachers = series("v", k)
        yield line(
            f"THEOREM.  Let $x ∼ N(0, I{lowered(k)})$, ${teachers}$ orthonormal, $F(W) ="
            f" ½ E( ∑ᵢ max(0, wᵢ·x) − ∑ⱼ max(0, vⱼ·x) )²$ for $W ∈ ℝ^{{{k}×{k}}}$,"
        )
        yield line(
            f"and $W(a, b) = a$ on the diagonal, $b$ off it, in the basis ${teachers}$: the"
            f" matrices fixed by $S{lowered(k)}$."
        )
        yield line(
            f"$F$ has exactly {counted(len(self.points), 'critical point')} $W(a, b)$ other than"
            " 0, one in each of the balls (Frobenius norm)"
        )
        for p in self.points:
            yield line("  $‖W − W($", p.a, "$, $", p.b, "$)‖ ≤ $", p.distance)


def verify_gaussian_enumeration(claim: GaussianEnumeration, witness: Bits, ledger: Ledger) -> None:
    """Enter the inequalities of theorem 9 into the ledger; `Unverified` at the first that is not
    verified. The caller has set the working precision.
    """
    k = claim.k
    # (1), then (2) to (6) for each point, then (7)
    for i, one in enumerate(claim.points):
        for j, other in enumerate(claim.points[:i]):
            both = one.distance.value + other.distance.value
            gap = square_of(k, one.a.value - other.a.value, one.b.value - other.b.value)
            sentence = f"points {j + 1} and {i + 1} are not the same"
            ledger.require("distinct", sentence, both * both, gap)
    for i, point in enumerate(claim.points):
        _verify_point(k, point, f"point {i + 1}", witness.bits, ledger)
    require_rest(k, claim.points, ledger)


def _verify_point(k: int, point: Listed, name: str, bits: int, ledger: Ledger) -> None:
    """One critical point W(a, b) in the ball, near the centre: Newton's map is a contraction
    (theorem 9).
    """
    radius, distance, gap = point.radius.value, point.distance.value, point.gap.value
    inside = f"the distance of {name} is below its radius"
    ledger.require("distance-in-ball", inside, distance, radius)
    a, b = point.a.value, point.b.value
    students = tuple(tuple(a if i == j else b for j in range(k)) for i in range(k))
    teachers = tuple(tuple(fmpq(int(i == j)) for j in range(k)) for i in range(k))
    here = pairs(students, teachers, bits)
    lipschitz = hessian_lipschitz(here, radius)
    if lipschitz is None:
        ledger.refuse("zero-neuron", f"no neuron is zero in the ball of {name}", UNDEFINED, 0)
    change = upper_rational(lipschitz * radius)
    varies = f"the Hessian varies in the ball of {name} by less than the gap"
    ledger.require("uniqueness", varies, change, gap)
    form, norms = _reduced(here)
    below, above = (inertia(form, norms, bound) for bound in (-gap, gap))
    sentence = f"no eigenvalue at {name}, on the fixed matrices, lies between - gap and gap"
    ledger.require_equal("eigenvalue", sentence, below, above)
    slope = gradient(here)
    diagonal, off = slope[0][0].abs_upper(), slope[0][1].abs_upper()
    norm = (k * diagonal * diagonal + k * (k - 1) * off * off).sqrt()
    small = f"the gradient at {name} is small"
    ledger.require("distance", small, norm, ball((gap - change) * distance))


def _reduced(point: Pairs) -> tuple[list[list[arb]], list[arb]]:
    """The Hessian on the matrices I and 11^T - I, as a pencil: lower triangle of the form, squared
    norms.

    With rows z_r and z'_s of two such matrices the form is sum_rs z_r^T H_rs z'_s. W(a, b), I and
    11^T - I are unchanged if rows and columns are permuted together, so each r gives the same sum,
    and in it each s != r the same term:

    k ( z_1^T H_11 z'_1 + (k - 1) z_1^T H_12 z'_2 ).
    """
    k, hessian = point.n, Hessian(point, fixed_bits(point.bits))
    own, other = hessian.own(0), hessian.other(0, 1)

    def form(block: Scaled, row: int, on_diagonal: bool, also_on_diagonal: bool) -> arb:
        """z_1^T block z'_s, row = s - 1: entries of the block in the columns where z_1 is 1 and
        z'_s is.
        """
        total, entries = fmpz(0), 0
        for a in range(k):
            for b in range(k):
                if (a == 0) == on_diagonal and (b == row) == also_on_diagonal:
                    total, entries = total + block.whole[a, b], entries + 1
        return arb(total, entries * block.error) / 2**block.bits

    places = ((True, True), (False, True), (False, False))
    top, mixed, last = (
        k * (form(own, 0, *place) + (k - 1) * form(other, 1, *place)) for place in places
    )
    return [[top], [mixed, last]], [arb(k), arb(k * (k - 1))]


GAUSSIAN_ENUMERATION = Kind(
    name="gaussian-enumeration",
    section="4.9",
    theorem="theorem 9",
    read_statement=GaussianEnumeration.read,
    read_witness=lambda value, _statement: read_bits(value),
    verify=verify_gaussian_enumeration,
)
