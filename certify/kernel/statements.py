"""What can be claimed: one frozen dataclass for each kind of statement, read from the certificate
and said in words.

A statement is the whole of what a certificate claims; there is nothing in it that the kernel does
not verify.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import fmpq

from certify.kernel.exact import Malformed, decimal, decimal_matrix, fields, flag, natural

__all__ = [
    "GUARD_BITS",
    "MAX_BITS",
    "MAX_SIZE",
    "MIN_BITS",
    "GaussianMinimum",
    "GaussianProblem",
    "Interval",
    "Matrix",
    "counted",
    "no_zero_row",
    "read_bits",
    "read_curvature_witness",
    "read_interval",
    "read_positive",
    "read_sizes",
    "require_orthonormal",
]

MAX_SIZE = 64  # bound on n, k and d of a dense statement
MIN_BITS, MAX_BITS = 128, 1024
GUARD_BITS = 64  # worked with beyond the bits a witness asks for (FORMAT.md, section 4.1)

Matrix = tuple[tuple[fmpq, ...], ...]


@dataclass(frozen=True)
class Interval:
    """Rational bounds low < high; `texts` are the decimals as the file gives them."""

    low: fmpq
    high: fmpq
    texts: tuple[str, str]

    def __str__(self) -> str:
        return f"[{self.texts[0]}, {self.texts[1]}]"


def counted(number: int, one: str, many: str = "") -> str:
    """The number with its noun: 1 class, 2 classes."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def read_interval(value: Any, where: str) -> Interval:
    """Two decimals in strictly increasing order."""
    if not isinstance(value, list) or len(value) != 2:
        raise Malformed(f"{where} is not a list of two numbers")
    low, high = (
        decimal(value[0], f"the lower end of {where}"),
        decimal(value[1], f"the upper end of {where}"),
    )
    if not low < high:
        raise Malformed(f"{where} is not an interval: its ends are not in increasing order")
    return Interval(low, high, (value[0], value[1]))


def read_positive(value: Any, where: str) -> fmpq:
    """A decimal above 0."""
    number = decimal(value, where)
    if not number > 0:
        raise Malformed(f"{where} is not positive")
    return number


def require_orthonormal(problem: dict[str, Any]) -> None:
    """`Malformed` unless the field `targets` says that the teachers are orthonormal."""
    if problem["targets"] != "orthonormal":
        raise Malformed('the targets are not "orthonormal"')


def read_sizes(problem: dict[str, Any], largest: int = MAX_SIZE) -> tuple[int, int]:
    """The fields n and k, 1 <= k <= n."""
    n, k = (natural(problem[name], f"the field {name}", 1, largest) for name in ("n", "k"))
    if n < k:
        raise Malformed(f"n = {n} students are fewer than k = {k} teachers")
    return n, k


def no_zero_row(matrix: Matrix, what: str) -> Matrix:
    """The matrix; `Malformed` if one of its rows is zero."""
    for i, row in enumerate(matrix):
        if all(entry == 0 for entry in row):
            raise Malformed(f"{what} {i + 1} is zero")
    return matrix


def read_bits(witness: Any) -> int:
    """The working precision, which is the whole witness of a dense certificate."""
    return natural(
        fields(witness, "the witness", ["bits"])["bits"], "the field bits", MIN_BITS, MAX_BITS
    )


def read_curvature_witness(witness: Any) -> tuple[int, fmpq]:
    """Working precision, and a bound of the curvature to try."""
    known = fields(witness, "the witness", ["bits", "curvature"])
    return natural(known["bits"], "the field bits", MIN_BITS, MAX_BITS), decimal(
        known["curvature"], "the curvature"
    )


@dataclass(frozen=True)
class GaussianProblem:
    """Students W in R^{n x d}, teachers V in R^{k x d}, n >= k, inputs x ~ N(0, I_d), and the loss

    F(W) = 1/2 E ( sum_i [w_i.x]_+ - sum_j [v_j.x]_+ )^2,  whose infimum 0 is attained because n >=
    k.
    """

    n: int
    k: int
    d: int
    orthonormal: bool
    teachers: Matrix

    @classmethod
    def read(cls, value: Any) -> GaussianProblem:
        """From the field `problem` of a statement (FORMAT.md, section 4)."""
        known = fields(value, "the problem", ["n", "k", "d", "targets"])
        n, k = read_sizes(known)
        d = natural(known["d"], "the field d", 1, MAX_SIZE)
        if known["targets"] == "orthonormal":
            if d < k:
                raise Malformed(f"d = {d} dimensions hold no k = {k} orthonormal teachers")
            unit = tuple(tuple(fmpq(int(i == j)) for j in range(d)) for i in range(k))
            return cls(n, k, d, True, unit)
        teachers = decimal_matrix(known["targets"], "the targets", k, d)
        return cls(n, k, d, False, no_zero_row(teachers, "target"))


