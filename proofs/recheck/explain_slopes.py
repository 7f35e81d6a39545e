"""In words: what the kinds of FORMAT 4.18 and 4.19 claim, about many activations at once."""

from __future__ import annotations

from typing import Any

from .explain_gaussian import FAMILY_BLOCKS, INPUTS, NORM, ORTHONORMAL, blocks_in_words
from .words import Told

LOSS = (
    "The loss",
    (
        "F(W) = 1/2 E ( sum_i sigma(w_i.x) - sum_j sigma(v_j.x) )^2 with sigma(t) = p [t]_+ +"
        " q [-t]_+, [t]_+ = max(0, t), p + q != 0. It is half the mean square error between the sum"
        " of n neurons w_1, ..., w_n with the activation sigma, the rows of W, and the sum of k"
        " neurons v_1, ..., v_k, the teachers. Its smallest value is 0, and it is attained."
    ),
)
SPURIOUS = "F(W*) > 0. As F is 0 elsewhere, W* is spurious: it is not a global minimum."


def _last(curvature: str) -> str:
    return f"Every eigenvalue of the Hessian of F at W* is above {curvature} (p + q)^2."


def slopes(tree: dict[str, Any]) -> Told:
    """Section 4.18."""
    statement = tree["statement"]
    problem, claims = statement["problem"], statement["claims"]
    n, k, (low, high) = problem["n"], problem["k"], claims["c"]
    size = (
        f"n = {n} students, k = {k} teachers; the teachers are {ORTHONORMAL}. G is the group of"
        " permutations, of rows and columns alike, within each block."
        f" {blocks_in_words(statement['blocks'])}."
    )
    upto = " < infinity" if high == "infinity" else f" <= {high}"
    found = (
        f"Let c = ((p - q)/(p + q))^2. For all p and q for which c > 0 and {low} <= c{upto},"
        f" and for every D >= {k}, F has in R^({n} x D) a critical point W* that is a strict"
        f" local minimum. Its first {k} columns are a matrix that G leaves fixed, and the"
        " others are 0."
    )
    return Told(
        [LOSS, INPUTS, NORM, ("The problem", size)], [found, SPURIOUS, _last(claims["curvature"])]
    )


def family_slopes(tree: dict[str, Any]) -> Told:
    """Section 4.19."""
    statement = tree["statement"]
    name, claims = statement["family"], statement["claims"]
    size = (
        f"n = k, and the teachers are {ORTHONORMAL}. Family {name}: matrices that the"
        " permutations of rows and columns within the blocks leave fixed, with"
        f" {FAMILY_BLOCKS[name]}. What follows is claimed for every integer k >="
        f" {claims['k_from']}."
    )
    found = (
        "For all p and q with p + q != 0 and p != q, and for every D >= k, F has in R^(k x D) a"
        " critical point W* that is a strict local minimum. Its first k columns are a matrix of"
        " the family, and the others are 0."
    )
    return Told(
        [LOSS, INPUTS, NORM, ("The problem", size)], [found, SPURIOUS, _last(claims["curvature"])]
    )
