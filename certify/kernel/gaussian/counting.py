"""How many distinct critical points a set of proved claims amounts to (lemma 12)."""

from __future__ import annotations

from collections.abc import Sequence
from math import factorial

from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric

__all__ = ["distinct_points"]


def distinct_points(claims: Sequence[GaussianSymmetric]) -> int:
    """A lower bound of the number of distinct critical points in R^(n x k) that the claims, all of
    them proved, give by permutations.

    Lemma 12: the orbit of each claim with exact isotropy has n! k! / |G| points, and orbits whose
    loss intervals are disjoint have no point in common. Among claims with overlapping intervals one
    is counted. ValueError: claims of different n, k or activations, or with signs, whose orbits are
    smaller (lemma 25).
    """
    losses = {(c.problem.n, c.problem.k, *c.problem.activation.parts) for c in claims}
    if len(losses) > 1:
        raise ValueError("the claims belong to different n or k, or to different activations")
    if any(claim.problem.signs.mixed for claim in claims):
        raise ValueError("a claim has signs")
    total, counted = 0, None
    for claim in sorted((c for c in claims if c.exact_isotropy), key=lambda c: c.loss.high):
        if counted is None or counted < claim.loss.low:
            problem = claim.problem
            total += factorial(problem.n) * factorial(problem.k) // problem.group_order()
            counted = claim.loss.high
    return total
