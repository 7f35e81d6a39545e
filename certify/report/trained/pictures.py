"""Pictures of what is certified about trained networks, in float64: the risk along the softest and
the steepest direction with what is proved drawn to scale, the spectrum, the way from the
parameters given, the Jacobian of a fit, the gradient, the kinks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from certify.kernel.trained.exact_fit import ExactFit
from certify.kernel.trained.kinks import KinkMinimum
from certify.kernel.trained.minimum import StrictMinimum
from certify.kernel.trained.network import Parameters
from certify.kernel.trained.noncritical import Noncritical
from certify.kernel.trained.problem import TrainedProblem
from certify.kernel.trained.saddle import Saddle
from certify.report.drawing import BLUE, RED, Picture
from certify.report.smooth.values import float_of
from certify.report.trained import curves
from certify.report.trained.curves import Curve, Growth
from certify.report.trained.floats import Floats, array_of, tangent
from certify.report.trained.kinked import gates, kink_forms, preactivations
from certify.report.trained.spectra import gradients, jacobian, residuals, spectrum

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["exact_fit", "kink_minimum", "noncritical", "saddle", "strict_minimum"]


def strict_minimum(claim: StrictMinimum, digest: str) -> Iterator[Picture]:
    """The risk along two eigenvectors, the spectrum, the ways to other parameters."""
    floats = Floats(claim.problem)
    whole = floats.hessian(claim.centre)
    if whole is not None:
        import numpy as np

        basis = tangent(claim.modulo)
        values, vectors = np.linalg.eigh(basis.T @ whole @ basis)
        vectors = basis @ vectors
        if floats.draws_lines:
            growth = Growth(float_of(claim.convexity.value), claim.radius, "ball")
            yield curves.along(
                floats,
                claim.centre,
                [
                    Curve("softest direction", BLUE, vectors[:, 0]),
                    Curve("steepest direction", RED, vectors[:, -1]),
                ],
                "minimum",
                growth,
                digest,
            )
        proved = [claim.smallest, claim.largest]
        yield spectrum(values, proved, claim.modulo, digest)
    larger, centre = claim.off.larger(claim.problem), claim.off.inserted(claim.centre)
    given = None if claim.given is None else claim.given.parameters
    yield from _ways(larger, centre, given, claim.better, "minimum", digest)


def saddle(claim: Saddle, digest: str) -> Iterator[Picture]:
    """The risk down and up, the spectrum, the way from the parameters given."""
    floats = Floats(claim.problem)
    whole = floats.hessian(claim.centre)
    if whole is not None:
        import numpy as np

        basis = tangent(claim.modulo)
        values, vectors = np.linalg.eigh(basis.T @ whole @ basis)
        vectors = basis @ vectors
        if floats.draws_lines:
            yield curves.along(
                floats,
                claim.centre,
                [
                    Curve("most negative direction", BLUE, vectors[:, 0]),
                    Curve("most positive direction", RED, vectors[:, -1]),
                ],
                "saddle",
                None,
                digest,
            )
        yield spectrum(values, [], claim.modulo, digest)
    given = None if claim.given is None else claim.given.parameters
    yield from _ways(claim.problem, claim.centre, given, None, "saddle", digest)


def exact_fit(claim: ExactFit, digest: str) -> Iterator[Picture]:
    """Singular values of the Jacobian; the residuals before; the way from the parameters given."""
    for drawn in (jacobian(claim, digest), residuals(claim, digest)):
        if drawn is not None:
            yield drawn
    yield from _ways(claim.problem, claim.centre, claim.given, None, "exact fit", digest)


def noncritical(claim: Noncritical, digest: str) -> Iterator[Picture]:
    """The norm of the gradient, around the parameters."""
    if drawn := gradients(claim, digest):
        yield drawn


def kink_minimum(claim: KinkMinimum, digest: str) -> Iterator[Picture]:
    """The risk along and across the kinks, gates, pre-activations, ways to other parameters."""
    floats = Floats(claim.problem)
    yield gates(claim, digest)
    yield preactivations(claim, floats, digest)
    whole = floats.hessian(claim.centre, claim.kinks)
    if whole is not None and floats.draws_lines:
        import numpy as np

        forms = kink_forms(claim)
        across = forms[0] / np.linalg.norm(forms[0])
        found = [Curve("across a kink", RED, across)]
        basis = _inside(forms, tangent(claim.modulo))
        if basis.shape[1]:
            vectors = basis @ np.linalg.eigh(basis.T @ whole @ basis)[1]
            found.insert(0, Curve("softest direction along the kinks", BLUE, vectors[:, 0]))
        growth = Growth(float_of(claim.growth.value), claim.radius, "ball")
        yield curves.along(floats, claim.centre, found, "minimum", growth, digest)
    given = None if claim.given is None else claim.given.parameters
    yield from _ways(claim.problem, claim.centre, given, claim.better, "minimum", digest)


def _inside(forms: Array, basis: Array) -> Array:
    """An orthonormal basis of the directions of the slice along which no kink moves."""
    import numpy as np

    _, sizes, rows = np.linalg.svd(forms @ basis)
    rank = int((sizes > 1e-9 * sizes[0]).sum())
    return np.asarray(basis @ rows[rank:].T)


def _ways(
    problem: TrainedProblem,
    centre: Parameters,
    given: Parameters | None,
    better: Parameters | None,
    name: str,
    digest: str,
) -> Iterator[Picture]:
    """The risk on the straight line from the parameters given, and to better ones."""
    floats = Floats(problem)
    if not floats.draws_lines:
        return
    point = array_of(centre)
    if given is not None:
        ends = (array_of(given), point)
        if drawn := curves.way(floats, ends, ("given", name), digest):
            yield drawn
    if better is not None and (
        drawn := curves.way(floats, (point, array_of(better)), (name, "better"), digest)
    ):
        yield drawn
