"""In words: what the kinds of FORMAT 4.18 to 4.21 claim, about many activations at once."""

from __future__ import annotations

from typing import Any

from .explain_gaussian import FAMILY_BLOCKS, INPUTS, NORM, ORTHONORMAL, blocks_in_words
from .words import Told, table

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


def between(low: str, high: str) -> str:
    """The range of c."""
    return f"{low} <= c" + (" < infinity" if high == "infinity" else f" <= {high}")


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
    found = (
        f"Let c = ((p - q)/(p + q))^2. For all p and q for which c > 0 and {between(low, high)},"
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


def slope_birth(tree: dict[str, Any]) -> Told:
    """Section 4.20."""
    statement = tree["statement"]
    problem, claims = statement["problem"], statement["claims"]
    n, k, (low, high), (first, last) = problem["n"], problem["k"], claims["c"], claims["slope"]
    kind, side = claims["crossing"], claims["minimum"]
    less, more = ("<", ">") if side == "below" else (">", "<")
    size = (
        f"n = {n} students, k = {k} teachers; the teachers are {ORTHONORMAL}. G is the group of"
        " permutations, of rows and columns alike, within each block."
        f" {blocks_in_words(statement['blocks'])}. C is the matrix with"
        f" {table(statement['centre'], 'centre')} as coordinates. U = [{low}, {high}]."
    )
    found = [
        (
            "Let c = ((p - q)/(p + q))^2. For every c in U, F has exactly one critical point W(c)"
            f" that G leaves fixed and whose coordinates differ by at most {claims['distance']}"
            " from those of C. It is smooth in c. F(W(c)) > 0, and F is 0 elsewhere."
        ),
        (
            f"There is exactly one c* in U, and it is inside U: for c {less} c* in U, W(c) is a"
            f" strict local minimum of F, in R^({n} x D) for every D >= {k} too (with zeros"
            f" added). For c {more} c* in U it is a saddle: the eigenvalue of representation {kind}"
            " is negative, with the dimension of the representation as its multiplicity, and all"
            " other eigenvalues of the Hessian are positive."
        ),
        f"The eigenvalue of {kind} that is 0 at c* is simple in its form; its derivative is not 0.",
        f"Leaky ReLU, p = 1 and q = -a with -1 < a < 1, has c = c* for an a in [{first}, {last}].",
    ]
    return Told([LOSS, INPUTS, NORM, ("The problem", size)], found)


def birth_curve(tree: dict[str, Any]) -> Told:
    """Section 4.21."""
    claims = tree["statement"]["claims"]
    rows, (low, high) = claims["values"], claims["limit"]
    size = (
        f"The teachers are {ORTHONORMAL}. G_c(W) = F(W) + (c - 1)/8 |sum_i w_i - sum_j v_j|^2; F"
        " is the loss for ReLU. Up to a factor it is the loss for sigma(t) = p [t]_+ + q [-t]_+"
        " with c = ((p - q)/(p + q))^2. The critical equations for matrices that permutations of"
        " the first k - 1 rows and columns alike leave fixed, and the forms of the Hessian on the"
        " isotypic components, make sense for every real k: family II."
    )
    told = "; ".join(f"c*({row['k']}) is in [{row['c'][0]}, {row['c'][1]}]" for row in rows)
    found = [
        (
            f"There are a k_1 in [{low}, {high}] and a strictly increasing analytic function"
            f" c* of the real k with {rows[0]['k']} <= k < k_1, which tends to infinity as k"
            " tends to k_1, such that for every such k the equations with c = c*(k) have a"
            " solution W(k), analytic in k. There an eigenvalue of the form of representation s1 is"
            " 0, and simple in this form; its other eigenvalues and all other forms are positive."
        ),
        (
            "On the branch of solutions through W(k) for this k, this eigenvalue has a negative"
            " derivative by c at c = c*(k)."
        ),
        f"{told}.",
    ]
    return Told([LOSS, INPUTS, NORM, ("The problem", size)], found)
