"""The risk of a trained network along straight lines of parameters: at the point that is proved
with the ball drawn to scale, and on the way to other parameters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from certify.kernel.foundation.reals import Real
from certify.kernel.trained.network import Parameters
from certify.report.drawing import BLUE, GREY, RED, Picture, new_figure, picture
from certify.report.smooth.values import float_of
from certify.report.trained.floats import Floats, array_of
from certify.report.words import numeral

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["Curve", "Growth", "along", "labelled", "legend", "way"]

_STEPS = 161
_FEW, _MORE = 17, 33  # of the curves in the ball, which are computed with many digits
_LITTLE = 5000  # data times parameters, where there are more
_SIDES = 1.3  # how far these go, in radii
_ROOM = 2.2  # how high at least, in what is proved at the radius
_REACH = 1.0  # of the curves to both sides
_SEEN = 0.02  # of the width: a smaller ball is drawn beside
_SAID = {"given": "the parameters given", "better": "better parameters"}
_STEEP = 3.0  # how much higher than the first curve the picture is


@dataclass(frozen=True)
class Curve:
    """The risk along one unit vector."""

    label: str
    colour: str
    direction: Array


@dataclass(frozen=True)
class Growth:
    """What is proved: R(theta) >= R(theta*) + m/2 |theta - theta*|^2 within the radius."""

    m: float
    radius: Real
    name: str


def labelled(axes: Any, x: str, y: str) -> None:
    """Names of both axes, and the colours of all ticks."""
    axes.tick_params(which="both", colors=GREY, labelsize=8, width=0.6)
    axes.yaxis.get_offset_text().set(color=GREY, fontsize=8)
    axes.set_xlabel(x, color=GREY, fontsize=8)
    axes.set_ylabel(y, color=GREY, fontsize=8)


def legend(axes: Any) -> None:
    """What the curves are, above them."""
    axes.legend(
        fontsize=8,
        labelcolor=GREY,
        frameon=False,
        loc="lower left",
        bbox_to_anchor=(-0.02, 1.0),
        ncols=2,
        columnspacing=1.2,
        handlelength=1.4,
    )


def along(
    floats: Floats,
    centre: Parameters,
    found: list[Curve],
    name: str,
    growth: Growth | None,
    digest: str,
) -> Picture:
    """The risk along these directions; the ball of what is proved to scale, magnified beside them
    where it is too small to be seen.
    """
    import numpy as np

    figure, axes = new_figure(4.2, 2.5)
    start, steps = array_of(centre), np.linspace(-_REACH, _REACH, _STEPS)
    base = floats.risk(start)
    heights = [
        np.array([floats.risk(start + t * curve.direction) for t in steps]) - base
        for curve in found
    ]
    for curve, height in zip(found, heights, strict=True):
        height[~np.isfinite(height)] = np.nan
        axes.plot(steps, height, color=curve.colour, linewidth=1.6, label=curve.label)
    axes.scatter([0], [0], s=22, c=GREY, zorder=3)
    axes.axhline(0, color=GREY, linewidth=0.6, linestyle=":")
    axes.set_xlim(-_REACH, _REACH)
    sizes = sorted(float(np.nanmax(np.abs(height))) for height in heights)
    top = min(sizes[-1], max(_STEEP * sizes[0], sizes[-1] / 1000))
    low = min(0.0, *(float(np.nanmin(height)) for height in heights))
    axes.set_ylim(max(low, -top) - 0.08 * top, 1.1 * top)
    labelled(axes, f"distance from the {name}", f"risk above that at the {name}")
    told = " and ".join(curve.label for curve in found)
    alt = f"The risk along unit vectors at the {name}: {told}, to distances of {_REACH:g}"
    if growth is not None:
        alt += _proved(floats, centre, found, growth, axes)
    legend(axes)
    return picture(figure, f"The risk around the {name}", f"{alt} (float64).", digest)


def _proved(
    floats: Floats, centre: Parameters, found: list[Curve], growth: Growth, axes: Any
) -> str:
    """The ball of what is proved; what the words say of it."""
    import numpy as np

    radius = float_of(growth.radius.value)
    shown = numeral(growth.radius.text)
    if radius > _SEEN * _REACH:
        axes.axvspan(-min(radius, _REACH), min(radius, _REACH), color=GREY, alpha=0.18, linewidth=0)
        return f"; grey: the ball of radius {shown} in which growth is proved"
    panel = axes.figure.add_axes((1.08, 0, 0.5, 1))
    panel.patch.set_alpha(0)
    for spine in panel.spines.values():
        spine.set_color(GREY)
        spine.set_linewidth(0.6)
    panel.tick_params(colors=GREY, labelsize=8, width=0.6)
    panel.set_xticks([-1, 0, 1], ["−r", "0", "r"])
    panel.set_yticks([])
    panel.axvspan(-1, 1, color=GREY, alpha=0.15, linewidth=0)
    bound, top = 0.5 * growth.m * radius**2, _ROOM
    little = floats.problem.data * floats.problem.network.size <= _LITTLE
    places = np.linspace(-_SIDES, _SIDES, _MORE if little else _FEW)
    for curve in found:
        ends = floats.above(centre, curve.direction, radius * places[[0, -1]])
        if ends is None:
            continue
        highest = float(ends.max()) / bound
        if curve is found[0]:
            top = max(top, highest)
        steps = places * min(1.0, (top / highest) ** 0.5)
        rise = floats.above(centre, curve.direction, radius * steps)
        if rise is not None:
            panel.plot(steps, rise / bound, color=curve.colour, linewidth=1.6)
    inside = np.linspace(-1, 1, _STEPS)
    panel.plot(inside, inside**2, color=GREY, linewidth=1.2, linestyle="--", label="proved bound")
    panel.set_xlim(-_SIDES, _SIDES)
    panel.set_ylim(-0.08 * top, 1.04 * top)
    legend(panel)
    labelled(panel, f"grey: the ball proved, r = {shown}", "")
    return (
        f"; at the right, magnified, the ball of radius {shown} in which growth is proved, too"
        " small to be seen at the left, and dashed the parabola that the risk is proved to lie"
        " above"
    )


def way(
    floats: Floats, ends: tuple[Array, Array], names: tuple[str, str], digest: str
) -> Picture | None:
    """The risk on the straight line between two points; None where it is not defined at them."""
    import numpy as np

    start, end = ends
    first, last = floats.risk(start), floats.risk(end)
    if not np.isfinite([first, last]).all():
        return None
    places = np.linspace(-0.25, 1.25, _STEPS)
    heights = np.array([floats.risk((1 - s) * start + s * end) for s in places])
    heights[~np.isfinite(heights)] = np.nan
    figure, axes = new_figure(3.6, 2.2)
    axes.plot(places, heights, color=GREY, linewidth=1.6)
    colours = [RED if name not in ("given", "better") else BLUE for name in names]
    axes.scatter([0, 1], [first, last], s=26, c=colours, zorder=3)
    axes.set_xticks([0, 1], list(names))
    between = heights[(places >= 0) & (places <= 1)]
    top = max(float(np.nanmax(between)), first, last)
    low = min(float(np.nanmin(heights)), first, last)
    room = 0.08 * ((top - low) or 1.0)
    axes.set_ylim(low - room, top + 3 * room)
    axes.ticklabel_format(axis="y", useOffset=False)
    length = float(np.linalg.norm(end - start))
    labelled(axes, f"on the straight line of parameters, of length {length:.2g}", "risk")
    said = [_SAID.get(name, f"the {name}") for name in names]
    alt = (
        f"The risk on the straight line of parameters from {said[0]}, where it is {first:.6g}, to"
        f" {said[1]}, where it is {last:.6g}, at a distance of {length:.3g} (float64)."
    )
    title = (
        f"From the parameters given to the {names[1]}"
        if names[0] == "given"
        else f"From the {names[0]} to better parameters"
    )
    return picture(figure, title, alt, digest)
