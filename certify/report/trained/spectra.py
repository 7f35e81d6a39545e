"""Eigenvalues of Hessians, singular values of Jacobians, residuals and norms of gradients of
trained networks, with what is proved of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from certify.kernel.foundation.balls import precision
from certify.kernel.foundation.errors import Unverified
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.reals import Interval, counted
from certify.kernel.trained.exact_fit import ExactFit
from certify.kernel.trained.noncritical import Noncritical
from certify.kernel.trained.residuals import jacobian as exact_jacobian
from certify.kernel.trained.symmetries import Slice
from certify.report.drawing import BLUE, GREY, RED, Picture, new_figure, picture
from certify.report.smooth.values import float_of
from certify.report.trained.curves import labelled, legend
from certify.report.trained.floats import Floats, array_of
from certify.report.words import numeral

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["gradients", "jacobian", "residuals", "spectrum"]

_BITS = 64
_MOST_ENTRIES = 3 * 10**6  # of a Jacobian
_MOST_NAMED = 12  # places that have a number each at the axis
_STEPS = 33
_SIDES = 1.5  # how far the gradient is drawn, in radii


def spectrum(values: Array, proved: list[Interval], modulo: Slice, digest: str) -> Picture:
    """All eigenvalues, in increasing order; those that are enclosed marked."""
    import numpy as np

    figure, axes = new_figure(3.6, 2.2)
    places = np.arange(1, len(values) + 1)
    if values[0] > 0:
        axes.set_yscale("log")
    else:
        least = float(np.abs(values).min()) or 1e-9
        axes.set_yscale("symlog", linthresh=least, linscale=1.0)
        axes.axhline(0, color=GREY, linewidth=0.6)
    colours = [BLUE if value < 0 else GREY for value in values]
    axes.scatter(places, values, s=14, c=colours, zorder=2)
    if proved:
        for place, found in zip((1, len(values)), proved, strict=True):
            middle = (float_of(found.low) + float_of(found.high)) / 2
            axes.scatter(
                [place],
                [middle],
                s=70,
                facecolors="none",
                edgecolors=RED,
                linewidths=1.3,
                zorder=3,
                label="enclosed in the theorem" if place == 1 else None,
            )
        legend(axes)
    if len(values) <= _MOST_NAMED:
        axes.set_xticks(places)
    axes.set_xlim(0.4, len(values) + 0.6)
    where = "" if modulo.whole else " on S"
    labelled(axes, "number, in increasing order", f"eigenvalue of the Hessian{where}")
    negative = int((values < 0).sum())
    alt = (
        f"The {counted(len(values), 'eigenvalue')} of the Hessian{where}, from {values[0]:.4g} to"
        f" {values[-1]:.4g}, {negative or 'none'} of them negative (float64)"
    )
    if proved:
        alt += "; the smallest and the largest are enclosed in the theorem"
    return picture(figure, "The spectrum of the Hessian", f"{alt}.", digest)


def jacobian(claim: ExactFit, digest: str) -> Picture | None:
    """The singular values of the Jacobian at the centre, and the bound that is proved."""
    import numpy as np

    if len(claim.free) * claim.residuals > _MOST_ENTRIES:
        return None
    try:
        with precision(_BITS):
            layers = claim.problem.network.matrices(claim.centre)
            rows = exact_jacobian(claim.problem, claim.fitted, layers, Ledger()).tolist()
            table = np.array([[float(entry.mid()) for entry in row] for row in rows])
    except Unverified:
        return None
    if not np.isfinite(table).all():
        return None
    sizes = np.linalg.svd(table, compute_uv=False)[::-1]
    bound = float(np.sqrt(float_of(claim.eigenvalue.value) / float_of(claim.problem.factor)))
    figure, axes = new_figure(3.6, 2.2)
    if sizes[0] > 0:
        axes.set_yscale("log")
    axes.scatter(np.arange(1, len(sizes) + 1), sizes, s=14, c=GREY, zorder=2)
    axes.axhline(bound, color=RED, linewidth=1.2, linestyle="--", label="proved lower bound")
    legend(axes)
    labelled(axes, "number, in increasing order", "singular value of the Jacobian")
    rank = counted(len(sizes), "singular value")
    alt = (
        f"The {rank} of the Jacobian of the outputs, from {sizes[0]:.4g} to {sizes[-1]:.4g};"
        f" dashed: {bound:.4g}, below which none is proved to lie: the rank is full (float64)."
    )
    return picture(figure, "The Jacobian of the fit", alt, digest)


def residuals(claim: ExactFit, digest: str) -> Picture | None:
    """The residuals at the parameters given, if there are such; at the fit all are 0."""
    import numpy as np

    if claim.given is None:
        return None
    floats = Floats(claim.problem)
    before = floats.outputs(array_of(claim.given)) - floats.targets
    if not np.isfinite(before).all():
        return None
    figure, axes = new_figure(3.6, 2.2)
    places = np.arange(1, len(before) + 1)
    for column in range(before.shape[1]):
        label = "at the parameters given" if column == 0 else None
        axes.scatter(places, before[:, column], s=12, c=BLUE, zorder=2, label=label)
    axes.axhline(0, color=RED, linewidth=1.4, label="at the exact fit: 0, as proved")
    legend(axes)
    if len(places) <= _MOST_NAMED:
        axes.set_xticks(places)
    labelled(axes, "datum", "output less target")
    largest = float(np.abs(before).max())
    alt = (
        f"The residuals of {counted(len(before), 'datum', 'data')} at the parameters given, of at"
        f" most {largest:.3g} (float64), and at the exact fit, where all are 0."
    )
    return picture(figure, "The residuals, before and at the fit", alt, digest)


def gradients(claim: Noncritical, digest: str) -> Picture | None:
    """The norm of the gradient along three lines through the parameters, over the radius."""
    import numpy as np

    floats, start = Floats(claim.problem), array_of(claim.parameters)
    if not floats.draws_lines or (slope := floats.gradient(start)) is None:
        return None
    radius, bound = float_of(claim.radius.value), float_of(claim.gradient.value)
    down = -slope / (float(np.linalg.norm(slope)) or 1.0)
    others = np.random.default_rng(0).normal(size=(2, len(start)))
    figure, axes = new_figure(4.2, 2.5)
    steps, seen = np.linspace(-_SIDES, _SIDES, _STEPS), [bound]
    for number, direction in enumerate((down, *others)):
        unit = direction / (float(np.linalg.norm(direction)) or 1.0)
        found = [floats.gradient(start + step * radius * unit) for step in steps]
        norms = np.array([np.nan if each is None else np.linalg.norm(each) for each in found])
        axes.plot(
            steps,
            norms,
            color=BLUE if number == 0 else GREY,
            linewidth=1.6 if number == 0 else 0.9,
            label=("against the gradient", "two other directions", None)[number],
        )
        seen += norms[np.isfinite(norms)].tolist()
    axes.axvspan(-1, 1, color=GREY, alpha=0.15, linewidth=0)
    axes.plot(
        [-1, 1], [bound, bound], color=RED, linewidth=1.4, linestyle="--", label="proved bound"
    )
    axes.scatter([0], [np.linalg.norm(slope)], s=26, c=BLUE, zorder=3)
    if max(seen) > 30 * min(seen):
        axes.set_yscale("log")
    else:
        axes.set_ylim(0, 1.08 * max(seen))
    legend(axes)
    axes.set_xlim(-_SIDES, _SIDES)
    axes.set_xticks([-1, 0, 1], ["−r", "parameters given", "r"])
    shown = numeral(claim.radius.text)
    labelled(axes, f"distance, in units of r = {shown}", "norm of the gradient")
    alt = (
        f"The norm of the gradient on straight lines through the parameters given, where it is"
        f" {np.linalg.norm(slope):.4g}; grey: the radius {shown}, within which it is proved to be"
        f" above {numeral(claim.gradient.text)}, dashed (float64)."
    )
    return picture(figure, "The gradient around the parameters", alt, digest)
