r"""The theorems that follow from a minimum of the Gaussian loss in LaTeX, behind those of the
minimum.
"""

from __future__ import annotations

from certify.kernel.gaussian.basin import GaussianBasin
from certify.kernel.gaussian.consequence import Minimum
from certify.kernel.gaussian.splitting import GaussianSplitting
from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric
from certify.report.gaussian.latex import minimum
from certify.report.gaussian.latex_symmetric import symmetric
from certify.report.tex import number

__all__ = ["basin", "splitting"]


def _minimum(claim: Minimum, digest: str) -> str:
    return (
        symmetric(claim, digest) if isinstance(claim, GaussianSymmetric) else minimum(claim, digest)
    )


def splitting(claim: GaussianSplitting, digest: str) -> str:
    """The theorem about the minimum, and of the saddles that splitting its neurons gives."""
    numbers = ", ".join(map(str, claim.neurons))
    which = f"row ${numbers}$" if len(claim.neurons) == 1 else f"any of the rows ${numbers}$"
    if isinstance(claim.minimum, GaussianSymmetric):
        which = f"any row of {'block' if len(claim.neurons) == 1 else 'the blocks'} ${numbers}$"
    weight = " with the output weight of $w$" if claim.minimum.problem.signs.mixed else ""
    return "\n".join(
        (
            _minimum(claim.minimum, digest),
            (
                rf"Moreover, let $w$ be {which} of $W^\ast$ and $0<\alpha<1$. The point with the"
                r" two rows $\alpha w$ and $(1-\alpha)w$ in the place of $w$ is a critical point"
                rf" of the loss of one student more{weight},"
            ),
            (
                r"with the same value of the loss, and a saddle. The point with a row $0$ added to"
                r" $W^\ast$ is no local minimum of it."
            ),
        )
    )


def basin(claim: GaussianBasin, digest: str) -> str:
    """The theorem about a basin, and of its minimum."""
    radius, mu, smooth = (
        number(str(value)) for value in (claim.radius, claim.curvature, claim.smoothness)
    )
    return "\n".join(
        (
            _minimum(claim.minimum, digest),
            (
                rf"Moreover, let $\mu={mu}$ and $L={smooth}$. On the closed ball $\|W-W^\ast\|\le"
                rf" {radius}$ all eigenvalues of the Hessian of $F$ lie between $\mu$ and $L$."
            ),
            (
                r"Gradient flow from any point of this ball stays in it, with $\|W(t)-W^\ast\|\le"
                r" e^{-\mu t}\,\|W(0)-W^\ast\|$; gradient descent with steps $0<\eta\le 1/L$"
            ),
            (
                r"stays in it, and each step reduces $\|W-W^\ast\|$ by a factor of at most"
                r" $1-\eta\mu$."
            ),
        )
    )
