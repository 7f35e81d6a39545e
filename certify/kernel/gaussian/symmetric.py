"""The kinds `gaussian-symmetric-minimum` and `gaussian-symmetric-saddle`: a critical point fixed by
the group of a partition, from a handful of numbers, whatever n and k are (theorem 2).

How the proof goes. In the space of the fixed matrices, Krawczyk's operator maps a box around the
centre into its interior (lemma 10), so the box holds exactly one critical point W*. On the box the
Hessian splits into small pencils, one for each isotypic component (lemmas 8 and 9); the number of
eigenvalues below each end of each claimed interval follows by elimination (lemma 11). Their
distance from 0 exceeds what the Hessian varies by in the ball (lemma 3): W* is alone there. The
numbers (1) to (13) are those of FORMAT 4.2.
"""

from __future__ import annotations

from typing import Any

from flint import arb, fmpq

from certify.kernel.foundation.balls import ball, upper_rational
from certify.kernel.foundation.krawczyk import krawczyk
from certify.kernel.foundation.ledger import UNDEFINED, Ledger
from certify.kernel.foundation.pivots import inertia
from certify.kernel.foundation.witness import Bits, read_bits
from certify.kernel.gaussian.blocks import fixed_matrix, unknowns
from certify.kernel.gaussian.geometry import Geometry, require_regular
from certify.kernel.gaussian.isotropy import require_isotropy
from certify.kernel.gaussian.isotypic import Pencil, padding_pencil, pencil_of
from certify.kernel.gaussian.lipschitz import lipschitz_constant
from certify.kernel.gaussian.partition import require_blocks_work
from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric, Spectrum
from certify.kernel.kind import Kind

__all__ = [
    "GAUSSIAN_SYMMETRIC_MINIMUM",
    "GAUSSIAN_SYMMETRIC_SADDLE",
    "hessian_lipschitz_around",
    "verify_gaussian_symmetric",
]


def verify_gaussian_symmetric(claim: GaussianSymmetric, _witness: Bits, ledger: Ledger) -> Geometry:
    """Enter the inequalities of theorem 2 into the ledger; `Unverified` at the first that is not
    verified. The caller has set the working precision.

    Returns the box that holds the critical point.
    """
    delta = claim.distance.value
    # (1) to (4): between the claimed numbers, and the box in the ball
    _require_signs(claim, ledger)
    reach = (arb(claim.problem.n) * claim.problem.k).sqrt() * ball(delta)
    ledger.require("distance-in-ball", "the box lies in the ball", reach, claim.radius.value)

    # (5) to (8): one critical point in the box, among the matrices that the group fixes
    blocks, names = claim.problem.blocks, unknowns(claim.problem.blocks)
    values = {name: ball(claim.centre[name]) for name in names}
    activation = claim.problem.activation
    centre = Geometry(blocks, fixed_matrix(blocks, values), activation)
    spread = arb(0, ball(delta).upper())
    around = {name: value + spread for name, value in values.items()}
    box = Geometry(blocks, fixed_matrix(blocks, around), activation)
    require_regular(box, ledger)
    pencils = [pencil_of(box, component) for component, _ in claim.spectrum]
    contraction, image = krawczyk(centre.gradient(), pencils[0].jacobian(), delta)
    near = "the preconditioned Jacobian on the box is near the identity"
    ledger.require("contraction", near, contraction, fmpq(1))
    maps = "Krawczyk's operator maps the box into its interior"
    ledger.require("inclusion", maps, image, delta)

    # (9) to (13): the loss, the spectrum, uniqueness in the ball, isotropy
    value = box.loss()
    above = "the loss at the critical point is above its claimed lower bound"
    ledger.require("loss-low", above, claim.loss.low, value)
    below = "the loss at the critical point is below its claimed upper bound"
    ledger.require("loss-high", below, value, claim.loss.high)
    _require_eigenvalues(claim.spectrum, pencils, ledger)
    beyond = [padding_pencil(box, component) for component, _ in claim.padding]
    _require_eigenvalues(claim.padding, beyond, ledger)
    _require_uniqueness(claim, box, reach, ledger)
    if claim.exact_isotropy:
        require_isotropy(box, ledger)
    return box


