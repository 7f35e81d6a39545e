"""The kind `smooth-exact-fit`: near a trained network there is one with risk 0 (lemma 31,
theorem 23).

How the proof goes. With r the residuals and A an approximate right inverse of their Jacobian, the
map z -> z - r(c + A z) is a contraction of a small ball, so it has a fixed point, at which r is 0.
Residuals of outputs whose targets are an affine combination of the others' are 0 with these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flint import arb, fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import decimal, fields
from certify.kernel.foundation.ledger import UNDEFINED, Ledger
from certify.kernel.foundation.reals import Real, counted, read_positive
from certify.kernel.foundation.wide import require_definite, triangle
from certify.kernel.foundation.witness import Bits, read_precision, require_work
from certify.kernel.foundation.words import Words, line
from certify.kernel.kind import Kind
from certify.kernel.trained.losses import SQUARED
from certify.kernel.trained.network import Parameters, squared_length
from certify.kernel.trained.passes import norm_of
from certify.kernel.trained.problem import TrainedProblem, words_of
from certify.kernel.trained.relations import (
    Relation,
    read_relations,
    require_relation,
    stretch,
)
from certify.kernel.trained.residuals import jacobian, residuals

__all__ = ["SMOOTH_EXACT_FIT", "ExactFit", "verify_exact_fit"]

_MAX_RESIDUALS = 2000
_MAX_ENTRIES = 10**6  # of the Jacobian
MAX_FIT = 4 * 10**8  # parameters times squared residuals times squared words


@dataclass(frozen=True)
class Radius(Bits):
    """Precision, and the radius rho of the ball of the z."""

    radius: fmpq


@dataclass(frozen=True)
class ExactFit:
    """Kind `smooth-exact-fit`. With c the centre there is theta* with f(x_n) = y_n for all n and

    |theta* - c| < distance, |theta* - given| < given_distance;
    the Jacobian of the outputs without a relation, by the parameters but for the rows of the other
    outputs, has full rank at theta*; all eigenvalues of J J^T, times the factor of the loss, are
    above `eigenvalue`.
    """

    problem: TrainedProblem
    centre: Parameters
    relations: tuple[Relation, ...]
    distance: Real
    eigenvalue: Real
    given: Parameters | None
    given_distance: Real | None

    @classmethod
    def read(cls, value: Any) -> ExactFit:
        """From the field `statement` of a certificate (FORMAT 4.23). Raises `Malformed`."""
        known = fields(value, "the statement", ["problem", "centre", "relations", "claims"])
        problem = TrainedProblem.read(known["problem"])
        if problem.loss != SQUARED or problem.decays:
            raise Malformed("an exact fit is one of the squared loss without decay")
        network = problem.network
        centre = network.read_parameters(known["centre"], "the centre")
        relations = read_relations(known["relations"], problem)
        claims = fields(known["claims"], "the claims", ["distance", "eigenvalue", "given"])
        given, given_distance = None, None
        if claims["given"] is not None:
            told = fields(claims["given"], "the field given", ["parameters", "distance"])
            given = network.read_parameters(told["parameters"], "the parameters given")
            given_distance = read_positive(told["distance"], "the distance from those given")
        distance = read_positive(claims["distance"], "the distance")
        eigenvalue = read_positive(claims["eigenvalue"], "the eigenvalue")
        fit = cls(problem, centre, relations, distance, eigenvalue, given, given_distance)
        if fit.residuals > len(fit.free):
            raise Malformed("there are more residuals than parameters")
        if fit.residuals > _MAX_RESIDUALS or len(fit.free) * fit.residuals > _MAX_ENTRIES:
            raise Malformed(
                f"there are more than {_MAX_RESIDUALS} residuals, or {_MAX_ENTRIES} derivatives of"
                " them"
            )
        return fit

    @property
    def fitted(self) -> list[int]:
        """The outputs without a relation, from 0."""
        dependent = {relation.output for relation in self.relations}
        return [k for k in range(self.problem.network.outputs) if k not in dependent]

    @property
    def residuals(self) -> int:
        """The number N' of residuals of these outputs."""
        return self.problem.data * len(self.fitted)

    @property
    def free(self) -> list[int]:
        """The places of the parameters, but for the rows of the outputs with a relation."""
        network, last = self.problem.network, len(self.problem.network.layers) - 1
        columns = network.layers[last].columns
        taken = {
            network.place(last, relation.output, column)
            for relation in self.relations
            for column in range(columns)
        }
        return [i for i in range(network.size) if i not in taken]

    def headline(self) -> Words:
        """The theorem in one line."""
        problem = self.problem
        without = f" without {self._dependent()}" if self.relations else ""
        return line(
            f"global minimum of the risk of a network with {problem.network.in_words()}: an exact"
            f" fit of {counted(problem.data, 'datum', 'data')}, where the Hessian{without} has rank"
            f" {self.residuals}"
        )

    def _dependent(self) -> str:
        """The outputs with a relation."""
        names = ", ".join(str(relation.output + 1) for relation in self.relations)
        return f"output{'s' * (len(self.relations) > 1)} {names}"

    def theorem(self) -> Iterator[Words]:
        """The theorem in words, line by line."""
        yield from self.problem.in_words()
        yield line(
            "  (a)  There is a $θ*$ with $f_θ*(xₙ) = yₙ$ for all $n$ and $‖θ* − C‖ < $",
            self.distance,
            ". So $R(θ*) = 0$, and $θ*$ is a global minimum of $R$.",
        )
        letters = iter("bcd")
        if self.given is not None and self.given_distance is not None:
            yield line(
                f"  ({next(letters)})  The distance of $θ*$ from the parameters given in the file"
                " is less than ",
                self.given_distance,
                ".",
            )
        without = ""
        if self.relations:
            yield line(
                f"  ({next(letters)})  On all data the target of {self._dependent()} is the affine"
                " combination of the other targets that the file names, and the same holds of the"
                " outputs of $f_θ*$ on all inputs."
            )
            whose = "its" if len(self.relations) == 1 else "their"
            without = f"Without {self._dependent()} and {whose} parameters: "
        rank, size = self.residuals, len(self.free)
        yield line(
            f"  ({next(letters)})  {without}{'t' if without else 'T'}he Jacobian of the outputs"
            f" on the data has the full rank {rank} at $θ*$; near $θ*$ the parameters that fit the"
            f" data are a manifold of dimension {size - rank}; and the Hessian of the risk at $θ*$"
            f" has rank {rank}, its eigenvalues other than 0 being above ",
            self.eigenvalue,
            ".",
        )


