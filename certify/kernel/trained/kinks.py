"""The kind `piecewise-kink-minimum`: a strict local minimum of a trained network with units of two
slopes, at which data lie exactly on the kinks of units (theorem 26).

How the proof goes. On the pairs of a datum and a unit that lie on kinks, the unit is replaced by a
linear one, whose slope, the gate, lies between the two. For some gates the point is critical for
that smooth risk; Krawczyk's test finds point and gates together. The true risk is above the smooth
one by a multiple of the distance from the kinks, since the unit is convex and a greater output of
it makes the risk greater. Along the kinks the smooth risk itself curves upward.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flint import arb, arb_mat, fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import decimal, fields
from certify.kernel.foundation.krawczyk import krawczyk
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.reals import Interval, Real, counted, read_interval, read_positive
from certify.kernel.foundation.wide import require_definite
from certify.kernel.foundation.witness import Bits, read_precision, require_work
from certify.kernel.foundation.words import Words, line
from certify.kernel.kind import Kind
from certify.kernel.trained.claims import Given, besides, require_between, require_farther
from certify.kernel.trained.gated import Kink, by_gates, gain, gates_of, kink_forms, read_kinks
from certify.kernel.trained.hessian import hessian
from certify.kernel.trained.network import Parameters
from certify.kernel.trained.passes import empirical_risk, gradient, norm_of
from certify.kernel.trained.problem import TrainedProblem, is_identity, words_of
from certify.kernel.trained.symmetries import Slice, slopes_of

__all__ = ["PIECEWISE_KINK_MINIMUM", "KinkMinimum", "verify_kink_minimum"]


MAX_UNKNOWNS = 10**9  # the cube of parameters and kinks, times squared words


@dataclass(frozen=True)
class Search(Bits):
    """Precision; tau, the weight of the kinks in the form that is definite; radius: of the box of
    Krawczyk's test.
    """

    tau: fmpq
    radius: fmpq


@dataclass(frozen=True)
class KinkMinimum:
    """Kind `piecewise-kink-minimum`. With c the centre and S the slice there is theta* in S with
    |theta*_i - c_i| <= location for all i and z_nj(theta*) = 0 for all kinks (n, j), and

    R(theta) - R(theta*) >= growth/2 |theta - theta*|^2 for |theta - theta*| <= radius, theta in S.

    R(theta*) lies in `risk`; given, better: as in `StrictMinimum`.
    """

    problem: TrainedProblem
    centre: Parameters
    modulo: Slice
    kinks: tuple[Kink, ...]
    radius: Real
    growth: Real
    location: Real
    risk: Interval
    given: Given | None
    better: Parameters | None

    @classmethod
    def read(cls, value: Any) -> KinkMinimum:
        """From the field `statement` of a certificate (FORMAT 4.26). Raises `Malformed`."""
        known = fields(value, "the statement", ["problem", "centre", "modulo", "kinks", "claims"])
        problem = TrainedProblem.read(known["problem"])
        layers = problem.network.layers
        if len(layers) != 2 or not is_identity(layers[1]):
            raise Malformed("the network has not one hidden layer and linear outputs")
        slopes = slopes_of(layers[0].activation.tree)
        if slopes is None or slopes[0] >= slopes[1]:
            raise Malformed("the hidden units have not two slopes, the smaller one below 0")
        centre = problem.network.read_parameters(known["centre"], "the centre")
        modulo = Slice.read(known["modulo"], problem, centre)
        if modulo.fixed:
            raise Malformed("the field rescaling is not null")
        names = ["radius", "growth", "location", "risk", "given", "better"]
        claims = fields(known["claims"], "the claims", names)
        better = claims["better"]
        if better is not None:
            better = problem.network.read_parameters(better, "the better parameters")
        return cls(
            problem=problem,
            centre=centre,
            modulo=modulo,
            kinks=read_kinks(known["kinks"], problem),
            radius=read_positive(claims["radius"], "the radius"),
            growth=read_positive(claims["growth"], "the growth"),
            location=read_positive(claims["location"], "the location"),
            risk=read_interval(claims["risk"], "the risk"),
            given=Given.read(claims["given"], problem.network),
            better=better,
        )

    @property
    def slopes(self) -> tuple[fmpq, fmpq]:
        """Those of the hidden units, below and above 0."""
        slopes = slopes_of(self.problem.network.layers[0].activation.tree)
        assert slopes is not None  # noqa: S101 - read refuses others
        return slopes

    def headline(self) -> Words:
        """The theorem in one line."""
        what = "strict local minimum" if self.better is None else "spurious strict local minimum"
        return line(
            what,
            *(self.modulo.in_words() or ","),
            f" on a kink for {self._pairs()}, of the risk of a network with"
            f" {self.problem.network.in_words()}; {counted(self.problem.data, 'datum', 'data')}",
            ", risk in ",
            self.risk,
        )

    def _pairs(self) -> str:
        return f"{counted(len(self.kinks), 'pair')} of a datum and a hidden unit"

    def theorem(self) -> Iterator[Words]:
        """The theorem in words, line by line."""
        yield from self.problem.in_words()
        yield from self.modulo.told()
        inside, on = ("", "") if self.modulo.whole else (" in $S$", " on $S$")
        yield line(
            f"  (a)  There is a $θ*${inside} that differs from $C$ by at most ",
            self.location,
            f" in each parameter, and that is exactly on a kink for {self._pairs()}, named in"
            " the file, in which the unit applies its activation to 0. There $R$ is not"
            " differentiable.",
        )
        yield line(
            "  (b)  $R(θ) ≥ R(θ*) + ½ m ‖θ − θ*‖²$ with $m = $",
            self.growth,
            f" for all $θ${inside} with $‖θ − θ*‖ ≤ $",
            self.radius,
            f": $θ*$ is a strict local minimum of $R${on}.",
        )
        yield from self.modulo.consequence()
        yield line("  (c)  $R(θ*)$ lies in ", self.risk, ".")
        yield from besides(iter("de"), self.given, self.better)


def verify_kink_minimum(claim: KinkMinimum, witness: Search, ledger: Ledger) -> None:
    """Enter the inequalities of theorem 26 into the ledger; `Unverified` at the first that is not
    verified. The caller has set the working precision.
    """
    problem, network, kinks = claim.problem, claim.problem.network, claim.kinks
    low, high = map(ball, claim.slopes)
    forms = kink_forms(problem, kinks)
    # (1) the point and the gates
    moved = _require_point(claim, witness, forms, ledger)
    location = claim.location.value
    ledger.require("location", "the point is near the centre in each parameter", moved, location)
    # (2) the ball around the point, inside a box around the centre
    reach = moved + ball(claim.radius.value)
    box = network.matrices(claim.centre, lambda _: reach)
    gates = gates_of(kinks, moved)
    kappa = arb.pos_inf()
    for kink, gate, cost in zip(
        kinks, gates.values(), gain(problem, box, kinks, gates, ledger), strict=True
    ):
        where = f"datum {kink.datum + 1}, unit {kink.unit + 1}"
        ledger.require("gate", f"{where}: the gate is above the lower slope", low, gate)
        ledger.require("gate", f"{where}: the gate is below the upper slope", gate, high)
        ledger.require("convex-kink", f"{where}: a greater output costs", 0, cost)
        kappa = kappa.min((cost * (gate - low).min(high - gate)).lower())
    # (3) growth along and across the kinks
    rows = claim.modulo.lifted(hessian(problem, box, ledger, gates))
    tau = ball(witness.tau)
    squares = (forms.transpose() * forms * tau).tolist()
    rows = [[entry + squares[i][j] for j, entry in enumerate(row)] for i, row in enumerate(rows)]
    what = "the Hessian with gates on the ball, plus tau times the square of the kinks,"
    require_definite(ledger, "growth", what, rows, claim.growth.value, witness.bits)
    size = norm_of(forms.entries()) * ball(claim.radius.value)
    sentence = "on the ball the kinks gain more than tau takes"
    ledger.require("tau", sentence, tau * size, 2 * kappa)
    # (4) what else is claimed
    around = network.matrices(claim.centre, lambda _: moved)
    risk = empirical_risk(problem, around, ledger, gates)
    require_between(ledger, "risk", "the risk", risk, risk, claim.risk)
    if claim.given is not None:
        claim.given.require(ledger, claim.centre, moved * arb(network.size).sqrt())
    if claim.better is not None:
        better = empirical_risk(problem, network.matrices(claim.better), ledger)
        require_farther(ledger, better, claim.risk)


def _require_point(claim: KinkMinimum, witness: Search, forms: arb_mat, ledger: Ledger) -> arb:
    """Verify that one point and gates near those given solve grad R~ = 0 and z_nj = 0 on the kinks;
    a bound of how far each of their numbers is from the one given.
    """
    problem, network, kinks = claim.problem, claim.problem.network, claim.kinks
    thin, radius = network.matrices(claim.centre), ball(witness.radius)
    values = gradient(problem, thin, ledger, gates_of(kinks, arb(0)))
    start = arb_mat([[entry] for entry in _hidden(thin)])
    values += (forms * start).entries()
    box, gates = network.matrices(claim.centre, lambda _: radius), gates_of(kinks, radius)
    rows = claim.modulo.lifted(hessian(problem, box, ledger, gates))
    columns = by_gates(problem, box, kinks, gates, ledger)
    size, zeros = network.size, [arb(0)] * len(kinks)
    jacobian = [
        [rows[i][j] if j <= i else rows[j][i] for j in range(size)]
        + [column[i] for column in columns]
        for i in range(size)
    ]
    jacobian += [row + zeros for row in forms.tolist()]
    contraction, image = krawczyk(values, jacobian, witness.radius)
    ledger.require("contraction", "the norm of I - C J on the box is below 1", contraction, 1)
    ledger.require("contraction", "the image of the box lies inside it", image, witness.radius)
    return ((image - contraction * radius) / (1 - contraction)).upper()


def _hidden(layers: list[arb_mat]) -> list[arb]:
    """All parameters, in their order."""
    return [entry for matrix in layers for entry in matrix.entries()]


def _read_witness(value: Any, statement: KinkMinimum) -> Search:
    known = fields(value, "the witness", ["bits", "tau", "radius"])
    tau = decimal(known["tau"], "tau")
    radius = decimal(known["radius"], "the radius of the box")
    if not (tau > 0 and radius > 0):
        raise Malformed("tau or the radius of the box is not positive")
    witness = Search(read_precision(known["bits"]), tau, radius)
    statement.problem.require_room(witness.bits)
    unknowns = statement.problem.network.size + len(statement.kinks)
    work = unknowns**3 * words_of(witness.bits) ** 2
    require_work("the parameters and the kinks", work, MAX_UNKNOWNS)
    return witness


PIECEWISE_KINK_MINIMUM = Kind(
    name="piecewise-kink-minimum",
    section="4.26",
    theorem="theorem 26",
    read_statement=KinkMinimum.read,
    read_witness=_read_witness,
    verify=verify_kink_minimum,
)