def _require_signs(claim: GaussianSymmetric, ledger: Ledger) -> None:
    """Between the claimed numbers: the loss of a minimum, the signs of the eigenvalues, the
    index.
    """
    zero = fmpq(0)
    if not claim.saddle:
        ledger.require(
            "spurious", "the loss at the minimum is above inf F = 0", zero, claim.loss.low
        )
    negative = 0
    for beyond, spectrum in ((False, claim.spectrum), (True, claim.padding)):
        for component, values in spectrum:
            for value in values:
                if claim.saddle and value.high < 0:
                    negative += 0 if beyond else component.dimension
                else:
                    code = "degenerate" if claim.saddle else "strict-minimum"
                    positive = (
                        f"a claimed eigenvalue of representation {component.name} is positive"
                    )
                    ledger.require(code, positive, zero, value.low)
    if claim.index is not None:
        ledger.require_equal(
            "index",
            "the negative eigenvalues claimed are as many as the index",
            negative,
            claim.index,
        )


def _require_eigenvalues(spectrum: Spectrum, pencils: list[Pencil], ledger: Ledger) -> None:
    """The j-th eigenvalue of each component lies in its interval: numbers of eigenvalues below the
    ends (lemma 11).
    """
    for (component, values), pencil in zip(spectrum, pencils, strict=True):
        name = component.name
        for j, value in enumerate(values, start=1):
            below = inertia(pencil.form, pencil.norms, value.low)
            most = _count(f"at most {j - 1}", name, value.texts[0])
            ledger.require("eigenvalue", most, below, j)
            below = inertia(pencil.form, pencil.norms, value.high)
            least = _count(f"at least {j}", name, value.texts[1])
            ledger.require("eigenvalue", least, j - 1, below)


def _count(how_many: str, name: str, end: str) -> str:
    return f"the eigenvalues of representation {name} below {end} are {how_many}"


def _require_uniqueness(
    claim: GaussianSymmetric, box: Geometry, reach: arb, ledger: Ledger
) -> None:
    """The Hessian varies, in the ball, by less than its eigenvalue nearest to 0 (theorem 2, (e));
    reach bounds |W* - C|.
    """
    nearest = _nearest_to_zero(claim)
    radius = upper_rational(ball(claim.radius.value) + reach)
    lipschitz = hessian_lipschitz_around(box, claim.problem.k, radius)
    sentence = "the Hessian varies in the ball by less than its eigenvalue nearest to 0"
    if lipschitz is None:
        ledger.refuse("uniqueness", sentence, UNDEFINED, nearest)
    ledger.require("uniqueness", sentence, lipschitz * ball(radius), nearest)


def hessian_lipschitz_around(box: Geometry, k: int, radius: fmpq) -> arb | None:
    """B of lemma 3 on the ball of this radius around any point of the box, times the share of lemma
    24; None as in `lipschitz_constant`.
    """
    students = [(box.blocks[i].height, box.square[i].sqrt()) for i in box.students]
    bound = lipschitz_constant(students, arb(k), radius)
    return None if bound is None else bound * ball(box.activation.share)


def _nearest_to_zero(claim: GaussianSymmetric) -> fmpq:
    """A lower bound of the absolute values of all eigenvalues; exact, none of the intervals
    contains 0.
    """
    bounds = [value.low if value.low > 0 else -value.high for value in claim.eigenvalues()]
    nearest = bounds[0]
    for bound in bounds[1:]:
        nearest = min(nearest, bound)
    return nearest


def _read_witness(value: Any, statement: GaussianSymmetric) -> Bits:
    witness = read_bits(value)
    require_blocks_work(len(statement.centre), witness)
    return witness


GAUSSIAN_SYMMETRIC_MINIMUM = Kind(
    name="gaussian-symmetric-minimum",
    section="4.2",
    theorem="theorem 2",
    read_statement=GaussianSymmetric.read_minimum,
    read_witness=_read_witness,
    verify=verify_gaussian_symmetric,
)
GAUSSIAN_SYMMETRIC_SADDLE = Kind(
    name="gaussian-symmetric-saddle",
    section="4.2",
    theorem="theorem 2",
    read_statement=GaussianSymmetric.read_saddle,
    read_witness=_read_witness,
    verify=verify_gaussian_symmetric,
)
