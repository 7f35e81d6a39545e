"""The claims about networks with a smooth activation, row by row: one function for each kind."""

from __future__ import annotations

from certify.kernel.foundation.reals import counted
from certify.kernel.smooth.constant import DataConstantMinimum
from certify.kernel.smooth.constant_family import DataConstantFamily
from certify.kernel.smooth.moments import Moments
from certify.kernel.smooth.problem import SmoothProblem
from certify.kernel.smooth.splitting import DataSplittingFamily
from certify.report.rows import Row, exact, least, most, row, within, yes

__all__ = ["constant", "constant_family", "splitting"]


def _data(problem: SmoothProblem) -> Row:
    return row(
        "data",
        r"\text{data}",
        str(problem.data),
        f"with {counted(problem.dimension, 'input')} and one target each",
    )


def _constant(moments: Moments) -> Row:
    return row(
        "f_θ*(xₙ)",
        r"f_{\theta^\ast}(x_n)",
        exact(moments.level),
        "for all $n$: the mean of the targets",
    )


def _hidden(widths: tuple[int, ...], meaning: str) -> Row:
    return row("widths", r"\text{widths}", ", ".join(map(str, widths)), meaning)


def constant(claim: DataConstantMinimum) -> list[Row]:
    """The claims about a local minimum with a constant output."""
    rows = [
        row("R(θ*)", r"R(\theta^\ast)", exact(claim.risk), "risk at the local minimum $θ*$"),
        _constant(claim.moments),
        row(
            "|b* − b|",
            r"|b^\ast-b|",
            most(claim.distance),
            "$θ*$ is as in the file but for the last bias: there $b$",
        ),
        _hidden(claim.widths, "units of the hidden layers"),
        _data(claim.problem),
    ]
    if claim.better is not None:
        rows.append(yes("spurious", "$R$ is smaller at the better parameters in the file"))
    if claim.fits:
        meaning = "with the hidden layers of the better parameters and another last layer $R$ is 0"
        rows.append(yes("fits", meaning))
    return rows


def constant_family(claim: DataConstantFamily) -> list[Row]:
    """The claims about such minima for every architecture."""
    return [
        row(
            "R(θ*)",
            r"R(\theta^\ast)",
            exact(claim.risk),
            "risk at the spurious local minimum $θ*$",
        ),
        row("L", "L", least(1), "hidden layers: for every such number, and all widths"),
        _constant(claim.moments),
        row(
            "a",
            "a",
            exact(claim.point),
            "what every hidden unit applies the activation to at $θ*$, on all data",
        ),
        _data(claim.problem),
    ]


def splitting(claim: DataSplittingFamily) -> list[Row]:
    """The claims about minima for every width of the last hidden layer."""
    rows = [
        row(
            "R(θ*)",
            r"R(\theta^\ast)",
            within(claim.risk),
            "risk at the local minimum $θ*$ of the base network, and where its neuron is split",
        ),
        row(
            "k",
            "k",
            least(claim.least_width),
            "units of the last hidden layer: a spurious minimum for every such $k$",
        ),
    ]
    if claim.spread.value > 0:
        meaning = (
            "for all targets that differ from those in the file by at most $s$ each: a set of"
            " positive measure"
        )
        rows.append(row("s", "s", claim.spread, meaning))
    return [
        *rows,
        row(
            "‖θ* − θ‖",
            r"\|\theta^\ast-\theta\|",
            most(claim.distance),
            "$θ$ the parameters in the file",
        ),
        _hidden(claim.widths, "units of the hidden layers of the base network"),
        row(
            "split",
            r"\text{split}",
            str(claim.neuron + 1),
            "neuron of the last hidden layer, its copies in any positive proportions",
        ),
        _data(claim.problem),
    ]
