"""The kind `gaussian-enumeration`: all critical points that one symmetry fixes (lemma 17 and
theorem 9 of LEMMAS.md).

W(a, b) is the k x k matrix with a on the diagonal and b off it: the matrices fixed by S_k acting on
rows and columns alike.  A compact annulus holds all critical points but W = 0; it is cut into boxes
until each is outside, or in the ball of a listed point, or free of critical points.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import arb, fmpq

from certify.kernel.foundation.balls import ball, less, upper_rational
from certify.kernel.foundation.errors import Malformed, Unverified
from certify.kernel.foundation.exact import decimal, fields, natural
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.outcomes import Inequality
from certify.kernel.foundation.pivots import inertia
from certify.kernel.foundation.reals import counted, read_positive
from certify.kernel.gaussian.closed_form import (
    Pairs,
    diagonal_block,
    gradient,
    hessian_lipschitz,
    mixed_block,
    pairs,
)
from certify.kernel.gaussian.problem import MAX_SIZE, require_orthonormal

__all__ = ["GaussianEnumeration", "Listed", "verify_gaussian_enumeration"]

_MAX_POINTS = 16
_MAX_BOXES = 20_000
_LEAST = 3


@dataclass(frozen=True)
class Listed:
    """W(a, b) near a critical point: within `distance`, the only one with this symmetry within
    `radius`; no eigenvalue in [-gap, gap].
    """

    a: fmpq
    b: fmpq
    radius: fmpq
    distance: fmpq
    gap: fmpq


@dataclass(frozen=True)
class GaussianEnumeration:
    """F, n = k, orthonormal teachers, has exactly len(points) critical points W(a, b) != 0, in R^(k
    x D) for every D >= k (padded):

    one in each closed ball of radius `distance` (Frobenius norm) around a listed point, and no
    other.
    """

    k: int
    points: tuple[Listed, ...]
    texts: tuple[tuple[str, ...], ...]

    @classmethod
    def read(cls, value: Any) -> GaussianEnumeration:
        """From the field `statement` of a certificate (FORMAT.md, section 4.9)."""
        known = fields(value, "the statement", ["problem", "points"])
        problem = fields(known["problem"], "the problem", ["k", "targets"])
        require_orthonormal(problem)
        if not isinstance(known["points"], list) or not 1 <= len(known["points"]) <= _MAX_POINTS:
            raise Malformed(f"the points are not a list of 1 to {_MAX_POINTS} points")
        points, texts = [], []
        for i, entry in enumerate(known["points"]):
            where = f"point {i + 1}"
            names = ["a", "b", "radius", "distance", "gap"]
            point = fields(entry, where, names)
            a, b = decimal(point["a"], f"a of {where}"), decimal(point["b"], f"b of {where}")
            if a == 0 and b == 0:
                raise Malformed(f"{where} is zero")
            radius, distance, gap = (
                read_positive(point[name], f"the {name} of {where}") for name in names[2:]
            )
            points.append(Listed(a, b, radius, distance, gap))
            texts.append(tuple(point[name] for name in names))
        return cls(
            natural(problem["k"], "the field k", _LEAST, MAX_SIZE), tuple(points), tuple(texts)
        )

    def headline(self) -> str:
        """The theorem in one line."""
        return (
            f"exactly {counted(len(self.points), 'critical point')} other than 0 of the Gaussian"
            f" ReLU loss fixed by S_{self.k}, n = k = d = {self.k}, orthonormal targets"
        )

    def theorem(self) -> str:
        """The theorem in words, several lines."""
        k = self.k
        return "\n".join(
            (
                (
                    f"THEOREM.  Let x ~ N(0, I_{k}), v_1, ..., v_{k} orthonormal, F(W) = 1/2 E("
                    f" sum_i max(0, w_i.x) - sum_j max(0, v_j.x) )^2 for W in R^({k} x {k}),"
                ),
                (
                    f"and W(a, b) = a on the diagonal, b off it, in the basis v_1, ..., v_{k}: the"
                    f" matrices fixed by S_{k}."
                ),
                (
                    f"F has exactly {counted(len(self.points), 'critical point')} W(a, b) other"
                    " than 0, one in each of the balls (Frobenius norm)"
                ),
                *(f"  |W - W({a}, {b})| <= {distance}" for a, b, _, distance, _ in self.texts),
            )
        )


def verify_gaussian_enumeration(claim: GaussianEnumeration, bits: int, ledger: Ledger) -> None:
    """Enter the inequalities of theorem 9 into the ledger; `Unverified` at the first that is not
    verified.

    The caller has set the working precision to `bits` + GUARD_BITS.
    """
    k = claim.k
    for i, one in enumerate(claim.points):
        for j, other in enumerate(claim.points[:i]):
            both = one.distance + other.distance
            ledger.require(
                "distinct",
                f"points {j + 1} and {i + 1} are not the same",
                both * both,
                _apart(k, one.a - other.a, one.b - other.b),
            )
    for i, point in enumerate(claim.points):
        _verify_point(k, point, f"point {i + 1}", bits, ledger)
    _verify_rest(claim, ledger)


def _apart(k: int, a: fmpq, b: fmpq) -> fmpq:
    """|W(a, b)|^2, Frobenius norm."""
    return k * a * a + k * (k - 1) * b * b


def _verify_point(k: int, point: Listed, name: str, bits: int, ledger: Ledger) -> None:
    """One critical point W(a, b) in the ball, near the centre: Newton's map is a contraction
    (theorem 9).
    """
    ledger.require(
        "distance-in-ball",
        f"the distance of {name} is below its radius",
        point.distance,
        point.radius,
    )
    students = tuple(tuple(point.a if i == j else point.b for j in range(k)) for i in range(k))
    teachers = tuple(tuple(fmpq(int(i == j)) for j in range(k)) for i in range(k))
    here = pairs(students, teachers, bits)
    lipschitz = hessian_lipschitz(here, point.radius)
    if lipschitz is None:
        raise Unverified(
            Inequality("zero-neuron", f"no neuron is zero in the ball of {name}", "undefined", "0")
        )
    change = upper_rational(lipschitz * point.radius)
    ledger.require(
        "uniqueness",
        f"the Hessian varies in the ball of {name} by less than the gap",
        change,
        point.gap,
    )
    form, norms = _reduced(here)
    below, above = (inertia(form, norms, bound) for bound in (-point.gap, point.gap))
    sentence = f"no eigenvalue at {name}, on the fixed matrices, lies between - gap and gap"
    ledger.require_equal("eigenvalue", sentence, below, above)
    slope = gradient(here)
    diagonal, off = slope[0][0].abs_upper(), slope[0][1].abs_upper()
    norm = (k * diagonal * diagonal + k * (k - 1) * off * off).sqrt()
    ledger.require(
        "distance",
        f"the gradient at {name} is small",
        norm,
        ball((point.gap - change) * point.distance),
    )


def _reduced(point: Pairs) -> tuple[list[list[arb]], list[arb]]:
    """The Hessian on the matrices I and 11^T - I, as a pencil: lower triangle of the form, squared
    norms.

    With rows z_r and z'_s of two such matrices the form is sum_rs z_r^T H_rs z'_s. W(a, b), I and
    11^T - I are unchanged if rows and columns are permuted together, so each r gives the same sum,
    and in it each s != r the same term: k ( z_1^T H_11 z'_1 + (k - 1) z_1^T H_12 z'_2 ).
    """
    k, own, other = point.n, diagonal_block(point, 0), mixed_block(point, 0, 1)

    def form(block: list[list[arb]], row: int, on_diagonal: bool, also_on_diagonal: bool) -> arb:
        """z_1^T block z'_s, row = s - 1: entries of the block in the columns where z_1 is 1 and
        z'_s is.
        """
        total = arb(0)
        for a in range(k):
            for b in range(k):
                if (a == 0) == on_diagonal and (b == row) == also_on_diagonal:
                    total += block[a][b]
        return total

    kinds = ((True, True), (False, True), (False, False))
    first, mixed, second = (
        k * (form(own, 0, *kind) + (k - 1) * form(other, 1, *kind)) for kind in kinds
    )
    return [[first], [mixed, second]], [arb(k), arb(k * (k - 1))]


def _verify_rest(claim: GaussianEnumeration, ledger: Ledger) -> None:
    """No other critical point in the annulus of lemma 17: boxes of (a, b), cut in two until each is
    decided.
    """
    k = claim.k
    outer = 1 + (k - 1) / arb.pi()
    inner = (arb(k) / (2 * arb.pi()) - arb(k).sqrt() / 4 + 1 / (4 * arb.pi())) * 2 / k
    if not less(arb(0), inner):
        raise Unverified(Inequality("region", "critical points are not near 0", "undefined", "0"))
    half = upper_rational(outer.sqrt())
    boxes = [(-half, half, -half, half)]  # |b| <= |w| too
    seen = 0
    while boxes:
        box = boxes.pop()
        seen += 1
        if _decided(claim, box, outer, inner * inner):
            continue
        if seen > _MAX_BOXES:
            raise Unverified(
                Inequality(
                    "region",
                    f"a box of the region is decided: a in [{box[0]}, {box[1]}], b in [{box[2]},"
                    f" {box[3]}]",
                    "undecided",
                    "0",
                )
            )
        a0, a1, b0, b1 = box
        if (a1 - a0) * (a1 - a0) > (b1 - b0) * (b1 - b0) * (k - 1):
            middle = (a0 + a1) / 2
            boxes += [(a0, middle, b0, b1), (middle, a1, b0, b1)]
        else:
            middle = (b0 + b1) / 2
            boxes += [(a0, a1, b0, middle), (a0, a1, middle, b1)]
    ledger.require_true("region", f"every box of the region is decided, {seen} of them", seen > 0)


def _decided(
    claim: GaussianEnumeration, box: tuple[fmpq, fmpq, fmpq, fmpq], outer: arb, inner_square: arb
) -> bool:
    """Outside the annulus, inside the ball of a listed point, or free of critical points."""
    k, (a0, a1, b0, b1) = claim.k, box
    a, b = (
        ball((low + high) / 2) + arb(0, ball((high - low) / 2).upper())
        for low, high in ((a0, a1), (b0, b1))
    )
    square = _square(a) + (k - 1) * _square(b)
    if less(outer, square) or less(square, inner_square):
        return True
    for point in claim.points:
        far_a, far_b = _farther(a0, a1, point.a), _farther(b0, b1, point.b)
        if _apart(k, far_a, far_b) < point.radius * point.radius:
            return True
    slope_a, slope_b = _slopes(k, a, b, square)
    return any(
        less(arb(0), value) or less(value, arb(0))
        for value in (slope_a, slope_b, a * slope_a + (k - 1) * b * slope_b)
    )


def _farther(low: fmpq, high: fmpq, value: fmpq) -> fmpq:
    """The distance from the value to the farther end."""
    one, other = abs(low - value), abs(high - value)
    return max(other, one)


def _square(x: arb) -> arb:
    size = abs(x)
    return size * size


def _root(x: arb) -> arb:
    """The square root of a quantity that is not negative; its ball may reach below 0."""
    if less(arb(0), x):
        return x.sqrt()
    return arb(0).union(x.upper().sqrt())


def _angle(s: arb, p: arb, lengths: arb) -> arb:
    """A = pi - angle from S >= 0, p and |u||v|: tan(angle/2) = S/(|u||v| + p), and tan(A/2) =
    S/(|u||v| - p). Parallel rows are no exception.
    """
    if less(arb(0), p.mid()):
        return arb.pi() - 2 * (s / (lengths + p)).atan()
    return 2 * (s / (lengths - p)).atan()


def _slopes(k: int, a: arb, b: arb, square: arb) -> tuple[arb, arb]:
    """The coordinates (8.2) of the gradient at W(a, b) for all a, b in the balls; not finite where
    |w| may vanish.
    """
    two_pi, length = 2 * arb.pi(), _root(square)
    p = b * (2 * a + (k - 2) * b)
    s = abs(a - b) * _root(_square(a + b) + 2 * (k - 2) * _square(b))
    own, other = arb(k - 1).sqrt() * abs(b), _root(_square(a) + (k - 2) * _square(b))
    turn, turn_own, turn_other = (
        _angle(s, p, square),
        _angle(own, a, length),
        _angle(other, b, length),
    )
    weight = arb(1) / 2 + ((k - 1) * (s - other) - own) / (two_pi * square)
    return (
        weight * a + (turn * (k - 1) * b - turn_own) / two_pi,
        weight * b + (turn * (a + (k - 2) * b) - turn_other) / two_pi,
    )
