r"""The theorems about networks on data in LaTeX, one function for each kind; data and parameters
stay in the certificate.
"""

from __future__ import annotations

from flint import fmpq

from certify.kernel.foundation.words import line, plain
from certify.kernel.piecewise.entropy import DataEntropyMinimum
from certify.kernel.piecewise.global_minimum import DataGlobalMinimum
from certify.kernel.piecewise.minimum import DataMinimum
from certify.kernel.piecewise.network import Network
from certify.kernel.piecewise.noncritical import DataNoncritical
from certify.kernel.piecewise.problem import DataProblem
from certify.kernel.piecewise.saddle import DataSaddle
from certify.report.environment import equals, in_display, lettered, the_file
from certify.report.tex import escaped, number, rational

__all__ = ["entropy", "global_minimum", "minimum", "noncritical", "saddle"]

_LOSSES = {
    "squared": r"\ell(f,y)=\tfrac12(f-y)^2",
    "quartic": r"\ell(f,y)=\tfrac14(f-y)^4",
    "squared-hinge": r"\ell(f,y)=\tfrac12\max(0,1-yf)^2",
}


def _layers(network: Network) -> str:
    return escaped(plain(line(network.in_words())))


def _data(problem: DataProblem, risk: fmpq, digest: str) -> str:
    data, loss = problem.inputs.ncols(), _LOSSES.get(problem.loss.name)
    if loss is None:
        loss = (
            r"\ell(f,y)=\tfrac12(f-y)^2$ where $|f-y|\le\delta$ and $\delta|f-y|-\tfrac12\delta^2$"
            rf" elsewhere, $\delta={rational(problem.loss.delta)}"
        )
    return "\n".join(
        (
            (
                rf"Let $x_1,\dots,x_{{{data}}}\in\mathbb{{R}}^{{{problem.inputs.nrows()}}}$ and"
                rf" $y_1,\dots,y_{{{data}}}\in\mathbb{{R}}^{{{problem.targets.nrows()}}}$ be the"
                rf" data in {the_file(digest)},"
            ),
            (
                r"let $f_\theta$ be the network with the layers:"
                rf" {_layers(problem.network)}, and let"
            ),
            "\\[",
            rf"  R(\theta)=\sum_{{n=1}}^{{{data}}}\sum_u\ell\bigl(f_\theta(x_n)_u,y_{{nu}}\bigr),",
            "\\]",
            (
                rf"where ${loss}$. Let $\theta$ be the parameters in the same certificate, where"
                rf" $R(\theta){equals(risk)}$."
            ),
        )
    )


def minimum(claim: DataMinimum, digest: str) -> str:
    """The theorem about a local minimum."""
    items = [r"$\theta$ is a local minimum of $R$."]
    if claim.better is not None:
        items.append("It is spurious: $R$ is smaller at the better parameters in the certificate.")
    if claim.continuum:
        items.append("It is one of a continuum of local minima with the same risk.")
    if claim.linear_fit:
        items.append(
            r"$f_\theta$ is an affine map on the data, and no affine map has a smaller risk."
        )
    return f"{_data(claim.problem, claim.risk, digest)}\n{lettered(items)}"


def global_minimum(claim: DataGlobalMinimum, digest: str) -> str:
    """The theorem about a global minimum."""
    return f"{_data(claim.problem, claim.risk, digest)} Then $\\theta$ is a global minimum of $R$."


def saddle(claim: DataSaddle, digest: str) -> str:
    """The theorem about a saddle."""
    return "\n".join(
        (
            _data(claim.problem, claim.risk, digest),
            (
                r"Then $\theta$ is a critical point of $R$ and neither a local minimum nor a local"
                r" maximum: along the first of two curves in the certificate $R$ falls below"
                r" $R(\theta)$ at once, along the second it rises above."
            ),
        )
    )


def noncritical(claim: DataNoncritical, digest: str) -> str:
    """The theorem about a point that is not critical."""
    part = "bias" if claim.bias else "weight"
    return "\n".join(
        (
            _data(claim.problem, claim.risk, digest),
            (
                rf"Then $R$ is differentiable at $\theta$, and its derivative $D$ by {part}"
                rf" {claim.entry + 1} of layer {claim.layer} satisfies"
                rf" $D{equals(claim.derivative)}$. It is not $0$, so $\theta$ is no local minimum."
            ),
        )
    )


def entropy(claim: DataEntropyMinimum, digest: str) -> str:
    """The theorem about a local minimum of the cross-entropy."""
    n, k = claim.inputs.ncols(), claim.classes
    zero = f", followed by $0$ for class {k - 1}" if claim.network.outputs < k else ""
    items = [
        (
            r"$R$ has a local minimum $\theta^\ast$ that equals $\theta$ but for the last layer,"
            rf" with $\|\theta^\ast-\theta\|\le {number(claim.distance.text)}$;"
        ),
        "the risk there is enclosed by\n" + in_display(r"R(\theta^\ast)", claim.risk, "."),
    ]
    if claim.better is not None:
        items.append(r"It is spurious: $R$ is smaller at the better parameters in the certificate.")
    return "\n".join(
        (
            (
                rf"Let $x_1,\dots,x_{{{n}}}\in\mathbb{{R}}^{{{claim.inputs.nrows()}}}$ be the data"
                rf" in {the_file(digest)}, with labels $c_n\in\{{0,\dots,{k - 1}\}}$, let $\theta$"
                r" be the parameters there,"
            ),
            (
                rf"$z_n(\theta)\in\mathbb{{R}}^{{{k}}}$ the outputs at $x_n${zero} of the network"
                rf" with the layers: {_layers(claim.network)}, and let"
            ),
            "\\[",
            rf"  R(\theta)=\sum_{{n=1}}^{{{n}}}\Bigl(\log\sum_u e^{{z_{{nu}}}}-z_{{n,c_n}}\Bigr).",
            "\\]",
            lettered(items),
        )
    )