@dataclass(frozen=True)
class GaussianMinimum:
    """Kind `gaussian-minimum`. With C the centre and F the loss of the problem:

    (a) in the closed Euclidean ball |W - C| <= radius, F has exactly one critical point W*, a
        strict local minimum;
    (b) |W* - C| <= distance;
    (c) loss.low < F(W*) < loss.high with loss.low > 0 = inf F, so W* is spurious;
    (d) the smallest eigenvalue of the Hessian is >= curvature > 0 on the ball, and lies in
        lambda_min at W*;
    (e) if every_dimension: (a) to (d) hold in R^{n x D} for every D >= d, centre and teachers
        padded with zeros.
    """

    problem: GaussianProblem
    centre: Matrix
    radius: fmpq
    distance: fmpq
    loss: Interval
    curvature: fmpq
    lambda_min: Interval
    every_dimension: bool
    texts: dict[str, str]

    @classmethod
    def read(cls, value: Any) -> GaussianMinimum:
        """From the field `statement` of a certificate (FORMAT.md, section 4)."""
        known = fields(value, "the statement", ["problem", "centre", "claims"])
        problem = GaussianProblem.read(known["problem"])
        centre = decimal_matrix(known["centre"], "the centre", problem.n, problem.d)
        names = ["radius", "distance", "loss", "curvature", "lambda_min", "every_dimension"]
        claims = fields(known["claims"], "the claims", names)
        return cls(
            problem=problem,
            centre=no_zero_row(centre, "neuron"),
            radius=read_positive(claims["radius"], "the radius"),
            distance=read_positive(claims["distance"], "the distance"),
            loss=read_interval(claims["loss"], "the loss"),
            curvature=decimal(claims["curvature"], "the curvature"),
            lambda_min=read_interval(claims["lambda_min"], "lambda_min"),
            every_dimension=flag(claims["every_dimension"], "the field every_dimension"),
            texts={name: claims[name] for name in ("radius", "distance", "curvature")},
        )

    def headline(self) -> str:
        """The theorem in one line."""
        p = self.problem
        where = f"every d >= {p.d}" if self.every_dimension else f"d = {p.d}"
        kind = "orthonormal" if p.orthonormal else "given"
        return (
            f"spurious local minimum of the Gaussian ReLU loss, n = {p.n}, k = {p.k}, {where},"
            f" {kind} targets, F in {self.loss}"
        )

    def theorem(self) -> str:
        """The theorem in words, several lines."""
        p = self.problem
        dimension = f"For every D >= {p.d} let" if self.every_dimension else f"Let D = {p.d},"
        padded = f" (padded with D - {p.d} zero columns)" if self.every_dimension else ""
        targets = (
            f"v_1, ..., v_{p.k} orthonormal (the first unit vectors)"
            if p.orthonormal
            else f"v_j the rows of the targets V in the file{padded}"
        )
        return "\n".join(
            (
                f"THEOREM.  {dimension} x ~ N(0, I_D), {targets}, and for W in R^({p.n} x D)",
                "",
                (
                    f"    F(W) = 1/2 E( sum_(i=1..{p.n}) max(0, w_i.x) - sum_(j=1..{p.k}) max(0,"
                    " v_j.x) )^2."
                ),
                "",
                (
                    f"Let C be the {p.n} x {p.d} centre in the file{padded}. In the closed ball |W"
                    f" - C| <= {self.texts['radius']} (Frobenius norm)"
                ),
                "  (a)  F has exactly one critical point W*, and W* is a strict local minimum;",
                f"  (b)  |W* - C| <= {self.texts['distance']};",
                f"  (c)  F(W*) lies in {self.loss},",
                "       while inf F = 0 is attained: W* is a spurious local minimum;",
                (
                    f"  (d)  every eigenvalue of the Hessian is >= {self.texts['curvature']} on the"
                    " whole ball,"
                ),
                f"       and the smallest one at W* lies in {self.lambda_min}.",
            )
        )
