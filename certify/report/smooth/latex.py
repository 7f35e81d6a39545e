r"""The theorems about networks with a smooth activation in LaTeX, one function for each kind; small
data are printed, large ones stay in the certificate.
"""

from __future__ import annotations

import re

from certify.kernel.smooth.constant import DataConstantMinimum
from certify.kernel.smooth.constant_family import DataConstantFamily
from certify.kernel.smooth.problem import SmoothProblem
from certify.kernel.smooth.splitting import DataSplittingFamily
from certify.report.environment import equals, in_display, lettered, the_file
from certify.report.smooth.formula import formula
from certify.report.tex import decimal, number

__all__ = ["constant", "constant_family", "splitting"]

_MOST_NUMBERS = 32  # of the data, where they are printed
_LONGEST = 12  # characters of each
_LINE = 45  # letters and digits of a formula in ordinary type


def _data(problem: SmoothProblem, digest: str) -> str:
    """The data themselves where they are few and short numbers, else the file they are in."""
    n, d = problem.data, problem.dimension
    columns = [[*map(decimal, row)] for row in problem.inputs.transpose().tolist()]
    targets = [*map(decimal, problem.targets)]
    space = rf"\mathbb{{R}}^{{{d}}}" if d > 1 else r"\mathbb{R}"
    if n * (d + 1) > _MOST_NUMBERS or any(
        len(text) > _LONGEST for column in [*columns, targets] for text in column
    ):
        inputs = rf"x_1,\dots,x_{{{n}}}\in{space}"
        return (
            rf"Let ${inputs}$ and $y_1,\dots,y_{{{n}}}\in\mathbb{{R}}$ be the data in"
            rf" {the_file(digest)},"
        )
    points = (f"({','.join(column)})" if d > 1 else column[0] for column in columns)
    pairs = [
        rf"$({point},\allowbreak\,{target})$" for point, target in zip(points, targets, strict=True)
    ]
    listed = pairs[0] if n == 1 else f"{', '.join(pairs[:-1])} and {pairs[-1]}"
    return rf"Let the data $(x_n,y_n)\in{space}\times\mathbb{{R}}$, $n=1,\dots,{n}$, be {listed},"


def _risk(problem: SmoothProblem, hidden: str, digest: str) -> str:
    inputs = f"${problem.dimension}$ input{'s' * (problem.dimension != 1)}"
    return "\n".join(
        (
            _data(problem, digest),
            (
                rf"$f_\theta$ the fully connected network with {inputs}, {hidden}, one output,"
                r" biases in all layers, and the activation"
            ),
            _display(formula(problem.activation)),
            "behind each hidden layer, and where it is defined let",
            "\\[",
            rf"  R(\theta)=\tfrac12\sum_{{n=1}}^{{{problem.data}}}\bigl(f_\theta(x_n)-y_n\bigr)^2.",
            "\\]",
        )
    )


def _display(activation: str) -> str:
    """The activation on a line of its own, in small type where it is long."""
    shown = f"\\[\n  h(t)={activation}\n\\]"
    longest = max(len(re.sub(r"\\[a-z]+|\W", "", row)) for row in activation.split(r"\\"))
    return shown if longest <= _LINE else f"{{\\footnotesize\n{shown}\n}}"


def _where(problem: SmoothProblem, digest: str) -> str:
    """The certificate, with its digest where the data are printed and it has not been named."""
    return (
        "the same certificate" if the_file(digest) in _data(problem, digest) else the_file(digest)
    )


def _layers(widths: tuple[int, ...]) -> str:
    if len(widths) == 1:
        return f"one hidden layer of ${widths[0]}$ unit{'s' * (widths[0] != 1)}"
    return f"hidden layers of ${', '.join(map(str, widths))}$ units"


def constant(claim: DataConstantMinimum, digest: str) -> str:
    """The theorem about a local minimum with a constant output."""
    items = [
        (
            r"$R$ has a local minimum $\theta^\ast$ that equals the parameters in"
            rf" {_where(claim.problem, digest)} but for the bias of the last layer, which differs"
            rf" by less than ${number(claim.distance.text)}$;"
        ),
        (
            rf"$f_{{\theta^\ast}}(x_n){equals(claim.moments.level)}$, the mean of the targets, for"
            rf" all $n$, and $R(\theta^\ast){equals(claim.risk)}$."
        ),
    ]
    if claim.better is not None:
        items.append("It is spurious: $R$ is smaller at the better parameters in the certificate.")
    if claim.fits:
        items.append(
            "With the hidden layers of the better parameters, and another last layer, $R$ is $0$."
        )
    return f"{_risk(claim.problem, _layers(claim.widths), digest)}\n{lettered(items)}"


def constant_family(claim: DataConstantFamily, digest: str) -> str:
    """The theorem about such minima for every architecture."""
    return "\n".join(
        (
            _risk(claim.problem, r"$L$ hidden layers of $d_1,\dots,d_L$ units", digest),
            r"Then for all integers $L\ge 1$ and $d_1,\dots,d_L\ge 1$",
            lettered(
                (
                    (
                        r"$R$ has a local minimum $\theta^\ast$ at which every hidden unit applies"
                        rf" $h$ to the number $a{equals(claim.point)}$ on all data;"
                    ),
                    (
                        rf"$f_{{\theta^\ast}}(x_n){equals(claim.moments.level)}$, the mean of the"
                        rf" targets, for all $n$, and $R(\theta^\ast){equals(claim.risk)}$;"
                    ),
                    "it is spurious: $R$ takes smaller values.",
                )
            ),
        )
    )


def splitting(claim: DataSplittingFamily, digest: str) -> str:
    """The theorem about minima whose neurons are split."""
    *below, last = claim.widths
    hidden = (
        f"hidden layers of ${', '.join(map(str, below))}$ and $k$ units"
        if below
        else "one hidden layer of $k$ units"
    )
    if claim.spread.value > 0:
        targets = (
            r"The following holds with any $y'$ in the place of $y$ for which $|y'_n-y_n|\le"
            rf" {number(claim.spread.text)}$ for all $n$, a set of positive measure."
        )
    else:
        targets = "Then the following holds."
    return "\n".join(
        (
            _risk(claim.problem, hidden, digest),
            targets,
            lettered(
                (
                    rf"For $k={last}$, $R$ has a local minimum $\theta^\ast$ within"
                    rf" ${number(claim.distance.text)}$ of the parameters in"
                    rf" {_where(claim.problem, digest)}, and"
                    "\n" + in_display(r"R(\theta^\ast)", claim.risk, ";"),
                    (
                        rf"for every integer $k\ge {claim.least_width}$, $R$ has a spurious local"
                        r" minimum with the value $R(\theta^\ast)$: $\theta^\ast$ with neuron"
                        rf" ${claim.neuron + 1}$ of the last hidden layer split into"
                        rf" ${_copies(last)}$ copies, among which its outgoing weight is divided in"
                        r" any positive proportions;"
                    ),
                    (
                        rf"for $k={claim.better_width}$, $R$ is below"
                        rf" ${number(claim.risk.texts[0])}$ at the better parameters in the"
                        r" certificate, and for larger $k$ with neurons added whose outgoing"
                        r" weights are $0$."
                    ),
                )
            ),
        )
    )


def _copies(last: int) -> str:
    """The sentence on the split neuron, in a layer that had `last` units and has k."""
    return "k" if last == 1 else f"k-{last - 1}"
