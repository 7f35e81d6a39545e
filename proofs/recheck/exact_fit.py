"""smooth-exact-fit: the conditions of FORMAT 4.23.

How the proof goes.  With r the residuals of the fitted outputs, J their Jacobian and A a matrix,
z -> z - r(c + A z) has the derivative I - J A.  Where this is at most q < 1 in norm for |z| < rho
and |r(c)| < (1 - q) rho, the map is a contraction of that ball, and at its fixed point r = 0, with
|z| <= |r(c)|/(1 - q).  J A is regular, so that J has full rank.

A = K^T M with K the integers in the middle of J(c) and M any integers, here about (K K^T)^-1.  So
K A = (K K^T) M is exact, and J - K is small.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from operator import mul as times
from typing import Any

from .columns import Column
from .matrices import Cholesky, SymmetricMatrix
from .reader import array, fields, integer, real
from .smooth_networks import condition
from .trained_problem import (
    TrainedProblem,
    Vector,
    read_bits,
    read_problem,
    read_vector,
    root_above,
    square,
    upper_end,
)
from .trained_risk import Derivatives, Sweep
from .verdict import brackets, need, refuse, require
from .wide import Wide

MOST_RESIDUALS = 2000
MOST_ENTRIES = 10**6  # of the Jacobian
FEW_BITS = 64  # of the entries of K and M, at first


@dataclass(frozen=True)
class Relation:
    """Output k is sum_j c_j (output j) + constant, for the targets of all data."""

    output: int  # from 0
    coefficients: list[Fraction]
    constant: Fraction


@dataclass(frozen=True)
class ExactFit:
    """The claim of section 4.23 in exact numbers."""

    problem: TrainedProblem
    centre: Vector
    relations: list[Relation]
    distance: Fraction
    eigenvalue: Fraction
    given: tuple[Vector, Fraction] | None
    radius: Fraction
    bits: int
    summary: str

    @property
    def fitted(self) -> list[int]:
        """The outputs without a relation."""
        bound = {relation.output for relation in self.relations}
        return [k for k in range(self.problem.layers[-1].units) if k not in bound]

    @property
    def places(self) -> list[int]:
        """The parameters but for the rows of the other outputs."""
        last = self.problem.layers[-1]
        held = {i for relation in self.relations for i in last.places(relation.output)}
        return [i for i in range(self.problem.parameters) if i not in held]


def _read_relations(value: Any, problem: TrainedProblem) -> list[Relation]:
    last = problem.layers[-1]
    need(type(value) is list and len(value) < last.units, "relations is not a short array.")
    found: list[Relation] = []
    for entry in value:
        fields(entry, "A relation", "output coefficients constant")
        found.append(
            Relation(
                integer(entry["output"], "output of a relation", 1, last.units) - 1,
                [
                    real(x, "a coefficient")
                    for x in array(entry["coefficients"], "coefficients", last.units)
                ],
                real(entry["constant"], "constant of a relation"),
            )
        )
    outputs = [relation.output for relation in found]
    need(outputs == sorted(set(outputs)), "The outputs of relations do not increase.")
    if found:
        need(last.activation == "t", "relations stand with an activation of the last layer.")
    for relation in found:
        need(
            not any(relation.coefficients[k] for k in outputs),
            "A relation uses an output that has one.",
        )
        need(last.bias or relation.constant == 0, "A constant stands without biases.")
    return found


def _without(relations: Any) -> str:
    """What the summary leaves out."""
    names = ", ".join(str(relation["output"]) for relation in relations)
    return f", without output{'s' * (len(relations) > 1)} {names}," if names else ""


def read(tree: dict[str, Any]) -> ExactFit:
    """The certificate of section 4.23."""
    statement = fields(tree["statement"], "statement", "problem centre relations claims")
    claims = fields(statement["claims"], "claims", "distance eigenvalue given")
    witness = fields(tree["witness"], "witness", "bits radius")
    problem = read_problem(statement["problem"])
    need(problem.loss == "squared", "The loss is not squared.")
    need(not any(problem.decays), "There is decay.")
    distance, eigenvalue, radius = (
        real(claims["distance"], "distance"),
        real(claims["eigenvalue"], "eigenvalue"),
        real(witness["radius"], "radius"),
    )
    need(distance > 0 and eigenvalue > 0 and radius > 0, "A claim is not positive.")
    given = claims["given"]
    if given is not None:
        fields(given, "given", "parameters distance")
        given = (
            read_vector(given["parameters"], "given", problem.layers),
            real(given["distance"], "distance of given"),
        )
        need(given[1] > 0, "distance of given is not positive.")
    relations, last = _read_relations(statement["relations"], problem), problem.layers[-1]
    count = len(problem.inputs) * (last.units - len(relations))
    free = problem.parameters - len(relations) * (last.inputs + last.bias)
    need(count <= free, "There are more residuals than parameters.")
    need(count <= MOST_RESIDUALS, "There are too many residuals.")
    need(free * count <= MOST_ENTRIES, "The Jacobian has too many entries.")
    return ExactFit(
        problem=problem,
        centre=read_vector(statement["centre"], "centre", problem.layers),
        relations=relations,
        distance=distance,
        eigenvalue=eigenvalue,
        given=given,
        radius=radius,
        bits=read_bits(witness["bits"], problem, fit=free * count**2),
        summary=f"{problem.size}: parameters with the risk 0, a global minimum, within"
        f" {claims['distance']} of the centre; there{_without(statement['relations'])} the Jacobian"
        " has full rank, the eigenvalues of the Hessian but for 0 are above"
        f" {claims['eigenvalue']}",
    )


def prove_relations(claim: ExactFit) -> None:
    """`relation`: they hold for all targets, and for the rows of the centre, exactly."""
    last = claim.problem.layers[-1]
    for relation in claim.relations:
        k, terms = relation.output, [(j, c) for j, c in enumerate(relation.coefficients) if c]

        def holds(row: Sequence[Fraction], constant: Fraction) -> bool:
            return row[k] == sum((c * row[j] for j, c in terms), constant)

        for n, row in enumerate(claim.problem.targets):
            if not holds(row, relation.constant):
                refuse("relation", f"the relation of output {k + 1} holds for datum {n + 1}")
        for i, places in enumerate(zip(*map(last.places, range(last.units)))):
            constant = relation.constant if i == last.inputs else Fraction(0)
            if not holds([claim.centre[place] for place in places], constant):
                refuse("relation", f"the relation of output {k + 1} holds for the centre")


class Jacobian:
    """J in integers: | J - rows 2^e | <= errors 2^f for each entry; rows by fitted output and
    datum, columns by the parameters in `places`.
    """

    def __init__(
        self, claim: ExactFit, found: Derivatives, bits: int = 0, e: int | None = None
    ) -> None:
        """e is chosen so that the largest entry has so many bits if it is not given."""
        problem, count = claim.problem, len(claim.problem.inputs)
        zero = Column(claim.bits, [0] * count, 0)
        lines: list[list[Column]] = []
        for k in claim.fitted:
            unit, line = found.last[k], [zero] * problem.parameters
            for p, way in found.by_unit[unit].items():
                m, a = found.units[p]
                scaled = found.slope[unit] * way
                for i, x in zip(problem.layers[m].places(a), found.below[m]):
                    line[i] = scaled * x
            lines.append([line[i] for i in claim.places])
        some = [x for line in lines for x in line if not x.is_zero]
        self.e = max((x.top for x in some), default=0) - bits if e is None else e
        self.f = max([self.e, *(x.radius[1] for x in some if x.radius is not None)])
        self.rows: list[list[int]] = []
        self.errors: list[list[int]] = []
        for line in lines:
            middles, errors = [], []
            for x in line:
                by = x.e - self.e
                middles.append([m << by if by >= 0 else m >> -by for m in x.middle])
                off, unit = ([0] * count, self.f) if x.radius is None else x.radius
                errors.append([-(-r >> self.f - unit) + (by < 0) for r in off])
            self.rows += map(list, zip(*middles))
            self.errors += map(list, zip(*errors))

    def apart(self, rows: list[list[int]]) -> list[list[int]]:
        """Upper bounds of | J - rows 2^e | for all entries, in units of 2^f."""
        by = self.f - self.e
        return [
            [error - (-abs(x - y) >> by) for x, y, error in zip(*lines)]
            for lines in zip(self.rows, rows, self.errors)
        ]


def inverted(matrix: list[list[int]], bits: int) -> tuple[list[list[int]], int] | None:
    """M of about the inverse of a symmetric matrix of integers, in units of 2^g, and g: entries of
    so many bits.  Nothing depends on its accuracy.
    """
    order = len(matrix)
    excess = max(row[-1] for row in matrix).bit_length() - 2 * bits
    scaled = [[x >> excess if excess > 0 else x << -excess for x in row] for row in matrix]
    factor = Cholesky(SymmetricMatrix.around(scaled, 0), 0, 2 * bits)
    if factor.failure is not None:
        return None
    lines: list[list[int]] = []  # T, the inverse of the factor, by its columns
    one = 1 << 4 * bits
    for j in range(order):
        column = [one // factor.factor[j][j]]
        for i in range(j + 1, order):
            row = factor.factor[i]
            column.append(-sum(map(times, row[j:i], column)) // row[i])
        lines.append(column)
    # T^T T; entry i of column j stands at i - j
    full = [[0] * order for _ in range(order)]
    for i in range(order):
        for j in range(i + 1):
            full[i][j] = full[j][i] = sum(map(times, lines[i], lines[j][i - j :]))
    top = max(map(max, (map(abs, row) for row in full))).bit_length() - bits
    # scaled = matrix 2^-excess and T = L^-1 in units of 2^(-2 bits)
    rest = [[x >> top if top > 0 else x << -top for x in row] for row in full]
    return rest, top - 6 * bits - excess


def size_of(rows: Sequence[Sequence[int]], e: int) -> Fraction:
    """At least the Frobenius norm."""
    total = sum(sum(map(times, row, row)) for row in rows)
    return root_above(Fraction(total)) * Fraction(2) ** e


class Contraction:
    """K, A and the norms of the proof; `bits` are those of the entries of K and M."""

    def __init__(self, claim: ExactFit, bits: int) -> None:
        self.claim = claim
        exact = Sweep(claim.problem, claim.centre, Fraction(0), claim.bits).derivatives()
        middle = Jacobian(claim, exact, bits)
        self.e, self.rows = middle.e, middle.rows
        self.gram = [
            [sum(map(times, row, other)) for other in self.rows[: i + 1]]
            for i, row in enumerate(self.rows)
        ]
        found = inverted(self.gram, bits)
        if found is None:
            refuse("fit", "J J^T is regular at the centre")
        self.inverse, self.g = found[0], found[1] - 2 * self.e
        self._norms()
        radii = [Fraction(0)] * claim.problem.parameters
        for i, norm in zip(claim.places, self.norms):
            radii[i] = claim.radius * norm
        box = Sweep(claim.problem, claim.centre, radii, claim.bits).derivatives()
        around = Jacobian(claim, box, e=self.e)
        self.apart, self.f = around.apart(self.rows), around.f
        self.moved = size_of(self.apart, self.f)

    def _norms(self) -> None:
        """Upper bounds of the norms of the rows of A = K^T M, whose unit is 2^(e + g)."""
        columns = list(zip(*self.rows))
        unit = Fraction(2) ** (self.e + self.g)
        self.norms: list[Fraction] = []
        for column in columns:
            row = [sum(map(times, column, line)) for line in self.inverse]
            self.norms.append((isqrt(sum(map(times, row, row))) + 1) * unit)
        self.total = root_above(square(self.norms))

    def contraction(self) -> Fraction:
        """q, at least | I - J A |_F on the box."""
        unit = 2 * self.e + self.g
        if unit > 0:  # does not happen with these numbers
            return Fraction(1)
        one, count = 1 << -unit, len(self.gram)
        full = [
            row + [self.gram[k][i] for k in range(i + 1, count)] for i, row in enumerate(self.gram)
        ]
        rest = [
            [one * (i == j) - sum(map(times, row, line)) for j, line in enumerate(self.inverse)]
            for i, row in enumerate(full)
        ]
        return size_of(rest, unit) + self.moved * self.total


def residuals(claim: ExactFit) -> Fraction:
    """At least |r(c)|."""
    exact = Sweep(claim.problem, claim.centre, Fraction(0), claim.bits)
    total = exact.zero
    for n, target in enumerate(claim.problem.targets):
        outputs = exact.forward(n, 0)[1]
        for k in claim.fitted:
            total = total + (outputs[k] - Wide.of(target[k], claim.bits)).power(2)
    return root_above(upper_end(total))


def prove_eigenvalue(claim: ExactFit, found: Contraction) -> None:
    """`eigenvalue`: factor J J^T > s on the box, for the singular values of J differ from those of
    K by at most |J - K|.
    """
    least = (root_above(claim.eigenvalue / claim.problem.factor) + found.moved) ** 2
    shift = least / Fraction(4) ** found.e
    bits = max(row[-1] for row in found.gram).bit_length()
    matrix = SymmetricMatrix.around(found.gram, 0)
    if Cholesky(matrix, -(-shift.numerator // shift.denominator), bits).failure is not None:
        shown = brackets(claim.eigenvalue.numerator, claim.eigenvalue.denominator)
        refuse("eigenvalue", f"the eigenvalues of factor J J^T on the box are above {shown}")


def verify(claim: ExactFit) -> None:
    """The conditions in their order; the first that fails raises a Verdict."""
    with condition("undefined"):
        _verify(claim)


def _verify(claim: ExactFit) -> None:
    prove_relations(claim)
    epsilon = residuals(claim)
    for bits in (FEW_BITS, claim.bits):
        found = Contraction(claim, bits)
        q = found.contraction()
        if q < 1 and epsilon < (1 - q) * claim.radius:
            break
    require("fit", (q, q), (Fraction(1),) * 2, " (q on the left)")
    require("fit", (epsilon, epsilon), ((1 - q) * claim.radius,) * 2, " (|r| on the left)")
    moved = found.total * epsilon / (1 - q)
    weights = sum((square(relation.coefficients) for relation in claim.relations), Fraction(1))
    moved *= root_above(weights) if claim.relations else 1
    require("distance", (moved, moved), (claim.distance,) * 2)
    if claim.given is not None:
        vector, bound = claim.given
        apart = root_above(square(x - y for x, y in zip(claim.centre, vector)))
        require("given", (apart + moved,) * 2, (bound, bound))
    prove_eigenvalue(claim, found)
