"""Pictures of networks with a smooth activation, in float64: the data and what fits them, the
activation, the way down from the minimum.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from certify.kernel.foundation.reals import counted
from certify.kernel.smooth.constant import DataConstantMinimum
from certify.kernel.smooth.constant_family import DataConstantFamily
from certify.kernel.smooth.parameters import Parameters
from certify.kernel.smooth.problem import SmoothProblem
from certify.kernel.smooth.splitting import DataSplittingFamily
from certify.report.drawing import BLUE, GREY, RED, Picture, new_figure, picture
from certify.report.smooth.values import float_of, values_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Layers = list[tuple[Array, Array]]  # weights (units x inputs) and biases of each layer

__all__ = ["constant", "constant_family", "splitting"]

_STEPS = 241  # of a curve
_MARGIN = 2.5  # of the activation to both sides of what is marked
_MOST_POINTS = 1000  # of the data
_LARGEST = 10**6  # data times weights, of a risk that is drawn along a line


def constant_family(claim: DataConstantFamily, digest: str) -> Iterator[Picture]:
    """The data and the constant, where there is one input; the activation."""
    problem, level = claim.problem, float_of(claim.moments.level)
    if problem.dimension == 1:
        label = "output at the minimum, for every architecture"
        yield _fits(problem, [(label, RED, lambda x: 0 * x + level)], digest)
    yield _activation(problem, [float_of(claim.point)], digest)


def constant(claim: DataConstantMinimum, digest: str) -> Iterator[Picture]:
    """The data and the networks, where there is one input; the way down; the activation."""
    start = _layers(claim.parameters)
    better = None if claim.better is None else _layers(claim.better)
    yield from _networks(claim.problem, start, better, digest)
    if better is not None and (way := _way(claim.problem, start, better, digest)):
        yield way
    yield _activation(claim.problem, _applied(claim.problem, start), digest)


def splitting(claim: DataSplittingFamily, digest: str) -> Iterator[Picture]:
    """The data and the networks, where there is one input; the way down in the least width."""
    start, better = _layers(claim.parameters), _layers(claim.better)
    yield from _networks(claim.problem, start, better, digest)
    if way := _way(claim.problem, *_same_width(start, claim.neuron, better), digest):
        yield way


def _networks(
    problem: SmoothProblem, start: Layers, better: Layers | None, digest: str
) -> Iterator[Picture]:
    if problem.dimension != 1:
        return
    curves: list[tuple[str, str, Any]] = [("at the minimum", RED, partial(_curve, problem, start))]
    if better is not None:
        curves.append(("better", BLUE, partial(_curve, problem, better)))
    yield _fits(problem, curves, digest)


def _array(rows: Any) -> Array:
    import numpy as np

    return np.array([[float_of(entry) for entry in row] for row in rows])


def _layers(parameters: Parameters) -> Layers:
    return [(_array(weights), _array([biases])[0]) for weights, biases in parameters]


def _data(problem: SmoothProblem) -> tuple[Array, Array]:
    """Inputs (d x N) and targets (N)."""
    return _array(problem.inputs.tolist()), _array([problem.targets])[0]


def _h(problem: SmoothProblem, t: Array) -> Array:
    import numpy as np

    with np.errstate(all="ignore"):
        return values_of(problem.activation.tree, t)


def _outputs(problem: SmoothProblem, layers: Layers, inputs: Array) -> Array:
    """What the network makes of d x N inputs: N numbers."""
    units = inputs
    for weights, biases in layers[:-1]:
        units = _h(problem, weights @ units + biases[:, None])
    weights, biases = layers[-1]
    return (weights @ units + biases[:, None])[0]  # type: ignore[no-any-return]


def _curve(problem: SmoothProblem, layers: Layers, x: Array) -> Array:
    return _outputs(problem, layers, x[None, :])


def _applied(problem: SmoothProblem, layers: Layers) -> list[float]:
    """The numbers that the hidden units apply the activation to on the first datum."""
    units, found = _data(problem)[0][:, :1], []
    for weights, biases in layers[:-1]:
        z = weights @ units + biases[:, None]
        found += z[:, 0].tolist()
        units = _h(problem, z)
    return sorted({float(f"{z:.6g}") for z in found})


def _same_width(base: Layers, neuron: int, better: Layers) -> tuple[Layers, Layers]:
    """Both in the least width for which a spurious minimum is claimed: the neuron split into equal
    shares, neurons of outgoing weight 0 added.
    """
    import numpy as np

    width = max(len(base[-2][0]), len(better[-2][0]))

    def wider(layers: Layers, split: int, *, share: bool) -> Layers:
        (weights, biases), (outer, last) = layers[-2:]
        more = width - len(weights)
        copies = [*range(len(weights)), *[split] * more]
        outgoing = outer[:, copies].copy()
        outgoing[:, len(weights) :] = 0
        if share:
            outgoing[:, [split, *range(len(weights), width)]] = outer[:, [split]] / (more + 1)
        return [*layers[:-2], (weights[copies], biases[copies]), (outgoing, np.array(last))]

    return wider(base, neuron, share=True), wider(better, 0, share=False)


def _labelled(axes: Any, x: str, y: str) -> None:
    axes.set_xlabel(x, color=GREY, fontsize=8)
    axes.set_ylabel(y, color=GREY, fontsize=8)


def _fits(problem: SmoothProblem, curves: list[tuple[str, str, Any]], digest: str) -> Picture:
    """Data with one input, and functions of it."""
    import numpy as np

    (x,), y = _data(problem)
    figure, axes = new_figure(3.6, 2.2)
    margin = 0.12 * (float(np.ptp(x)) or 1.0)
    places = np.linspace(x.min() - margin, x.max() + margin, _STEPS)
    for label, colour, function in curves:
        axes.plot(places, function(places), color=colour, linewidth=1.6, label=label)
    few = slice(None, None, 1 + len(x) // _MOST_POINTS)
    axes.scatter(x[few], y[few], s=18, c=GREY, zorder=3, label="data")
    _labelled(axes, "input", "output")
    axes.legend(
        fontsize=8,
        labelcolor=GREY,
        frameon=False,
        loc="lower left",
        bbox_to_anchor=(-0.02, 1.0),
        ncols=3,
        columnspacing=1.2,
        handlelength=1.4,
    )
    told = " and ".join(label for label, *_ in curves)
    alt = (
        f"The {counted(len(x), 'datum', 'data')}, with one input from {x.min():.4g} to"
        f" {x.max():.4g} and targets from {y.min():.4g} to {y.max():.4g}; curves: {told} (float64)."
    )
    return picture(figure, "The data and the network", alt, digest)


def _way(problem: SmoothProblem, start: Layers, end: Layers, digest: str) -> Picture | None:
    """The risk on the straight line from the minimum to better parameters; None where it is too
    large to compute, or not defined at the ends.
    """
    import numpy as np

    inputs, targets = _data(problem)
    if len(targets) * sum(weights.size for weights, _ in start) > _LARGEST:
        return None

    def risk(s: float) -> float:
        layers = [
            ((1 - s) * a + s * c, (1 - s) * b + s * d)
            for (a, b), (c, d) in zip(start, end, strict=True)
        ]
        with np.errstate(all="ignore"):
            return 0.5 * float(np.sum((_outputs(problem, layers, inputs) - targets) ** 2))

    first, last = risk(0), risk(1)
    places = np.linspace(-0.2, 1.1, _STEPS)
    heights = np.array([risk(s) for s in places])
    heights[~np.isfinite(heights)] = np.nan
    if not np.isfinite([first, last]).all():
        return None
    figure, axes = new_figure(3.6, 2.2)
    axes.axhline(first, color=GREY, linewidth=0.6, linestyle=":")
    axes.plot(places, heights, color=GREY, linewidth=1.6)
    axes.scatter([0, 1], [first, last], s=26, c=[RED, BLUE], zorder=3)
    axes.set_xticks([0, 1], ["minimum", "better"])
    top = np.nanmax(heights[(places >= 0) & (places <= 1)])
    low = min(last, float(np.nanmin(heights)))
    room = 0.08 * ((top - low) or 1.0)
    axes.set_ylim(low - room, top + 2 * room)
    _labelled(axes, "on the straight line of parameters", "risk")
    alt = (
        f"The risk on the straight line from the spurious minimum, where it is {first:.4g}, to the"
        f" better parameters, where it is {last:.4g}; at most {top:.4g} between (float64)."
    )
    return picture(figure, "From the minimum to better parameters", alt, digest)


def _activation(problem: SmoothProblem, marked: list[float], digest: str) -> Picture:
    """The activation around the numbers that hidden units apply it to at the minimum."""
    import numpy as np

    figure, axes = new_figure(3.6, 2.2)
    places = np.linspace(min(marked) - _MARGIN, max(marked) + _MARGIN, _STEPS)
    values = _h(problem, places)
    axes.axhline(0, color=GREY, linewidth=0.5)
    axes.axvline(0, color=GREY, linewidth=0.5)
    axes.plot(places, np.where(np.isfinite(values), values, np.nan), color=BLUE, linewidth=1.6)
    axes.scatter(marked, _h(problem, np.array(marked)), s=26, c=RED, zorder=3)
    _labelled(axes, "t", "h(t)")
    which = (
        f"the number {marked[0]:.4g}"
        if len(marked) == 1
        else f"{len(marked)} numbers from {marked[0]:.4g} to {marked[-1]:.4g}"
    )
    alt = (
        f"The activation h from {places[0]:.4g} to {places[-1]:.4g}; marked: {which} to which"
        " hidden units apply it at the minimum (float64)."
    )
    return picture(figure, "The activation, and where the hidden units are", alt, digest)
