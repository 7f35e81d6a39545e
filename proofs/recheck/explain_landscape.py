"""In words: what the kind of FORMAT 4.27 claims, about a whole landscape."""

from __future__ import annotations

from typing import Any

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
