"""A Coq certificate from a `gaussian-minimum` file: the statement to prove, and hints that Coq's
checker verifies.

Nothing here is trusted: `certify.gaussian.formal.coqc` believes what coqc accepts and prints, and
compares that with the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import TYPE_CHECKING, Any

from certify.gaussian.centre import written_exactly
from certify.kernel.foundation.outcomes import Declined
from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from certify.floats import Array
    from certify.kernel.gaussian.minimum import GaussianMinimum

__all__ = [
    "PREAMBLE",
    "FormalStatement",
    "certificate_term",
    "coq_file",
    "coq_source",
    "decimal_pair",
    "exactly",
    "formal_statement",
    "listed",
    "over_ten",
    "pair",
    "ratio",
    "theorem_term",
]

PREAMBLE = """From Coq Require Import Reals ZArith List.
From Certify Require Import Certificate Carriers Statement.
Import ListNotations.
Open Scope Z_scope.
"""

_MOST_UNKNOWNS = 420  # of a symmetric point: n = k = 20
_FACTOR_BITS = 24  # of the factor L of a matrix of norm 1: finer than the errors allowed
_RADIUS = Fraction(1, 2**30), Fraction(1, 2**25)  # of the box on which the Hessian is enclosed
_LEAST_EIGENVALUE = 2.0**-20
_SLACK = Fraction(1, 2**40)  # what further coordinates may add to inner products


@dataclass(frozen=True)
class FormalStatement:
    """What `spurious_minimum` of formal/Statement.v says: p and q of the activation, n, k, d, the
    n x d centre, its distance to the minimum, bounds of the loss.
    """

    positive: Fraction
    negative: Fraction
    n: int
    k: int
    d: int
    centre: tuple[tuple[Fraction, ...], ...]
    distance: Fraction
    low: Fraction
    high: Fraction


def formal_statement(claim: GaussianMinimum | GaussianSymmetric) -> FormalStatement | Declined:
    """The statement for Coq of a claim about a minimum; `Declined` for teachers that are not
    orthonormal, signs, a claim in one dimension only, a saddle, or a symmetric point too large to
    be written out.

    A symmetric point is written out as a matrix. Its distance is that of each entry: the one of
    the matrices, in the Frobenius norm, is at most root(n k) times that, rounded up.
    """
    problem = claim.problem
    if problem.signs.mixed:
        return Declined("signs", "the Coq development is about networks whose output weights are 1")
    if isinstance(claim, GaussianSymmetric):
        size, d = problem.n * problem.k, problem.k
        if claim.saddle:
            return Declined("kind", "the Coq development is about minima, not saddles")
        if size > _MOST_UNKNOWNS:
            return Declined(
                "size",
                f"the Coq development takes a symmetric point as a matrix: up to {_MOST_UNKNOWNS}"
                f" entries, not {size}",
            )
        centre, times = written_exactly(claim), isqrt(size - 1) + 1
    else:
        if not claim.problem.orthonormal:
            return Declined("targets", "the Coq development is about orthonormal teachers")
        if not claim.every_dimension:
            return Declined(
                "dimension", "the Coq theorem is about every dimension D >= d; this file claims one"
            )
        centre, times = [[exactly(x) for x in row] for row in claim.centre], 1
        d = claim.problem.d
    return FormalStatement(
        exactly(problem.activation.positive.value),
        exactly(problem.activation.negative.value),
        problem.n,
        problem.k,
        d,
        tuple(map(tuple, centre)),
        exactly(claim.distance.value) * times,
        exactly(claim.loss.low),
        exactly(claim.loss.high),
    )


def coq_source(statement: FormalStatement, bits: int, reference: bool, comment: str) -> str:
    """The Coq file: certificate, its check, the theorem, and what Coq is to print about it.

    `bits` is the working precision at the centre; `reference` chooses the carrier Z instead of
    machine numbers.
    """
    mode = "reference" if reference else "fast"
    return coq_file(
        comment,
        PREAMBLE,
        f"c : certificate := {certificate_term(statement)}",
        f"check_{mode} {bits}",
        f"Theorem minimum : {theorem_term(statement)}.",
        f"{mode}_sound {bits}",
    )


def coq_file(
    comment: str, preamble: str, certificate: str, check: str, theorem: str, sound: str
) -> str:
    """A certificate c, its check by computation, the theorem by the soundness of the check, and
    what Coq is to print.
    """
    return f"""(* {comment} *)
{preamble}
Definition {certificate}.

Lemma accepted : {check} c = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

{theorem}
Proof. exact ({sound} c accepted). Qed.

