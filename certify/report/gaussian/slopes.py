"""Minima for every slope of the activation: the claims row by row."""

from __future__ import annotations

from certify.gaussian.activations import slopes_told
from certify.kernel.foundation.words import Math
from certify.kernel.gaussian.family_slopes_statement import GaussianFamilySlopes
from certify.kernel.gaussian.slope_range import SlopeRange
from certify.kernel.gaussian.slopes_statement import GaussianSlopes
from certify.report.rows import Row, least, row, yes

__all__ = ["family_slopes", "range_rows", "slopes"]


def slopes(claim: GaussianSlopes) -> list[Row]:
    """The claims about one minimum for every slope."""
    return [
        *range_rows(claim.slopes),
        yes("spurious", "$F(W*) > 0$, above $inf F = 0$, for every such activation"),
        row(
            "λ_min(W*)/(p + q)²",
            r"\lambda_{\min}(W^\ast)/(p+q)^2",
            least(claim.curvature),
            "smallest eigenvalue of the Hessian at $W*$, for every such activation and $D$",
        ),
        row("D", "D", least(claim.problem.k), "in every such dimension"),
        row("G", "G", claim.problem.group(), "permutations of rows and columns that fix $W*$"),
    ]


def range_rows(slopes: SlopeRange) -> list[Row]:
    """The activations that a claim is about."""
    low, high = slopes.low, slopes.high
    above = "" if low.value else "; $0$ itself is left out"
    told = slopes_told(slopes)
    ends = [
        row(
            "c₀",
            "c_0",
            low,
            f"the least $c = ((p − q)/(p + q))²$ of $σ(t) = p max(0, t) + q max(0, −t)${above}",
        ),
        row("c₁", "c_1", Math("∞") if high is None else high, "the largest $c$"),
    ]
    if told:
        ends.append(
            row(
                "slopes",
                r"\text{slopes}",
                Math(told.replace("<=", "≤").replace("-", "−")),
                "those of leaky ReLU",
            )
        )
    return ends


def family_slopes(claim: GaussianFamilySlopes) -> list[Row]:
    """The claims about a minimum for every k and every slope."""
    every = "for every $k$, every $D ≥ k$ and every $σ(t) = p max(0, t) + q max(0, −t)$, $p ≠ ±q$"
    return [
        row("k", "k", least(claim.k_from), "for every such integer $n = k$"),
        yes("spurious", f"$F(W*) > 0$, above $inf F = 0$, {every}"),
        row(
            "λ_min(W*)/(p + q)²",
            r"\lambda_{\min}(W^\ast)/(p+q)^2",
            least(claim.curvature),
            f"smallest eigenvalue of the Hessian at $W*$, {every}",
        ),
    ]
