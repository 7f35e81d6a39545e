"""Pictures of the landscape of two neurons and two teachers: how the kernel settles the plane box
by box, the losses of the critical points, and the loss around the saddle beyond the plane.

The boxes are those of the kernel's own search in the plane (0.1 s); that outside it takes too long
to be done again for a picture. The losses are float64.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import pi, sqrt
from typing import Any

from flint import fmpq

from certify.kernel.foundation.balls import precision
from certify.kernel.landscape.landscape import Landscape, SaddleClaims
from certify.kernel.landscape.plane import PLANE_KNOWN, plane_boxes, quarters, settle_in_plane
from certify.kernel.landscape.slopes import SlopesLandscape
from certify.kernel.landscape.tilted import settle_tilted, tilted_boxes
from certify.report.drawing import BLUE, GREY, RED, Picture, new_figure, picture

__all__ = ["landscape", "losses", "settled", "slopes", "tilted_settled"]

_BITS = 128
_DEPTH = 12  # of the boxes that are drawn
_COLOURS = {  # by test
    "value": "#3b82c4",
    "mean value": "#6fb1a0",
    "Newton": "#e0a63a",
    "only the teachers": "#d1495b",
    "only opposite neurons": "#8a4a76",
    "signs": "#b9c4cf",
    "lengths": "#7d8a99",
    "curvature": "#2f6b4f",
    "undecided": "#808080",
}
_ALONG, _AGAINST = (sqrt(2) / pi * (1 + x) for x in (3 * pi / 4, -pi / 4))

Square = tuple[float, float, float, str]
Box = tuple[float, float, float, float, str]  # corner, sides, test


def landscape(claim: Landscape, digest: str) -> Iterator[Picture]:
    """The boxes of the plane, the losses; the loss around the saddle where there is one."""
    yield _plane(digest)
    yield _levels(claim, digest)
    if claim.saddle is not None:
        yield _around(claim.saddle, digest)


def settled() -> list[Square]:
    """Corner and side over pi of each box in the plane, and the test that settles it."""
    found: list[Square] = []
    with precision(_BITS):
        todo = [(box, 0) for box in plane_boxes()]
        while todo:
            box, level = todo.pop()
            verdict = settle_in_plane(box)
            if verdict is None and level < _DEPTH:
                todo += [(part, level + 1) for part in quarters(box)]
                continue
            x, y, side = (int(t.p) / int(t.q) for t in box)
            found.append((x, y, side, verdict or "undecided"))
    return found


def slopes(claim: SlopesLandscape, digest: str) -> Iterator[Picture]:
    """The boxes of the directions at the least c of the range."""
    boxes = tilted_settled(claim.slopes.low.value)
    figure, axes = new_figure(3.8, 3.4)
    counts = _draw_boxes(axes, boxes, 0.2)
    axes.plot(0.25, 0.25, "o", color="white", ms=4, markeredgecolor="black", zorder=4)
    axes.annotate("G", (0.25, 0.25), (6, -9), textcoords="offset points", color=GREY, fontsize=9)
    axes.set(xlim=(-1, 1), ylim=(-1, 1), aspect="equal")
    axes.set_xlabel("x/π: one neuron from the middle of the teachers", color=GREY, fontsize=8)
    axes.set_ylabel("y/π: the other, to the other side", color=GREY, fontsize=8)
    _legend(axes)
    alt = (
        "The directions x and y of two neurons in the plane, -pi <= y <= x <= pi, at c ="
        f" {claim.slopes.low.text}, in {len(boxes)} boxes of the kernel's tests: settled {counts}."
        " G: the teachers. Blank: x < y, which is the same by symmetry; an angle of the neurons of"
        " pi/4 or less, which is excluded by hand; and pairs that have a second name."
    )
    yield picture(figure, "The boxes of the directions at the least c", alt, digest)


def tilted_settled(c: fmpq) -> list[Box]:
    """Corner and sides over pi of each box of directions at this c, and what settles it."""
    found = []
    w = c / (1 + c)
    with precision(_BITS):
        todo = [(box, 0) for box in tilted_boxes(w, w)]
        while todo:
            box, level = todo.pop()
            verdict = settle_tilted(box)
            if not isinstance(verdict, str) and level < 4 * _DEPTH:
                todo += [(part, level + 1) for part in box.halves(verdict)]
            elif verdict != "outside":
                x, y, wide, high = (int(t.p) / int(t.q) for t in (*box.corner[:2], *box.sides[:2]))
                named = verdict if isinstance(verdict, str) else "undecided"
                found.append((x, y, wide, high, named))
    return found


def losses(saddle: SaddleClaims | None) -> dict[str, tuple[float, int]]:
    """Loss and number of negative eigenvalues of the critical points, in the least dimension in
    which all of them are: 2, or 3 with the saddle.
    """
    beyond = 1 if saddle is None else 2  # d - 1
    empty = 1 / 2 + 1 / (2 * pi)
    found = {
        "G": (0.0, 0),
        "O": (empty - (_ALONG**2 + _AGAINST**2) / 4, beyond),
        "P₊": (empty - _ALONG**2 / 4, beyond),
        "P₋": (empty - _AGAINST**2 / 4, 2 * beyond),
    }
    if saddle is not None:
        found["S"] = (_middle(saddle.loss.texts), 1)
    return found


def _middle(texts: tuple[str, str]) -> float:
    return float((Fraction(texts[0]) + Fraction(texts[1])) / 2)


def _plane(digest: str) -> Picture:
    """The boxes over the triangle of the directions."""
    from matplotlib.patches import Polygon

    boxes = [box for box in settled() if box[3] != "outside"]
    figure, axes = new_figure(3.8, 2.5)
    counts = _draw_boxes(axes, [(x, y, side, side, name) for x, y, side, name in boxes], 0.35)
    axes.add_patch(
        Polygon([(0, 0), (0.5, 0.5), (1, 0)], fill=False, edgecolor=GREY, linewidth=1, zorder=3)
    )
    for letter, (x, y), shift in zip("GO", PLANE_KNOWN.values(), ((-12, 5), (7, 2)), strict=True):
        at = int(x.p) / int(x.q), int(y.p) / int(y.q)
        axes.plot(*at, "o", color="white", ms=4, markeredgecolor="black", zorder=4, clip_on=False)
        axes.annotate(letter, at, shift, textcoords="offset points", color=GREY, fontsize=9)
    axes.set(xlim=(0, 1), ylim=(0, 0.65), aspect="equal")
    axes.set_xlabel("x/π: one neuron from the middle of the teachers", color=GREY, fontsize=8)
    axes.set_ylabel("y/π: the other", color=GREY, fontsize=8)
    _legend(axes)
    alt = (
        f"The directions x, y of two neurons in the plane, the triangle 0 < y <= x, x + y < pi, in"
        f" {len(boxes)} boxes of the kernel's search: settled {counts}. G: the teachers; O: the"
        " opposite neurons. What is left blank near the origin, x + y <= 1, is excluded by hand."
    )
    return picture(figure, "The boxes of the plane", alt, digest)


def _draw_boxes(axes: Any, boxes: list[Box], linewidth: float) -> str:
    """Each in the colour of its test; how many there are of each."""
    from matplotlib.patches import Rectangle

    counts = []
    for name, colour in _COLOURS.items():
        some = [box for box in boxes if box[4] == name]
        for x, y, wide, high, _ in some:
            axes.add_patch(
                Rectangle(
                    (x, y), wide, high, facecolor=colour, edgecolor="white", linewidth=linewidth
                )
            )
        if some:
            axes.plot([], [], "s", color=colour, markersize=6, label=f"{name} ({len(some)})")
            counts.append(f"{len(some)} by {name}")
    return ", ".join(counts)


def _legend(axes: Any) -> None:
    axes.legend(
        loc="center left",
        bbox_to_anchor=(1.02, 0.5),
        frameon=False,
        fontsize=8,
        labelcolor=GREY,
        handletextpad=0.3,
    )


def _levels(claim: Landscape, digest: str) -> Picture:
    """Loss and number of negative eigenvalues of each point; the level below which there are two
    components.
    """
    from matplotlib.ticker import NullLocator

    points, level = losses(claim.saddle), float(Fraction(claim.level.text))
    dimension = 2 if claim.saddle is None else 3
    figure, axes = new_figure(4.6, 1.9)
    axes.set_xscale("symlog", linthresh=0.1, linscale=2)
    axes.axvspan(-0.004, level, color=BLUE, alpha=0.15, linewidth=0)
    axes.axvline(level, color=BLUE, linewidth=0.8, linestyle="--")
    highest = max(index for _, index in points.values())
    axes.text(
        level / 2,
        highest + 0.1,
        "two components",
        color=BLUE,
        fontsize=8,
        ha="center",
        va="center",
    )
    for name, (loss, index) in points.items():
        axes.plot(loss, index, "o", color=RED if index else BLUE, markersize=5, zorder=3)
        left = name in ("O", "P₋")  # of its point; O and P+ are neighbours
        axes.annotate(
            f"{name}  {loss:.5f}" if index else f"{name}  0",
            (loss, index),
            (3 if name == "O" else -7 if left else 7, 8 if name == "O" else 0),
            textcoords="offset points",
            ha="right" if left else "left",
            va="center",
            color=GREY,
            fontsize=8,
        )
    axes.set(xlim=(-0.004, 1), ylim=(-0.5, highest + 0.5), yticks=range(highest + 1))
    axes.set_xticks([0, 0.025, 0.05, 0.075, 0.1, 0.3, 1], [0, 0.025, 0.05, 0.075, 0.1, 0.3, 1])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel("loss F (logarithmic above 0.1; float64)", color=GREY, fontsize=8)
    axes.set_ylabel(f"index, d = {dimension}", color=GREY, fontsize=8)
    listed = "; ".join(f"{name}: {loss:.6g}, {index}" for name, (loss, index) in points.items())
    alt = (
        f"Loss and number of negative eigenvalues of the critical points, d = {dimension}"
        f" (float64): {listed}. Below {level:.6g} the set F < c has two components, each around a"
        " global minimum."
    )
    return picture(figure, "The losses of the critical points", alt, digest)


def _around(saddle: SaddleClaims, digest: str) -> Picture:
    """The loss on the matrices (a, a, c), (a, a, -c): the saddle is lowest among them."""
    import numpy as np

    place = _middle(saddle.plane.texts), _middle(saddle.beyond.texts)
    a, c = np.meshgrid(np.linspace(-0.25, 1.05, 131), np.linspace(-0.85, 0.85, 121))
    square = 2 * a**2 + c**2
    length = np.sqrt(square)

    def common(scale: Any, cosine: Any) -> Any:
        cosine = np.clip(cosine, -1, 1)
        sine = np.sqrt(1 - cosine**2)
        return scale * (sine + np.arccos(-cosine) * cosine) / (2 * pi)

    nonzero = np.where(square > 0, square, 1)
    loss = 1 / 2 + 1 / (2 * pi) + square / 2 + common(square, (2 * a**2 - c**2) / nonzero)
    loss -= 4 * common(length, a / np.sqrt(nonzero))
    figure, axes = new_figure(3.3, 3.0)
    least = _middle(saddle.loss.texts)
    bridge = losses(saddle)["P₊"][0]
    levels = [least + x for x in (0.004, 0.03, 0.06, 0.12, 0.24, 0.48, 0.96)]
    axes.contour(a, c, loss, levels=levels, colors=GREY, linewidths=0.7)
    axes.contour(a, c, loss, levels=[bridge], colors=BLUE, linewidths=1.1)
    half = 1 / (2 * sqrt(2))
    points = [
        ("S", place),
        ("S", (place[0], -place[1])),
        ("P₊", (_ALONG * half, 0.0)),
        ("P₋", (-_AGAINST * half, 0.0)),
    ]
    for name, at in points:
        axes.plot(*at, "o", color=RED, markersize=5, zorder=3)
        axes.annotate(
            name,
            at,
            (8, -3) if name == "P₊" else (-3, 6),
            textcoords="offset points",
            color=RED,
            fontsize=9,
        )
    axes.set(aspect="equal")
    axes.set_xlabel("a: along both teachers", color=GREY, fontsize=8)
    axes.set_ylabel("c: beyond their plane", color=GREY, fontsize=8)
    alt = (
        "Contours of the loss (float64) on the matrices with the rows a(e1 + e2) + c z and a(e1 +"
        f" e2) - c z: S at a = {place[0]:.6g}, c = {place[1]:.6g} and its mirror image are lowest"
        " there, with P+ between them, at whose loss the contour is blue; the"
        " direction down from S leaves this plane."
    )
    return picture(figure, "The loss around the saddle S", alt, digest)
