"""A Coq certificate for a symmetric point of any size, of type II, I or A: five numbers instead of
a matrix, and hints that Coq's checker verifies (formal/BlockCheck.v).

The hints are not trusted. That the statement asked for is the claim of the file is, as in
`certify.gaussian.formal.certificate`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from certify.gaussian.formal.certificate import (
    coq_file,
    decimal_pair,
    exactly,
    listed,
    over_ten,
    pair,
    ratio,
)

if TYPE_CHECKING:
    from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric

__all__ = ["BlockStatement", "block_source", "block_statement", "block_term"]

_SMALLEST = 4  # k: three rows at least may be permuted
_DIGITS = 120  # of the numbers from which hints are made
_FACTOR_BITS = 160
_BOX = Fraction(1, 10**30)  # around the point, if the minimum is nearer than half of that
_ROOM = Fraction(1, 2)  # the part of the smallest eigenvalue that is claimed in Coq

PREAMBLE = """From Coq Require Import Reals ZArith List.
From Certify Require Import Certificate Blocks BlockCheck AnyK Statement.
Import ListNotations.
Open Scope Z_scope.
"""


@dataclass(frozen=True)
class BlockStatement:
    """What `spurious_minimum` says of n = k = d and a centre of five numbers: on the diagonal and
    off it in the first k - 1 rows and columns, in the last column, in the last row, in the corner
    (`block` of formal/Blocks.v). distance: of matrices, in the Frobenius norm.
    """

    positive: Fraction
    negative: Fraction
    k: int
    centre: tuple[Fraction, ...]
    distance: Fraction
    low: Fraction
    high: Fraction


def block_statement(claim: GaussianSymmetric) -> tuple[BlockStatement, Fraction] | None:
    """The statement for Coq of a symmetric minimum with one block of k, or with one of k - 1 and a
    single neuron, and its smallest eigenvalue; None for others.

    The distance is k times that of the file, which bounds each entry; where the gradient at the
    centre and the smallest eigenvalue do not show that, it is what they show.
    """
    problem = claim.problem
    sizes = [block.size for block in problem.blocks if block.rows and block.columns]
    k = problem.k
    if claim.saddle or problem.signs.mixed or k < _SMALLEST or len(sizes) < len(problem.blocks):
        return None
    at = {place: exactly(number) for place, number in claim.centre.items()}
    on, off = at[0, 0, True], at.get((0, 0, False))
    if off is None:
        return None
    if sizes == [k]:
        centre = (on, off, off, off, on)
    elif sizes == [k - 1, 1]:
        centre = (on, off, at[0, 1, False], at[1, 0, False], at[1, 1, True])
    else:
        return None
    activation = problem.activation
    statement = BlockStatement(
        exactly(activation.positive.value),
        exactly(activation.negative.value),
        k,
        centre,
        k * exactly(claim.distance.value),
        exactly(claim.loss.low),
        exactly(claim.loss.high),
    )
    least = exactly(claim.lambda_min.low)
    reach = _Point(statement).reach(least)
    # strictly farther, so that enclosures of the two do not overlap
    return replace(statement, distance=max(statement.distance, reach * Fraction(11, 10))), least


def block_source(statement: BlockStatement, least: Fraction, bits: int, comment: str) -> str:
    """The Coq file: certificate, its check, the theorem, and what Coq is to print about it. least:
    a lower bound of the smallest eigenvalue; bits: the working precision.
    """
    # opaque: k is never counted out in ones
    theorem = f"Strategy opaque [Z.to_nat].\n\nTheorem minimum : {block_term(statement)}."
    return coq_file(
        comment,
        PREAMBLE,
        f"c : block_certificate := {_certificate_term(statement, least)}",
        f"check_block {bits}",
        theorem,
        f"block_sound {bits}",
    )


def block_term(s: BlockStatement) -> str:
    """The proposition, as Coq prints it."""
    rest = f"(Z.to_nat {s.k - 1})"
    size = f"(S {rest})"
    (numerators,), denominator = over_ten([s.centre])
    entries = " ".join(ratio(x, denominator) for x in numerators)
    claims = " ".join(f"(ratio {p} {q})" for p, q in map(decimal_pair, (s.distance, s.low, s.high)))
    activation = " ".join(ratio(x.numerator, x.denominator) for x in (s.positive, s.negative))
    return f"spurious_minimum {activation} {size} {size} {size} (block {rest} {entries}) {claims}"


def _certificate_term(s: BlockStatement, least: Fraction) -> str:
    (numerators,), denominator = over_ten([s.centre])
    certificate = {
        "b_rising": pair(s.positive),
        "b_falling": pair(s.negative),
        "b_rest": str(s.k - 1),
        "b_point": listed(numerators),
        "b_denominator": str(denominator),
        "b_delta": str(decimal_pair(s.distance)),
        "b_low": str(decimal_pair(s.low)),
        "b_high": str(decimal_pair(s.high)),
        **_Point(s).hints(least),
    }
    lines = ";\n  ".join(f"{name} := {value}" for name, value in certificate.items())
    return "{|\n  " + lines + " |}"


@contextmanager
def _digits() -> Iterator[Any]:
    from mpmath import mp

    with mp.workdps(_DIGITS):
        yield mp


class _Point:
    """The numbers of formal/Variation.v at the centre, with many digits. Forms in five numbers:
    what is in a row and its column, and the sums over all rows.
    """

    def __init__(self, s: BlockStatement) -> None:
        with _digits() as mp:
            m = self.m = s.k - 1
            a, b, c, d, e = self.entries = tuple(
                mp.mpf(x.numerator) / x.denominator for x in s.centre
            )
            p, q = (mp.mpf(x.numerator) / x.denominator for x in (s.positive, s.negative))
            self.scale = 2 * mp.pi / (p + q) ** 2
            tilt = -p * q * self.scale
            root: Callable[..., Any] = lambda n, r, x: mp.sqrt(n * r - x * x)  # noqa: E731
            self.n1, self.n2 = a * a + (m - 1) * b * b + c * c, m * d * d + e * e
            self.p1 = 2 * a * b + (m - 2) * b * b + c * c
            self.p2 = a * d + (m - 1) * b * d + c * e
            self.s1, self.s2 = root(self.n1, self.n1, self.p1), root(self.n1, self.n2, self.p2)
            self.sa, self.sb, self.sc = (root(self.n1, 1, x) for x in (a, b, c))
            self.sd, self.se = (root(self.n2, 1, x) for x in (d, e))
            self.half, full = mp.pi / 2 + tilt, mp.pi + tilt
            self.a1, self.a2 = self._angle(self.s1, self.p1), self._angle(self.s2, self.p2)
            few, all_last = self.sa + (m - 1) * self.sb + self.sc, m * self.sd + self.se
            self.u1 = full + ((m - 1) * self.s1 + self.s2 - few) / self.n1
            self.u2 = full + (m * self.s2 - all_last) / self.n2
            self.few, self.all_last = few, all_last

    def _angle(self, s: Any, p: Any) -> Any:
        from mpmath import mp

        return self.half + mp.atan(p / s)

    def reach(self, least: Fraction) -> Fraction:
        """How far from the centre the minimum is at most, by the gradient there; rounded up."""
        with _digits() as mp:
            m, (a, b, c, d, e) = self.m, self.entries
            u1, u2, a1, a2 = self.u1, self.u2, self.a1, self.a2
            angles = [
                self._angle(s, x)
                for s, x in zip(
                    (self.sa, self.sb, self.sc, self.sd, self.se), self.entries, strict=True
                )
            ]
            slopes = (
                u1 * a + (m - 1) * a1 * b + a2 * d - angles[0],
                u1 * b + a1 * a + (m - 2) * a1 * b + a2 * d - angles[1],
                u1 * c + (m - 1) * a1 * c + a2 * e - angles[2],
                u2 * d + a2 * a + (m - 1) * a2 * b - angles[3],
                u2 * e + m * a2 * c - angles[4],
            )
            often = (m, m * (m - 1), m, m, 1)
            norm = mp.sqrt(sum(n * x * x for n, x in zip(often, slopes, strict=True)))
            needed = mp.mpf("2.1") * norm / self._claimed(least) + mp.mpf(10) ** -90
            power = 2 - int(mp.floor(mp.log10(needed)))
            return Fraction(int(mp.ceil(needed * mp.mpf(10) ** power))) / Fraction(10) ** power

    def _claimed(self, least: Fraction) -> Any:
        """The eigenvalue that is claimed, of 2 pi H/(p + q)^2."""
        from mpmath import mp

        part = _ROOM * least
        return self.scale * mp.mpf(part.numerator) / part.denominator

    def hints(self, least: Fraction) -> dict[str, str]:
        """The radius of the box, the eigenvalue, and factors of both forms."""
        reach = self.reach(least)
        with _digits() as mp:
            mu = Fraction(int(mp.floor(self._claimed(least) * 10**12)), 10**12)
            forms = {"b_rows": self._rows(mu), "b_sums": self._sums(mu)}
            found = {
                "b_reach": pair(reach),
                "b_radius": pair(max(2 * reach, _BOX)),
                "b_mu": pair(mu),
                "b_factor_denominator": str(2**_FACTOR_BITS),
            }
            for name, form in forms.items():
                rows, shift, error = _factor(_matrix(form))
                found |= {name: listed(rows), f"{name}_shift": pair(shift)}
                found[f"{name}_error"] = pair(error)
            return found

    def _beside(self, mu: Any) -> tuple[Any, Any]:
        """What is claimed of symmetric and of antisymmetric parts that are in no sum."""
        (a, b, *_), own = self.entries, self.u1 - self.a1 - 1 / self.sb - mu
        return own + 2 * (a - b) ** 2 / self.s1, own

    def _rows(self, claimed: Fraction) -> Callable[..., Any]:
        """`row_excess` of Variation.v."""
        from mpmath import mp

        m, (a, b, c, d, e) = self.m, self.entries
        mu = mp.mpf(claimed.numerator) / claimed.denominator
        n1, s1, s2, g = self.n1, self.s1, self.s2, a - b
        even, odd = self._beside(mu)

        def form(x: Any, r: Any, y: Any, z: Any, t: Any) -> Any:
            beta = b * r + g * x + c * z
            eta = b * r + c * z - self.p1 / n1 * beta
            sigma = g * t + d * r + e * z - self.p2 / n1 * beta
            kappa = b / n1 * beta
            return (
                (self.u1 - self.a1 - 1 / self.sb - mu) * x**2
                + (self.u1 - self.a1 - mu) * z**2
                + (self.u2 - 1 / self.sd - mu) * t**2
                + self.a1 * y**2
                + 2 * self.a2 * t * y
                + (2 * g * eta * (r + y - 2 * x) + (m - 2) * eta**2) / s1
                + sigma**2 / s2
                + (self.few - m * s1 - s2) / n1**2 * beta**2
                - (x - a / n1 * beta) ** 2 / self.sa
                + (2 * kappa * r - m * kappa**2 + (x - kappa) ** 2) / self.sb
                - (z - c / n1 * beta) ** 2 / self.sc
                + even / (2 * (m - 2)) * (r + y - 2 * x) ** 2
                + odd / (2 * m) * (r - y) ** 2
            )

        return form

    def _sums(self, claimed: Fraction) -> Callable[..., Any]:
        """`total_excess` of Variation.v."""
        from mpmath import mp

        m, (a, b, c, d, e) = self.m, self.entries
        mu = mp.mpf(claimed.numerator) / claimed.denominator
        n1, n2, s1, s2, g = self.n1, self.n2, self.s1, self.s2, a - b
        even, _ = self._beside(mu)
        rows = self._rows(claimed)

        def form(x: Any, r: Any, z: Any, t: Any, s: Any) -> Any:
            beta = b * r + g * x + c * z
            eta = b * r + c * z - self.p1 / n1 * beta
            last = d * t + e * s
            omega = b * t + c * s - self.p2 / n2 * last
            sigma = g * t + d * r + e * z - self.p2 / n1 * beta
            lam = d / n2 * last
            return (
                rows(x, r, r, z, t) / m
                + (self.u2 - mu) * s**2
                + self.a1 * z**2
                + eta**2 / s1
                + s1 / n1**2 * beta**2
                + 2 * self.a2 * s * z
                + (2 * omega * sigma + m * omega**2) / s2
                - s2 * (m * (last / n2) ** 2 - 2 * last / n2 * beta / n1)
                + self.all_last * (last / n2) ** 2
                + (2 * lam * t - m * lam**2) / self.sd
                - (s - e / n2 * last) ** 2 / self.se
                - even / (4 * (m - 1) * (m - 2)) * (2 * r - 2 * x) ** 2
            )

        return form


def _matrix(form: Callable[..., Any]) -> Any:
    """The matrix of a quadratic form in five numbers, by its values."""
    from mpmath import mp

    unit = [[mp.mpf(i == j) for j in range(5)] for i in range(5)]
    found = mp.matrix(5)
    for i in range(5):
        for j in range(i + 1):
            both = form(*(x + y for x, y in zip(unit[i], unit[j], strict=True)))
            found[i, j] = found[j, i] = (both - form(*unit[i]) - form(*unit[j])) / 2
    return found


def _factor(matrix: Any) -> tuple[list[list[int]], Fraction, Fraction]:
    """Rows of L, integers over a power of two, the shift and the error that
    |matrix - L L^T - shift I| is hoped to be below. For a matrix that is not positive definite
    they are hints that Coq rejects.
    """
    from mpmath import mp

    smallest = min(mp.eigsy(matrix, eigvals_only=True))
    smallest = max(smallest, mp.mpf(10) ** -20)
    shift, error = (_rounded(smallest * part) for part in (mp.mpf(3) / 4, mp.mpf(1) / 10))
    rest = matrix - mp.mpf(shift.numerator) / shift.denominator * mp.eye(5)
    try:
        lower = mp.cholesky(rest)
    except ValueError:
        lower = mp.eye(5)
    rows = [[int(mp.nint(lower[i, j] * 2**_FACTOR_BITS)) for j in range(i + 1)] for i in range(5)]
    return rows, shift, error


def _rounded(number: Any) -> Fraction:
    """To three digits or so, down."""
    from mpmath import mp

    power = 3 - int(mp.floor(mp.log10(number)))
    return Fraction(int(mp.floor(number * mp.mpf(10) ** power))) / Fraction(10) ** power