def verify_exact_fit(claim: ExactFit, witness: Radius, ledger: Ledger) -> None:
    """Enter the inequalities of theorem 23 into the ledger; `Unverified` at the first that is not
    verified. The caller has set the working precision.
    """
    problem, network, free = claim.problem, claim.problem.network, claim.free
    for relation in claim.relations:
        require_relation(relation, problem, claim.centre, ledger)
    thin = network.matrices(claim.centre)
    rest = residuals(problem, claim.fitted, thin, ledger)
    slopes = jacobian(problem, claim.fitted, thin, ledger).mid()
    try:
        inverse = (slopes * slopes.transpose()).mid().inv().mid()
    except ZeroDivisionError:
        ledger.refuse("fit", "the Jacobian has an approximate right inverse", UNDEFINED, 0)
    right = (slopes.transpose() * inverse).mid()
    # theta = c + A z, |z| <= rho
    rho = ball(witness.radius)
    reach = dict(zip(free, (rho * norm_of(row) for row in right.tolist()), strict=True))
    nothing = arb(0)
    wide = network.matrices(claim.centre, lambda place: reach.get(place, nothing).upper())
    around = jacobian(problem, claim.fitted, wide, ledger)
    product = (around * right).tolist()
    for i, row in enumerate(product):
        row[i] -= 1
    contraction = norm_of([entry for row in product for entry in row])
    ledger.require("fit", "the norm of I - J A on the ball is below 1", contraction, 1)
    left, size = 1 - contraction, norm_of(rest)
    inside = "the norm of the residuals at the centre is below (1 - q) times the radius"
    ledger.require("fit", inside, size, left * rho)
    moved = norm_of(right.entries()) * size / left * stretch(claim.relations)
    ledger.require("distance", "the fit is near the centre", moved, claim.distance.value)
    if claim.given is not None and claim.given_distance is not None:
        away = ball(squared_length(claim.centre, claim.given)).sqrt() + moved
        ledger.require(
            "given", "the fit is near the parameters given", away, claim.given_distance.value
        )
    gram = around * around.transpose() * ball(problem.factor)
    what = "the Gram matrix of the gradients of the residuals, times the factor of the loss,"
    require_definite(
        ledger, "eigenvalue", what, triangle(gram), claim.eigenvalue.value, witness.bits
    )


def _read_witness(value: Any, statement: ExactFit) -> Radius:
    known = fields(value, "the witness", ["bits", "radius"])
    radius = decimal(known["radius"], "the radius")
    if radius <= 0:
        raise Malformed("the radius is not positive")
    witness = Radius(read_precision(known["bits"]), radius)
    statement.problem.require_room_for_values(witness.bits)
    work = len(statement.free) * statement.residuals**2 * words_of(witness.bits) ** 2
    require_work("the parameters, the residuals", work, MAX_FIT)
    return witness


SMOOTH_EXACT_FIT = Kind(
    name="smooth-exact-fit",
    section="4.23",
    theorem="theorem 23",
    read_statement=ExactFit.read,
    read_witness=_read_witness,
    verify=verify_exact_fit,
)
