"""The claims about piecewise linear networks on data, row by row: one function for each kind."""

from __future__ import annotations

from certify.kernel.foundation.reals import counted
from certify.kernel.piecewise.entropy import DataEntropyMinimum
from certify.kernel.piecewise.global_minimum import DataGlobalMinimum
from certify.kernel.piecewise.minimum import DataMinimum
from certify.kernel.piecewise.noncritical import DataNoncritical
from certify.kernel.piecewise.point import Point
from certify.kernel.piecewise.saddle import DataSaddle
from certify.report.rows import Row, exact, most, row, within, yes

__all__ = ["entropy", "global_minimum", "minimum", "noncritical", "saddle"]


def _data(claim: Point) -> list[Row]:
    problem = claim.problem
    return [
        row("R(θ)", r"R(\theta)", exact(claim.risk), "risk at the parameters $θ$ in the file"),
        row(
            "data",
            r"\text{data}",
            str(problem.inputs.ncols()),
            f"with {counted(int(problem.inputs.nrows()), 'input')} and"
            f" {counted(int(problem.targets.nrows()), 'target')} each",
        ),
    ]


def minimum(claim: DataMinimum) -> list[Row]:
    """The claims about a local minimum."""
    rows = [*_data(claim), yes("minimum", "$θ$ is a local minimum of $R$")]
    if claim.better is not None:
        rows.append(yes("spurious", "$R$ is smaller at the better parameters in the file"))
    if claim.continuum:
        meaning = "$θ$ is one of a continuum of local minima with the same risk"
        rows.append(yes("continuum", meaning))
    if claim.linear_fit:
        meaning = "on the data the network is an affine map, and no affine map has a smaller risk"
        rows.append(yes("linear fit", meaning))
    return rows


def global_minimum(claim: DataGlobalMinimum) -> list[Row]:
    """The claims about a global minimum."""
    return [*_data(claim), yes("global", "$θ$ is a global minimum of $R$")]


def saddle(claim: DataSaddle) -> list[Row]:
    """The claims about a saddle."""
    meaning = "$θ$ is critical; $R$ falls along one curve of the file and rises along the other"
    return [*_data(claim), yes("saddle", meaning)]


def noncritical(claim: DataNoncritical) -> list[Row]:
    """The claims about a point that is not critical."""
    part = f"{'bias' if claim.bias else 'weight'} {claim.entry + 1} of layer {claim.layer}"
    return [
        *_data(claim),
        row(
            "∂R",
            r"\partial R",
            exact(claim.derivative),
            f"derivative of $R$ by {part}, not 0: $θ$ is no local minimum",
        ),
    ]


def entropy(claim: DataEntropyMinimum) -> list[Row]:
    """The claims about a local minimum of the cross-entropy."""
    rows = [
        row("R(θ*)", r"R(\theta^\ast)", within(claim.risk), "risk at the local minimum $θ*$"),
        row(
            "‖θ* − θ‖",
            r"\|\theta^\ast-\theta\|",
            most(claim.distance),
            "$θ$ the parameters in the file; only the last layer differs",
        ),
        row(
            "data",
            r"\text{data}",
            str(claim.inputs.ncols()),
            f"with {counted(int(claim.inputs.nrows()), 'input')} each, {claim.classes} classes",
        ),
    ]
    if claim.better is not None:
        rows.append(yes("spurious", "$R$ is smaller at the better parameters in the file"))
    return rows
