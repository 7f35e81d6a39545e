"""What a theorem about the Gaussian loss says besides, by the lemmas of
proofs/lemmas/corollaries.md. No checker looks at these sentences: they follow from what is proved.

Each kind has those that apply to it, and they say what does not carry over. A birth in k has none:
at real k its equations are those of no network.
"""

from __future__ import annotations

from certify.kernel.foundation.words import Words, line
from certify.kernel.gaussian.basin import GaussianBasin
from certify.kernel.gaussian.enumeration import GaussianEnumeration
from certify.kernel.gaussian.families import FAMILIES
from certify.kernel.gaussian.family import GaussianFamily
from certify.kernel.gaussian.family_saddle import GaussianFamilySaddle
from certify.kernel.gaussian.family_slopes_statement import GaussianFamilySlopes
from certify.kernel.gaussian.minimum import GaussianMinimum
from certify.kernel.gaussian.signs import Signs
from certify.kernel.gaussian.slope_birth_statement import GaussianSlopeBirth
from certify.kernel.gaussian.slopes_statement import GaussianSlopes
from certify.kernel.gaussian.span import GaussianSpan
from certify.kernel.gaussian.splitting import GaussianSplitting
from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric
from certify.kernel.landscape.landscape import Landscape
from certify.kernel.landscape.slopes import SlopesLandscape

__all__ = [
    "basin",
    "enumeration",
    "family",
    "family_saddle",
    "family_slopes",
    "landscape",
    "minimum",
    "slope_birth",
    "slopes",
    "slopes_landscape",
    "span",
    "splitting",
    "symmetric",
]

_PLUS = Signs((), ())
_WEIGHTS = "Both layers trained: let the output of student $i$ have a weight $aᵢ$, trained as well."


def minimum(claim: GaussianMinimum) -> list[Words]:
    """Of one minimum in a ball."""
    return [_inputs(), _noise(), _minimum(str(claim.problem.n), signs=claim.problem.signs)]


def symmetric(claim: GaussianSymmetric) -> list[Words]:
    """Of a minimum or a saddle with symmetry."""
    n, signs = str(claim.problem.n), claim.problem.signs
    same = _saddle(n, signs) if claim.saddle else _minimum(n, signs=signs)
    return [_inputs(), _noise(), same]


def slopes(claim: GaussianSlopes) -> list[Words]:
    """Of one minimum for each activation of a range."""
    each = " This holds for every such $σ$."
    return [_inputs(), _noise(), _minimum(str(claim.problem.n), more=each)]


def slope_birth(claim: GaussianSlopeBirth) -> list[Words]:
    """Of one k near a birth in the slope: each c of the range has its loss."""
    del claim
    same = line(
        _WEIGHTS,
        " For every $c$ in $U$ every $(a, W)$ with $aᵢ > 0$ and with the rows $aᵢ wᵢ$ of $W(c)$ is"
        " a spurious local minimum where $W(c)$ is a strict local minimum, strict but for the"
        " rescalings $(aᵢ / r, r wᵢ)$, $r > 0$, and a saddle of the same index where $W(c)$ is a"
        " saddle.",
    )
    return [_inputs(), _noise(), same]


def family_slopes(claim: GaussianFamilySlopes) -> list[Words]:
    """Of one minimum for each k and each activation."""
    del claim
    return [_inputs(), _noise(), _minimum("k", more=" This holds for every such $k$ and $σ$.")]


def span(claim: GaussianSpan) -> list[Words]:
    """Of a minimum in the span of its teachers."""
    return [_inputs(), _noise(), _minimum(str(claim.n))]


def family(claim: GaussianFamily) -> list[Words]:
    """Of a family of minima."""
    n = FAMILIES[claim.family].students()
    return [_inputs(), _noise(), _minimum(n, point="W*(k)")]


def family_saddle(claim: GaussianFamilySaddle) -> list[Words]:
    """Of a family that is no minimum: only what it says of integers k is about a loss."""
    del claim
    same = line(
        _WEIGHTS,
        " For every integer $k$ of the range every $(a, W)$ with $aᵢ > 0$ and $aᵢ wᵢ = wᵢ*$ for all"
        " $i$ is a critical point, and no local minimum.",
    )
    return [_inputs("what the last sentence says"), _noise(), same]


