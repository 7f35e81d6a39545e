"""What the kind `gaussian-birth-curve` claims (FORMAT 4.21)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import fields
from certify.kernel.foundation.reals import Range, Real, read_positive, read_range
from certify.kernel.foundation.words import Words, line
from certify.kernel.gaussian.problem import require_orthonormal

__all__ = ["CurveValue", "GaussianBirthCurve"]

_LEAST_K, _LARGEST_K, _MOST = 3, 1000, 100


@dataclass(frozen=True)
class CurveValue:
    """At this k the curve has its c in the range."""

    k: Real
    c: Range


@dataclass(frozen=True)
class GaussianBirthCurve:
    """Type II, blocks of the sizes k - 1 and 1, k real; k_0 = values[0].k.

    There are k_1 in `limit` and a strictly increasing, real-analytic c* from [k_0, k_1) onto
    [c*(k_0), infinity) such that for every k in [k_0, k_1):

    (a) the reduced equations of G_c with c = c*(k) have a solution W(k), analytic in k, at which an
        eigenvalue of the pencil of s1 is 0 and simple in it; its other eigenvalues and all other
        pencils are positive;
    (b) on the branch of solutions through W(k) with this k fixed, this eigenvalue has a negative
        derivative by c;
    (c) c*(k) is in the range given, for each of `values`.
    """

    values: tuple[CurveValue, ...]
    limit: Range

    @classmethod
    def read(cls, value: Any) -> GaussianBirthCurve:
        """From the field `statement` of a certificate (FORMAT 4.21)."""
        known = fields(value, "the statement", ["problem", "family", "claims"])
        require_orthonormal(fields(known["problem"], "the problem", ["targets"]))
        if known["family"] != "II":
            raise Malformed('the family is not "II"')
        claims = fields(known["claims"], "the claims", ["values", "limit"])
        rows, limit = claims["values"], read_range(claims["limit"], "the limit")
        if not isinstance(rows, list) or not 1 <= len(rows) <= _MOST:
            raise Malformed(f"the values are not a list of 1 to {_MOST}")
        values = tuple(_read_value(row, f"value {i + 1}") for i, row in enumerate(rows))
        order = [value.k.value for value in values]
        if any(a >= b for a, b in zip(order, [*order[1:], limit.low], strict=True)):
            raise Malformed("the k of the values and the limit do not increase")
        if order[0] <= _LEAST_K or limit.high >= _LARGEST_K:
            raise Malformed(f"k is not between {_LEAST_K} and {_LARGEST_K}")
        return cls(values, limit)

    def headline(self) -> Words:
        """The theorem in one line."""
        return line(
            "the curve of births in the slope: for every real $k$ from ",
            self.values[0].k,
            " up to $k₁$ in ",
            self.limit,
            " a branch fixed by $Sₖ₋₁ × S₁$ ceases to be a minimum at a slope that increases with"
            " $k$, as an eigenvalue of representation s1 crosses 0",
        )

    def theorem(self) -> Iterator[Words]:
        """The theorem in words, line by line."""
        yield line(
            "THEOREM.  Let $G_c = F + (c − 1)/8 |∑ᵢ wᵢ − ∑ⱼ vⱼ|²$, $F$ the Gaussian ReLU loss with"
            " orthonormal teachers. It is, up to a factor, the loss of"
        )
        yield line(
            "$σ(t) = p max(0, t) + q max(0, −t)$ with $c = ((p − q)/(p + q))²$. Consider its"
            " equations (8.2) and pencils of lemma 9 (proofs/lemmas/symmetric.md) for"
        )
        yield line(
            "blocks of the sizes $k − 1$ and 1, in which $k$ enters as a number. Let $k₀ = $",
            self.values[0].k,
            ".",
        )
        yield line(
            "  (a)  There are $k₁$ in ", self.limit, " and a strictly increasing analytic function"
        )
        yield line(
            "       $c*$ on $[k₀, k₁)$, with $c*(k)$ unbounded as $k → k₁$, such that for every $k$"
            " there the equations with $c = c*(k)$ have a solution $W(k)$, analytic in $k$,"
        )
        yield line(
            "       at which an eigenvalue of the pencil of s1 is 0. It is simple in this pencil;"
            " its other eigenvalues and all other pencils are positive."
        )
        yield line(
            "  (b)  On the branch of solutions through $W(k)$ with $k$ fixed, this eigenvalue has a"
            " negative derivative by $c$ at $c*(k)$: near $c*(k)$ it is positive below, negative"
            " above."
        )
        for value in self.values:
            yield line("  (c)  For $k = $", value.k, ", $c*(k)$ is in ", value.c, ".")


def _read_value(value: Any, where: str) -> CurveValue:
    known = fields(value, where, ["k", "c"])
    c = read_range(known["c"], f"c of {where}")
    if c.low <= 0:
        raise Malformed(f"c of {where} is not positive")
    return CurveValue(read_positive(known["k"], f"k of {where}"), c)
