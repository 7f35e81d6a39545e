"""Pictures of certificates about the Gaussian loss: the matrix, the spectrum, the points listed.
For looking at, not for proofs.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from certify.enclosure import Enclosure
from certify.gaussian.centre import rows_as_floats, written_out
from certify.kernel.foundation.reals import counted
from certify.kernel.gaussian.basin import GaussianBasin
from certify.kernel.gaussian.enumeration import GaussianEnumeration
from certify.kernel.gaussian.minimum import GaussianMinimum
from certify.kernel.gaussian.span import GaussianSpan
from certify.kernel.gaussian.splitting import GaussianSplitting
from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric
from certify.report.drawing import BLUE, GREY, RED, Picture, new_figure, picture
from certify.report.gaussian.claims import eigenvalues
from certify.report.rows import within
from certify.report.words import numeral

if TYPE_CHECKING:
    from certify.floats import Array

__all__ = ["consequence", "enumeration", "minimum", "span", "symmetric"]

_LARGEST_HESSIAN = 1000  # rows of a Hessian whose eigenvalues are computed for a picture
_LARGEST = 64  # rows or columns of a matrix that is drawn


def minimum(claim: GaussianMinimum, digest: str) -> Iterator[Picture]:
    """The matrix, and the spectrum in float64."""
    students = rows_as_floats(claim.centre)
    yield from _matrix(students, digest)
    if students.size <= _LARGEST_HESSIAN:
        yield _float_spectrum(claim, students, digest)


def symmetric(claim: GaussianSymmetric, digest: str) -> Iterator[Picture]:
    """The matrix, and the spectrum that is claimed."""
    if max(claim.problem.n, claim.problem.k) <= _LARGEST:
        yield from _matrix(written_out(claim), digest)
    yield _spectrum(claim, digest)


def span(claim: GaussianSpan, digest: str) -> Iterator[Picture]:
    """The coefficients in the teachers."""
    yield from _matrix(rows_as_floats(claim.coefficients), digest, coefficients=True)


def consequence(claim: GaussianSplitting | GaussianBasin, digest: str) -> Iterator[Picture]:
    """What is drawn of the minimum."""
    point = claim.minimum
    return (
        symmetric(point, digest) if isinstance(point, GaussianSymmetric) else minimum(point, digest)
    )


def _matrix(students: Array, digest: str, *, coefficients: bool = False) -> Iterator[Picture]:
    if max(students.shape) <= _LARGEST:
        yield _heat_map(students, digest, coefficients=coefficients)


def _heat_map(students: Array, digest: str, *, coefficients: bool) -> Picture:
    """One square an entry, on a scale that is the same to both sides of 0."""
    rows, columns = students.shape
    cell = min(0.32, 3.6 / max(rows, columns))
    figure, axes = new_figure(columns * cell, rows * cell)
    largest = float(abs(students).max()) or 1.0
    image = axes.imshow(
        students, cmap="RdBu_r", vmin=-largest, vmax=largest, interpolation="none", aspect="equal"
    )
    step = 1 if max(rows, columns) <= 12 else 5
    for axis, size in ((axes.xaxis, columns), (axes.yaxis, rows)):
        shown = [i for i in range(size) if (i + 1) % step == 0 or i == 0]
        axis.set_ticks(shown, [str(i + 1) for i in shown])
    axes.set_xlabel("teacher" if coefficients else "coordinate", color=GREY, fontsize=8)
    axes.set_ylabel("neuron", color=GREY, fontsize=8)
    beside = figure.add_axes((1 + 0.15 / (columns * cell), 0.1, 0.12 / (columns * cell), 0.8))
    bar = figure.colorbar(image, cax=beside)
    bar.outline.set_edgecolor(GREY)
    bar.outline.set_linewidth(0.6)
    bar.ax.tick_params(colors=GREY, labelsize=8, width=0.6)
    what = (
        "coefficients of the students in the teachers"
        if coefficients
        else "weights W at the centre"
    )
    alt = (
        f"Heat map of the {what}: {counted(rows, 'row')} (neurons), {counted(columns, 'column')},"
        f" entries from {students.min():.3g} to {students.max():.3g} (float64)."
    )
    return picture(figure, "The coefficients" if coefficients else "The weights", alt, digest)


def _stems(axes: Any, places: list[float], heights: list[int]) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator

    colours = [RED if x < 0 else BLUE for x in places]
    axes.vlines(places, [0.6] * len(places), heights, colors=colours, linewidth=1.4)
    axes.scatter(places, heights, s=16, c=colours, zorder=3)
    axes.set_yscale("log")
    axes.set_ylim(0.7, max(heights) * 2.2)
    axes.set_xlabel("eigenvalue of the Hessian", color=GREY, fontsize=8)
    axes.set_ylabel("multiplicity", color=GREY, fontsize=8)
    axes.yaxis.set_major_locator(
        LogLocator(base=10, subs=(1.0, 2.0, 5.0)) if max(heights) < 100 else LogLocator(base=10)
    )
    if max(heights) < 10**4:
        axes.yaxis.set_major_formatter(FuncFormatter(lambda height, _: f"{height:.0f}"))
    axes.minorticks_off()
    if min(places) > 0:
        axes.set_xscale("log")
    else:
        least = min(abs(x) for x in places)
        axes.set_xscale("symlog", linthresh=least)
        powers = [10.0**i for i in range(-12, 13) if least < 10.0**i <= max(abs(x) for x in places)]
        axes.set_xticks([0, *powers, *(-x for x in powers if min(places) <= -x)])
        axes.axvline(0, color=GREY, linewidth=0.6, linestyle=":")


def _label(axes: Any, lowest: Enclosure) -> None:
    axes.set_title(f"smallest: {numeral(lowest.printed(8))}", color=GREY, fontsize=8, loc="left")


def _spectrum(claim: GaussianSymmetric, digest: str) -> Picture:
    """Each claimed eigenvalue with its multiplicity; the enclosures are far thinner than the
    lines.
    """
    spectrum, lowest = eigenvalues(claim.spectrum), within(claim.lambda_min)
    figure, axes = new_figure(4.6, 1.9)
    _stems(axes, [value.middle for value, _, _ in spectrum], [times for _, times, _ in spectrum])
    _label(axes, lowest)
    negative = sum(times for value, times, _ in spectrum if value.high < 0)
    alt = (
        f"Spectrum of the Hessian in R^(n x k) as claimed: {counted(len(spectrum), 'enclosure')}"
        f" with multiplicities, {counted(sum(times for _, times, _ in spectrum), 'eigenvalue')} in"
        f" all, {negative} of them negative; the smallest lies in {lowest.printed(8)}."
    )
    return picture(figure, "The spectrum in R^(n x k)", alt, digest)


def _float_spectrum(claim: GaussianMinimum, students: Array, digest: str) -> Picture:
    """Eigenvalues in float64, told apart to 1e-7: of a dense point only the smallest is claimed."""
    import numpy as np

    from certify.gaussian.search.loss import GaussianLoss

    lowest = within(claim.lambda_min)
    problem = claim.problem
    loss = GaussianLoss(rows_as_floats(problem.teachers), problem.activation, problem.signs)
    values = np.linalg.eigvalsh(loss.hessian(students))
    groups = np.split(values, np.flatnonzero(np.diff(values) > 1e-7) + 1)
    figure, axes = new_figure(4.6, 1.9)
    _stems(axes, [float(group.mean()) for group in groups], [len(group) for group in groups])
    axes.set_title("float64, not proved", color=GREY, fontsize=8, loc="right")
    _label(axes, lowest)
    alt = (
        "Spectrum of the Hessian at the centre in float64, not proved:"
        f" {counted(len(values), 'eigenvalue')} from {values[0]:.4g} to {values[-1]:.4g}. Claimed"
        f" is the smallest one only: it lies in {lowest.printed(8)}."
    )
    return picture(figure, "The spectrum (float64, not proved)", alt, digest)


def enumeration(claim: GaussianEnumeration, digest: str) -> Iterator[Picture]:
    """The critical points W(a, b) in the plane of a and b."""
    figure, axes = new_figure(3.0, 2.6)
    points = [(point.a.text, point.b.text) for point in claim.points]
    places = [(float(Fraction(a)), float(Fraction(b))) for a, b in points]
    axes.axhline(0, color=GREY, linewidth=0.5)
    axes.axvline(0, color=GREY, linewidth=0.5)
    axes.scatter([a for a, _ in places], [b for _, b in places], s=26, c=BLUE, zorder=3)
    for i, (a, b) in enumerate(places, start=1):
        axes.annotate(
            str(i), (a, b), xytext=(5, 4), textcoords="offset points", color=GREY, fontsize=8
        )
    axes.margins(0.15)
    axes.set_xlabel("a (on the diagonal)", color=GREY, fontsize=8)
    axes.set_ylabel("b (off the diagonal)", color=GREY, fontsize=8)
    listed = "; ".join(f"{i}: a = {a:.4g}, b = {b:.4g}" for i, (a, b) in enumerate(places, start=1))
    yield picture(
        figure,
        "The critical points W(a, b)",
        f"The critical points in the plane of a and b (float64): {listed}.",
        digest,
    )