def splitting(claim: GaussianSplitting) -> list[Words]:
    """Of a minimum and what adding a neuron makes of it."""
    more = (
        " The points with one student more are treated alike: with a split row it is a saddle, with"
        " a row $0$ no local minimum."
    )
    problem = claim.minimum.problem
    return [_inputs(), _noise(), _minimum(str(problem.n), more=more, signs=problem.signs)]


def basin(claim: GaussianBasin) -> list[Words]:
    """Of a minimum and the ball from which gradients lead to it."""
    problem = claim.minimum.problem
    fixed = "$aᵢ = sᵢ$" if problem.signs.mixed else "$aᵢ = 1$"
    more = f" What is said of gradient flow and descent is about $W$ alone, with all {fixed} fixed."
    return [_inputs(), _noise(), _minimum(str(problem.n), more=more, signs=problem.signs)]


def enumeration(claim: GaussianEnumeration) -> list[Words]:
    """Of all critical points of a form."""
    del claim
    same = line(
        _WEIGHTS,
        " Where all $aᵢ > 0$, a point without zero rows is critical just when the matrix with the"
        " rows $aᵢ wᵢ$ is: of the form above these are all.",
    )
    return [_inputs(dimension="k"), _noise(), same]


def landscape(claim: Landscape) -> list[Words]:
    """Of all critical points of two neurons."""
    del claim
    same = line(
        _WEIGHTS,
        " Where all $aᵢ > 0$, a point without zero rows is critical just when the matrix with the"
        " rows $aᵢ wᵢ$ is: one of those above. Weights that are not positive are another matter.",
    )
    return [_inputs(dimension="d"), _noise(), same]


def slopes_landscape(claim: SlopesLandscape) -> list[Words]:
    """Of two neurons, for many activations."""
    del claim
    same = line(
        _WEIGHTS,
        " A local minimum $(a, W)$ with all $aᵢ > 0$ is global: then the matrix with the rows"
        " $aᵢ wᵢ$ is a local minimum above. Weights that are not positive are another matter.",
    )
    return [_inputs(dimension="d"), _noise(), same]


def _inputs(what: str = "all of this", dimension: str = "D") -> Words:
    return line(
        f"Other inputs: {what} holds, with the same numbers, for every random"
        f" $x ∈ ℝ^{dimension}$ whose distribution no orthogonal map changes, if $E (u·x)² = |u|²$"
        f" for all $u$: the uniform one on the sphere $|x|² = {dimension}$, say. If it is $t |u|²$,"
        " then $F$ and its derivatives are multiplied by $t$."
    )


def _noise() -> Words:
    return line(
        "Noisy labels: with independent noise of mean $0$ and variance $2 m$ in the labels, the"
        " loss is $F + m$. Gradients and Hessians are the same; every value, and the infimum, is"
        " greater by $m$."
    )


def _scaled(signs: Signs) -> str:
    """The points of both layers that belong to W*."""
    same = "$sᵢ aᵢ > 0$ and $|aᵢ| wᵢ = wᵢ*$" if signs.mixed else "$aᵢ > 0$ and $aᵢ wᵢ = wᵢ*$"
    return f" Every $(a, W)$ with {same} for all $i$ is a"


def _minimum(n: str, point: str = "W*", more: str = "", signs: Signs = _PLUS) -> Words:
    return line(
        _WEIGHTS,
        f"{_scaled(signs)} spurious local minimum"
        f" with the value $F({point})$, strict but for the rescalings $(aᵢ / r, r wᵢ)$, $r > 0$:"
        f" ${n}$ eigenvalues of the Hessian are $0$, the others are positive. Balls and bounds of"
        f" eigenvalues above are about $W$ alone.{more}",
    )


def _saddle(n: str, signs: Signs) -> Words:
    return line(
        _WEIGHTS,
        f"{_scaled(signs)} saddle of the same index"
        f" as $W*$, with the value $F(W*)$; ${n}$ more eigenvalues of the Hessian are $0$. Balls"
        " and bounds of eigenvalues above are about $W$ alone.",
    )
