"""The kinds `gaussian-family-minimum` and `gaussian-family-saddle`: every k in a range, in one
certificate (theorems 4 and 5 of LEMMAS.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import arb, arb_poly, fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import decimal, fields, natural
from certify.kernel.foundation.expansion import power
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.pivots import pivots
from certify.kernel.foundation.reals import Interval, read_interval, read_positive
from certify.kernel.gaussian.blocks import Number
from certify.kernel.gaussian.branch import (
    FAMILIES,
    GRADIENT_ORDER,
    Branch,
    Chart,
    Congruence,
    Cover,
    CoverBox,
    Family,
    follow,
    over,
    read_family,
    require_cover,
    verify_branch,
)
from certify.kernel.gaussian.isotypic import (
    Pencil,
    component,
    component_types,
    padding,
    padding_types,
)
from certify.kernel.gaussian.problem import require_orthonormal

__all__ = [
    "GaussianFamily",
    "GaussianFamilySaddle",
    "verify_box",
    "verify_gaussian_family",
    "verify_gaussian_family_saddle",
    "verify_saddle_box",
]


@dataclass(frozen=True)
class GaussianFamily:
    """For every integer k >= k_from, and orthonormal teachers v_1, ..., v_k:

    (a) F has in R^(k x D), for every D >= k, a critical point W*(k), fixed by the family's group
        and padded with zeros, that is a strict local minimum;
    (b) loss.low < k^p F(W*(k)) < loss.high, with loss.low > 0 (p = 1 for type II, else 0): it is
        spurious;
    (c) the smallest eigenvalue of the Hessian at W*(k) lies in lambda_min, for every D;
    (d) |k^p F(W*(k)) - L| < rate k^(-1/2), L the family's limit;
    (e) F(W*(k)) is strictly decreasing in k (type II), or strictly increasing.
    """

    family: str
    k_from: int
    loss: Interval
    lambda_min: Interval
    rate: fmpq
    rate_text: str

    @classmethod
    def read(cls, value: Any) -> GaussianFamily:
        """From the field `statement` of a certificate (FORMAT.md, section 4.4)."""
        name, given = _read_problem(value)
        loss = FAMILIES[name].loss_field()
        claims = fields(given, "the claims", ["k_from", loss, "lambda_min", "rate"])
        return cls(
            family=name,
            k_from=natural(claims["k_from"], "k_from", 5, 10**9),
            loss=read_interval(claims[loss], loss),
            lambda_min=read_interval(claims["lambda_min"], "lambda_min"),
            rate=read_positive(claims["rate"], "the rate"),
            rate_text=claims["rate"],
        )

    def headline(self) -> str:
        """The theorem in one line."""
        return (
            f"spurious local minima of the Gaussian ReLU loss for every n = k >= {self.k_from} and"
            f" every d >= k, orthonormal targets, type {self.family},"
            f" {FAMILIES[self.family].loss_name()} in {self.loss}"
        )

    def theorem(self) -> str:
        """The theorem in words, several lines."""
        family = FAMILIES[self.family]
        times = "k " if family.loss_order else ""
        return "\n".join(
            (
                *_setting(f"integer k >= {self.k_from}"),
                (
                    f"Then F has a spurious local minimum W*(k) (type {self.family}, symmetry"
                    f" {family.symmetry()}):"
                ),
                "  (a)  W*(k) is a strict local minimum in R^(k x D);",
                f"  (b)  {times}F(W*(k)) lies in {self.loss},",
                "       while inf F = 0 is attained;",
                (
                    "  (c)  the smallest eigenvalue of the Hessian at W*(k) lies in"
                    f" {self.lambda_min};"
                ),
                (
                    f"  (d)  | {times}F(W*(k)) - ({family.limit_text()}) | < {self.rate_text}"
                    " k^(-1/2);"
                ),
                (
                    "  (e)  F(W*(k)) is strictly"
                    f" {'decreasing' if family.decreasing else 'increasing'} in k."
                ),
            )
        )


_LEAST = {"s1": 2, "x1": 3, "y1": 4}  # the size of the block from which on the type exists


@dataclass(frozen=True)
class GaussianFamilySaddle:
    """For every real k in K = [k.low, k.high], `family` being no more than the choice of
    coordinates:

    (a) the reduced equations have a solution W*(k), continuous in k, whose coordinates at k =
        k.high are within `distance` of `centre`;
    (b) the Hessian's pencil of the type named has a negative value at W*(k).

    So at every integer k in K, W*(k) is a critical point of F, for orthonormal teachers, that is no
    local minimum.
    """

    family: str
    k: Interval
    kind: str
    centre: tuple[fmpq, ...]
    distance: fmpq
    distance_text: str
    centre_texts: tuple[str, ...]

    @classmethod
    def read(cls, value: Any) -> GaussianFamilySaddle:
        """From the field `statement` of a certificate (FORMAT.md, section 4.5)."""
        name, given = _read_problem(value)
        claims = fields(given, "the claims", ["k", "type", "centre", "distance"])
        k, kind = read_interval(claims["k"], "k"), claims["type"]
        if not isinstance(kind, str) or kind not in _LEAST:
            raise Malformed(f"the type is none of {', '.join(_LEAST)}")
        least = FAMILIES[name].beside + _LEAST[kind]
        if not least <= k.low:
            raise Malformed(f"k begins below {least}, where the type {kind} begins")
        unknown, centre = len(FAMILIES[name].scale), claims["centre"]
        if not isinstance(centre, list) or len(centre) != unknown:
            raise Malformed(f"the centre is not a list of {unknown} numbers")
        return cls(
            family=name,
            k=k,
            kind=kind,
            centre=tuple(decimal(value, "a number of the centre") for value in centre),
            distance=read_positive(claims["distance"], "the distance"),
            distance_text=claims["distance"],
            centre_texts=tuple(centre),
        )

    def directions(self) -> int:
        """How many test matrices the type has."""
        exponents, _ = FAMILIES[self.family].pencils[self.kind]
        return len(exponents)

    def headline(self) -> str:
        """The theorem in one line."""
        symmetry = FAMILIES[self.family].symmetry()
        return (
            f"a critical point of the Gaussian ReLU loss with symmetry {symmetry}, within"
            f" {self.distance_text} of the centre in the file at k = {self.k.texts[1]} and"
            f" continuous in k, is no local minimum for any whole k in {self.k} and any d >= k:"
            f" negative curvature of representation {self.kind}"
        )

    def theorem(self) -> str:
        """The theorem in words, several lines."""
        family = FAMILIES[self.family]
        return "\n".join(
            (
                (
                    "THEOREM.  Consider the equations (8.2) and the Hessian's pencils of lemma 9"
                    " (proofs/LEMMAS.md) for the Gaussian ReLU loss with orthonormal"
                ),
                (
                    f"teachers and the symmetry {family.symmetry()}, in which the sizes of the"
                    f" blocks enter as numbers, and let K = {self.k}."
                ),
                (
                    "  (a)  For every real k in K they have a solution W*(k), continuous in k,"
                    f" whose coordinates at k = {self.k.texts[1]} are within"
                    f" {self.distance_text} of"
                ),
                *(f"           {text}" for text in self.centre_texts),
                (
                    f"  (b)  For every real k in K the pencil of representation {self.kind} at"
                    " W*(k) takes a negative value."
                ),
                (
                    "So for every integer k in K, W*(k) is a critical point of F that is no local"
                    " minimum, in R^(k x D) for every D >= k: F takes smaller values nearby."
                ),
            )
        )


def _read_problem(value: Any) -> tuple[str, Any]:
    """The family's name and the claims."""
    known = fields(value, "the statement", ["problem", "family", "claims"])
    require_orthonormal(fields(known["problem"], "the problem", ["targets"]))
    return read_family(known["family"]), known["claims"]


