"""In words: what the kinds of FORMAT 4.27 and 4.28 claim, about whole landscapes."""

from __future__ import annotations

from typing import Any

from . import explain_slopes
from .explain_gaussian import INPUTS, LOSS
from .words import Told, interval

KNOWN = (
    "The matrices with w_1, w_2 != 0 at which the gradient of F is 0 are, up to exchanging w_1 and"
    " w_2, exactly these: (e_1, e_2), the global minimum; O = (R e, -S e), with D - 1 negative"
    " eigenvalues of the Hessian and the others positive; (t R e, (1 - t) R e) for 0 < t < 1, with"
    " D - 1 negative ones and one that is 0; (-t S e, -(1 - t) S e) for 0 < t < 1, with 2(D - 1)"
    " negative ones and one that is 0"
)
MINIMA = "Every local minimum of F on all of R^(2 x D) is a global one, those with a zero row too."


def landscape(tree: dict[str, Any]) -> Told:
    """Section 4.27."""
    statement = tree["statement"]
    claims, dimension = statement["claims"], statement["problem"]["dimension"]
    saddle = claims["saddle"]
    where = "D = 2" if dimension == 2 else "D >= 2, any"
    size = (
        f"n = k = 2, {where}; the teachers are e_1 and e_2, the first two unit vectors. e = (e_1 +"
        " e_2)/sqrt(2), R = sqrt(2)/pi (1 + 3 pi/4), S = sqrt(2)/pi (1 - pi/4)."
    )
    found = f"{KNOWN}."
    if saddle is not None:
        found = (
            f"{KNOWN}; and for D >= 3, for each unit vector z orthogonal to e_1 and e_2,"
            " (a (e_1 + e_2) + c z, a (e_1 + e_2) - c z), with one negative eigenvalue and D - 3"
            f" that are 0, a in {interval(saddle['plane'])}, c in {interval(saddle['beyond'])} and"
            f" F in {interval(saddle['loss'])}."
        )
    level = (
        f"The set of all W with F(W) < {claims['level']} has exactly two connected components, one"
        " around each global minimum."
    )
    return Told([LOSS, INPUTS, ("The problem", size)], [found, MINIMA, level])


def slopes(tree: dict[str, Any]) -> Told:
    """Section 4.28."""
    low, high = tree["statement"]["claims"]["c"]
    size = "n = k = 2, D >= 2, any; the teachers are e_1 and e_2, the first two unit vectors."
    found = (
        f"Let c = ((p - q)/(p + q))^2. For all p and q for which c > 0 and"
        f" {explain_slopes.between(low, high)}, and for every D >= 2, F has on all of R^(2 x D) no"
        " local minima but (e_1, e_2) and (e_2, e_1). These are the global ones: F is 0 there."
    )
    return Told([explain_slopes.LOSS, INPUTS, ("The problem", size)], [found])