Set Printing Width 100000000.
Set Printing Depth 100000000.
Check minimum.
Print Assumptions minimum.
"""


def theorem_term(s: FormalStatement) -> str:
    """The proposition, as Coq prints it."""
    rows, denominator = over_ten(s.centre)
    claims = " ".join(f"(ratio {p} {q})" for p, q in map(decimal_pair, (s.distance, s.low, s.high)))
    activation = " ".join(ratio(x.numerator, x.denominator) for x in (s.positive, s.negative))
    return (
        f"spurious_minimum {activation} {s.n} {s.k} {s.d}"
        f" (rational {listed(rows)} {denominator}) {claims}"
    )


def certificate_term(s: FormalStatement) -> str:
    """The Coq term of type `certificate`: the statement and the hints."""
    rows, denominator = over_ten(s.centre)
    certificate = {
        "rising": pair(s.positive),
        "falling": pair(s.negative),
        "students": f"{s.n}%nat",
        "teachers": f"{s.k}%nat",
        "dimension": f"{s.d}%nat",
        "point": listed(rows),
        "denominator": str(denominator),
        "delta": str(decimal_pair(s.distance)),
        "low": str(decimal_pair(s.low)),
        "high": str(decimal_pair(s.high)),
        **_hints(s),
    }
    return (
        "{|\n  " + ";\n  ".join(f"{name} := {value}" for name, value in certificate.items()) + " |}"
    )


def _hints(s: FormalStatement) -> dict[str, str]:
    """Radii, and Cholesky factors of the Hessian and of the matrix of the other dimensions, over
    (p + q)^2 / (2 pi), minus three quarters of their smallest eigenvalues.
    """
    import numpy as np

    from certify.gaussian.activations import homogeneous
    from certify.gaussian.search.loss import GaussianLoss, orthonormal

    loss = GaussianLoss(orthonormal(s.k, s.d), homogeneous(s.positive, s.negative))
    w = np.array([[float(x) for x in row] for row in s.centre])
    size = s.n * s.d
    scale = 2 * np.pi / loss.share
    hessian, padding = scale * loss.hessian(w), scale * loss.padding_block(w)
    bits = _FACTOR_BITS + round(np.log2(1 + max(np.abs(hessian).max(), np.abs(padding).max())) / 2)
    factor, shift, error = _factor(hessian, size, bits)
    pad_factor, pad_shift, pad_error = _factor(padding, s.n, bits)
    radius = sorted((*_RADIUS, 2 * s.distance))[1]
    return {
        "reach": pair(min(s.distance, radius / 2)),
        "radius": pair(radius),
        "slack": pair(_SLACK),
        "factor_denominator": str(2**bits),
        "factor": listed([factor[i * s.d : (i + 1) * s.d] for i in range(s.n)]),
        "shift": pair(shift),
        "error": pair(error),
        "pad_factor": listed([[row] for row in pad_factor]),
        "pad_shift": pair(pad_shift),
        "pad_error": pair(pad_error),
    }


def _factor(matrix: Array, size: int, bits: int) -> tuple[list[list[int]], Fraction, Fraction]:
    """Rows of L (integers over 2^bits, cut at the diagonal), the shift m and the error eta. |matrix
    - L L^T - m I| <= eta is hoped for.

    A matrix that is not positive definite is replaced by the nearest one that is; then Coq rejects
    the hints.
    """
    import numpy as np

    values, vectors = np.linalg.eigh(np.nan_to_num(matrix))
    smallest = max(float(values[0]), _LEAST_EIGENVALUE)
    shift = Fraction(3 * smallest / 4).limit_denominator(10**9)
    error = Fraction(smallest / (8 * size)).limit_denominator(10**12)
    rest = (vectors * (np.maximum(values, smallest) - float(shift))) @ vectors.T
    lower = np.linalg.cholesky((rest + rest.T) / 2)
    return (
        [[round(x * 2**bits) for x in row[: i + 1]] for i, row in enumerate(lower.tolist())],
        shift,
        error,
    )


def exactly(number: Any) -> Fraction:
    """A number of the kernel."""
    return Fraction(int(number.p), int(number.q))


def over_ten(matrix: Sequence[Sequence[Fraction]]) -> tuple[list[list[int]], int]:
    """Numerators over the least power of ten that makes all entries whole. The entries are
    decimals.
    """
    denominator = 1
    while any((x * denominator).denominator != 1 for row in matrix for x in row):
        denominator *= 10
    return [[int(x * denominator) for x in row] for row in matrix], denominator


def decimal_pair(number: Fraction) -> tuple[int, int]:
    """Numerator and power of ten."""
    rows, denominator = over_ten([[number]])
    return rows[0][0], denominator


def pair(number: Fraction) -> str:
    """A pair of integers in Coq."""
    return f"({number.numerator}, {number.denominator})"


def ratio(top: int, below: int) -> str:
    """`ratio` of formal/Statement.v."""
    return f"(ratio {f'({top})' if top < 0 else top} {below})"


def listed(value: int | Iterable[Any]) -> str:
    """A list in Coq, of lists perhaps."""
    return str(value) if isinstance(value, int) else "[" + "; ".join(map(listed, value)) + "]"