def _setting(which: str) -> tuple[str, ...]:
    return (
        (
            f"THEOREM.  For every {which} and every D >= k let x ~ N(0, I_D), v_1, ..., v_k"
            " orthonormal in R^D, and for W in R^(k x D)"
        ),
        "",
        "    F(W) = 1/2 E( sum_(i=1..k) max(0, w_i.x) - sum_(j=1..k) max(0, v_j.x) )^2.",
        "",
    )


def verify_gaussian_family(claim: GaussianFamily, cover: Cover, ledger: Ledger) -> None:
    """Enter the inequalities of theorem 4 into the ledger; `Unverified` at the first that is not
    verified.

    The caller has set the working precision.
    """
    zero = fmpq(0)
    ledger.require("spurious", "the loss is above inf F = 0", zero, claim.loss.low)
    ledger.require(
        "strict-minimum",
        "the claimed lower bound of the eigenvalues is positive",
        zero,
        claim.lambda_min.low,
    )
    require_cover(cover, ledger, None, fmpq(claim.k_from))
    follow(cover, lambda box, name, before: verify_box(claim, box, name, ledger, before))


def verify_box(
    claim: GaussianFamily, box: CoverBox, name: str, ledger: Ledger, before: Branch | None = None
) -> Branch:
    """The inequalities of one box of the cover."""
    family = FAMILIES[claim.family]
    branch = verify_branch(family, box, name, ledger, before)
    chart, tube = branch.chart, branch.tube
    parts = chart.parts()

    pencils = [
        (
            kind.name,
            component(tube, kind) if kind.name != "1" else branch.first,
            family.pencils[kind.name],
        )
        for kind in component_types(tube.blocks)
    ]
    pencils += [
        (f"{kind.name} (further dimensions)", padding(tube, kind), family.paddings[kind.name])
        for kind in padding_types(tube.blocks)
    ]
    for type_name, pencil, congruence in pencils:
        least = _least_pivot(chart, pencil, congruence, claim.lambda_min.low, parts)
        ledger.require(
            "lambda-min-low",
            f"the eigenvalues of representation {type_name} are above the claimed bound on {name}",
            arb(0),
            least,
        )
    _, x, _ = next(entry for entry in pencils if entry[0] == "x1")
    above = arb(-1)
    for s in parts:
        above = above.max(over(x.form[0][0], s) - over(x.norms[0], s) * ball(claim.lambda_min.high))
    ledger.require(
        "lambda-min-high",
        f"the eigenvalue of representation x1 is below the claimed upper bound on {name}",
        above,
        arb(0),
    )
    _verify_loss(claim, family, branch, name, ledger)
    return branch


