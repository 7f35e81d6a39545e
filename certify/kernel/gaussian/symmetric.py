"""The kinds `gaussian-symmetric-minimum` and `gaussian-symmetric-saddle`: theorem 2 of LEMMAS.md,
inequality by inequality.
"""

from __future__ import annotations

from flint import arb, fmpq

from certify.kernel.foundation.balls import ball, interval_text, upper_rational
from certify.kernel.foundation.errors import Unverified
from certify.kernel.foundation.krawczyk import krawczyk
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.outcomes import Inequality
from certify.kernel.foundation.pivots import inertia
from certify.kernel.gaussian.blocks import Geometry, fixed_matrix, unknowns
from certify.kernel.gaussian.closed_form import lipschitz_constant
from certify.kernel.gaussian.isotypic import Pencil, component, padding
from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric, Spectrum

__all__ = [
    "hessian_lipschitz_around",
    "require_isotropy",
    "require_regular",
    "verify_gaussian_symmetric",
]


def verify_gaussian_symmetric(claim: GaussianSymmetric, ledger: Ledger) -> Geometry:
    """Enter the inequalities of theorem 2 into the ledger; `Unverified` at the first that is not
    verified.

    Returns the box that holds the critical point.

    The caller has set the working precision.
    """
    _signs(claim, ledger)
    reach = (arb(claim.problem.n) * claim.problem.k).sqrt() * ball(claim.distance)
    ledger.require("distance-in-ball", "the box lies in the ball", reach, claim.radius)
    blocks, names = claim.problem.blocks, unknowns(claim.problem.blocks)
    centre = Geometry(
        blocks, fixed_matrix(blocks, {name: ball(claim.centre[name]) for name in names})
    )
    spread = arb(0, ball(claim.distance).upper())
    box = Geometry(
        blocks, fixed_matrix(blocks, {name: ball(claim.centre[name]) + spread for name in names})
    )
    require_regular(box, ledger)
    pencils = [component(box, kind) for kind, _ in claim.spectrum]
    contraction, image = krawczyk(centre.gradient(), pencils[0].jacobian(), claim.distance)
    ledger.require(
        "contraction",
        "the preconditioned Jacobian on the box is near the identity",
        contraction,
        fmpq(1),
    )
    ledger.require(
        "inclusion", "Krawczyk's operator maps the box into its interior", image, claim.distance
    )

    value = box.loss()
    ledger.require(
        "loss-low",
        "the loss at the critical point is above its claimed lower bound",
        claim.loss.low,
        value,
    )
    ledger.require(
        "loss-high",
        "the loss at the critical point is below its claimed upper bound",
        value,
        claim.loss.high,
    )
    _eigenvalues(claim.spectrum, pencils, ledger)
    _eigenvalues(claim.padding, [padding(box, kind) for kind, _ in claim.padding], ledger)
    _uniqueness(claim, box, reach, ledger)
    if claim.exact_isotropy:
        require_isotropy(box, ledger)
    return box


def _signs(claim: GaussianSymmetric, ledger: Ledger) -> None:
    """Between the claimed numbers: the loss of a minimum, the signs of the eigenvalues, the index."""
    zero = fmpq(0)
    if not claim.saddle:
        ledger.require(
            "spurious", "the loss at the minimum is above inf F = 0", zero, claim.loss.low
        )
    negative = 0
    for beyond, spectrum in ((False, claim.spectrum), (True, claim.padding)):
        for kind, values in spectrum:
            for value in values:
                if claim.saddle and value.high < 0:
                    negative += 0 if beyond else kind.dimension
                else:
                    code = "degenerate" if claim.saddle else "strict-minimum"
                    ledger.require(
                        code,
                        f"a claimed eigenvalue of representation {kind.name} is positive",
                        zero,
                        value.low,
                    )
    if claim.saddle:
        ledger.require_equal(
            "index",
            "the negative eigenvalues claimed are as many as the index",
            negative,
            claim.index,
        )


def require_regular(geometry: Geometry, ledger: Ledger) -> None:
    """No row vanishes and no two rows are parallel, in the whole box."""
    zero = arb(0)
    for i in geometry.students:
        ledger.require(
            "zero-neuron", f"the rows of block {i + 1} are not zero", zero, geometry.square[i]
        )
    for s in geometry.sines():
        ledger.require("parallel", "two rows are not parallel", zero, s)


def _eigenvalues(spectrum: Spectrum, pencils: list[Pencil], ledger: Ledger) -> None:
    """The j-th eigenvalue of each component lies in its interval: numbers of eigenvalues below the
    ends (lemma 11).
    """
    for (kind, values), pencil in zip(spectrum, pencils, strict=True):
        for j, value in enumerate(values, start=1):
            below = inertia(pencil.form, pencil.norms, value.low)
            ledger.require(
                "eigenvalue", _count(f"at most {j - 1}", kind.name, value.texts[0]), below, j
            )
            below = inertia(pencil.form, pencil.norms, value.high)
            ledger.require(
                "eigenvalue", _count(f"at least {j}", kind.name, value.texts[1]), j - 1, below
            )


def _count(how_many: str, name: str, end: str) -> str:
    return f"the eigenvalues of representation {name} below {end} are {how_many}"


def _uniqueness(claim: GaussianSymmetric, box: Geometry, reach: arb, ledger: Ledger) -> None:
    """The Hessian varies, in the ball, by less than its eigenvalue nearest to 0 (theorem 2, (e));
    reach bounds |W* - C|.
    """
    nearest = _nearest_to_zero(claim)
    radius = upper_rational(ball(claim.radius) + reach)
    lipschitz = hessian_lipschitz_around(box, claim.problem.k, radius)
    sentence = "the Hessian varies in the ball by less than its eigenvalue nearest to 0"
    if lipschitz is None:
        raise Unverified(Inequality("uniqueness", sentence, "undefined", interval_text(nearest)))
    ledger.require("uniqueness", sentence, lipschitz * ball(radius), nearest)


def hessian_lipschitz_around(box: Geometry, k: int, radius: fmpq) -> arb | None:
    """B of lemma 3 on the ball of this radius around any point of the box; None as in
    `lipschitz_constant`.
    """
    return lipschitz_constant(
        [(box.blocks[i].height, box.square[i].sqrt()) for i in box.students], arb(k), radius
    )


def _nearest_to_zero(claim: GaussianSymmetric) -> fmpq:
    """A lower bound of the absolute values of all eigenvalues; exact, none of the intervals
    contains 0.
    """
    bounds = [value.low if value.low > 0 else -value.high for value in claim.eigenvalues()]
    nearest = bounds[0]
    for bound in bounds[1:]:
        nearest = min(nearest, bound)
    return nearest


def require_isotropy(box: Geometry, ledger: Ledger) -> None:
    """Nothing but the group fixes the point: theorem 2, (f)."""
    blocks = box.blocks
    for i, block in enumerate(blocks):
        if block.rows and block.columns and block.size > 1:
            gap = box.point[i].extra
            ledger.require("isotropy", f"block {i + 1} is not constant", arb(0), gap * gap)
    for what, invariants in (("rows", box.row_invariants()), ("columns", box.column_invariants())):
        places = sorted(invariants)
        for i, j in ((i, j) for i in places for j in places if j < i):
            norms, sums = zip(invariants[j], invariants[i], strict=True)
            ledger.require_apart(
                "isotropy",
                f"the {what} of blocks {j + 1} and {i + 1}",
                {"norm": norms, "sum": sums},
            )