def _least_pivot(
    chart: Chart, pencil: Pencil, congruence: Congruence, bound: fmpq, parts: list[arb]
) -> arb:
    """A lower bound, over the parts, of the pivots of P^T (form - bound diag(norms)) P, P
    unimodular times powers of t > 0.
    """
    exponents, sums = congruence
    full = pencil.matrix()
    for a, norm in enumerate(pencil.norms):
        full[a][a] = full[a][a] - norm * ball(bound)
    for i, j in sums:  # test matrix i becomes i + j: rows, then columns
        full[i] = [x + y for x, y in zip(full[i], full[j], strict=True)]
        for row in full:
            row[i] = row[i] + row[j]
    scaled = [
        [chart.scaled(full[a][b], exponents[a] + exponents[b]) for b in range(a + 1)]
        for a in range(len(full))
    ]
    least = arb(1)
    for s in parts:
        for pivot in pivots([[over(value, s) for value in row] for row in scaled]):
            least = least.min(pivot)
    return least


def _verify_loss(
    claim: GaussianFamily, family: Family, branch: Branch, name: str, ledger: Ledger
) -> None:
    """Bounds of Phi = F / t^p on the tube, its distance from the limit and its sense, p = 0 or 2
    the family's order of F.

    Phi at X* is Phi on the branch up to the mean value theorem with dF/dX_b = N_b g_b t^scale_b;
    its derivative by t at X* is that at fixed X (dF/dX = 0 there): t^p dPhi/dt = dF/dt - p F/t.
    """
    chart, p, quantity = branch.chart, family.loss_order, family.loss_name()
    centre = branch.centre.loss()
    value = chart.known_order(centre, p)
    slopes = [
        chart.known_order(g, GRADIENT_ORDER) * norm * chart.power(scale + GRADIENT_ORDER - p)
        for g, norm, scale in zip(
            branch.tube.gradient(), branch.first.norms, family.scale, strict=True
        )
    ]
    moving = chart.moving(chart.box.radius).loss()
    steady = chart.known_order(moving.slope, p - 1 if p else 0)
    change = chart.known_order(moving.slope - moving.value * p / chart.t, p)
    limit, rate = family.limit_ball(), ball(claim.rate)
    low, high, far, sense = arb("inf"), arb("-inf"), arb(0), arb("inf")
    for s in chart.parts():
        drift = arb(0)
        for slope in slopes:
            drift += over(slope, s).abs_upper()
        spread = drift * ball(chart.box.radius)
        here = over(value, s)
        low, high = low.min(here - spread), high.max(here + spread)
        sense = sense.min(over(steady, s) * (1 if family.decreasing else -1))
        if chart.at_zero:
            far = far.max(abs(over(change, s)))
        else:
            far = far.max((abs(here - limit) + spread) / over(chart.t, s))
    ledger.require(
        "loss-low", f"{quantity} is above its claimed lower bound on {name}", claim.loss.low, low
    )
    ledger.require(
        "loss-high", f"{quantity} is below its claimed upper bound on {name}", high, claim.loss.high
    )
    ledger.require("rate", f"{quantity} is as near to its limit as claimed on {name}", far, rate)
    ledger.require(
        "monotone",
        f"F {'decreases' if family.decreasing else 'increases'} with k on {name}",
        arb(0),
        sense,
    )


def verify_gaussian_family_saddle(
    claim: GaussianFamilySaddle, cover: Cover, ledger: Ledger
) -> None:
    """Enter the inequalities of theorem 5 into the ledger; `Unverified` at the first that is not
    verified.

    The caller has set the working precision.
    """
    require_cover(cover, ledger, claim.k.high, claim.k.low)
    _require_centre(claim, cover[0], ledger)
    follow(cover, lambda box, name, before: verify_saddle_box(claim, box, name, ledger, before))


def _require_centre(claim: GaussianFamilySaddle, box: CoverBox, ledger: Ledger) -> None:
    """At k = k.high the whole tube of the first box lies within the claimed distance of the claimed
    coordinates.
    """
    ledger.require_at_most(
        "cover",
        f"the first box holds t = 1/sqrt({claim.k.high})",
        1 / claim.k.high,
        box.high * box.high,
    )
    t, family, far = 1 / ball(claim.k.high).sqrt(), FAMILIES[claim.family], arb(0)
    for base, scale, coefficients, value in zip(
        family.base, family.scale, box.branch, claim.centre, strict=True
    ):
        x = arb_poly([ball(c) for c in coefficients])(t - ball(box.origin())) + arb(
            0, ball(box.radius).upper()
        )
        here = power(t, scale) * x + sum(
            (power(t, i) * number for i, number in enumerate(base)), arb(0)
        )
        far = far.max((here - ball(value)).abs_upper())
    ledger.require(
        "distance",
        f"at k = {claim.k.texts[1]} the tube lies near the claimed centre",
        far,
        claim.distance,
    )


def verify_saddle_box(
    claim: GaussianFamilySaddle,
    box: CoverBox,
    name: str,
    ledger: Ledger,
    before: Branch | None = None,
) -> Branch:
    """The inequalities of one box: the branch, and a direction in which the pencil is negative on
    the tube.
    """
    branch = verify_branch(FAMILIES[claim.family], box, name, ledger, before)
    pencil = component(
        branch.tube,
        next(kind for kind in component_types(branch.tube.blocks) if kind.name == claim.kind),
    )
    value: Number = 0
    for a, row in enumerate(pencil.form):
        for b, entry in enumerate(row):
            weight = box.direction[a] * box.direction[b] * (1 if a == b else 2)
            if weight != 0:
                value = value + entry * ball(weight)
    largest = arb("-inf")
    for s in branch.chart.parts():
        largest = largest.max(over(value, s))
    ledger.require(
        "negative",
        f"the pencil of representation {claim.kind} is negative in the direction of {name}",
        largest,
        arb(0),
    )
    return branch
