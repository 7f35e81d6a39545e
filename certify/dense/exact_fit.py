"""A network that fits all data exactly, beside the weights (theorem 23)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat

from certify.attempt import Attempt
from certify.dense.case import Case, apart, document_of, refused
from certify.dense.derivatives import Risk
from certify.dense.polish import moved
from certify.dense.precise import Precise
from certify.dense.problem import DIGITS, TrainedProblem, decimal_of_fraction
from certify.enclosure import rounded
from certify.floats import Array
from certify.rationals import flint_rational, fraction

__all__ = ["Relation", "prove_exact_fit", "relations"]

_STEPS = 60  # of the Gauss-Newton method
_ROOM = Fraction(1, 10**20)  # how far the fit may be, before the Jacobian's inverse
_SINGULAR = 1e-10


@dataclass(frozen=True)
class Relation:
    """The target of an output (from 0) is the sum of coefficients times targets, and a constant."""

    output: int
    coefficients: tuple[Fraction, ...]
    constant: Fraction

    @property
    def written(self) -> dict[str, Any]:
        """As in the format."""
        return {
            "output": self.output + 1,
            "coefficients": [_decimal(value) for value in self.coefficients],
            "constant": _decimal(self.constant),
        }

    @property
    def stretch(self) -> float:
        """The sum of the squares of the coefficients."""
        return float(sum((value * value for value in self.coefficients), Fraction(0)))


def relations(problem: TrainedProblem) -> list[Relation]:
    """The targets that are, on all data, affine functions of those before them, exactly; only where
    the last layer can follow them.
    """
    last = problem.layers[-1]
    if last.activation != "t" or last.units == 1:
        return []
    rows = [
        [fmpq(1) if last.bias else fmpq(0), *(flint_rational(Fraction(v)) for v in row)]
        for row in problem.targets
    ]
    reduced, rank = fmpq_mat(rows).rref()
    entries = reduced.tolist()[:rank]
    pivots = [next(j for j, value in enumerate(row) if value != 0) for row in entries]
    found = []
    for k in range(last.units):
        if k + 1 in pivots:
            continue
        above = {p: fraction(row[k + 1]) for p, row in zip(pivots, entries, strict=True)}
        coefficients = tuple(above.get(j + 1, Fraction(0)) for j in range(last.units))
        relation = Relation(k, coefficients, above.get(0, Fraction(0)))
        if all(map(_short, (*coefficients, relation.constant))):
            found.append(relation)
    return found


def prove_exact_fit(case: Case) -> Attempt:
    """A network of risk 0 near the weights given: none, if the Jacobian is singular there."""
    problem = case.problem
    why = inapplicable(case)
    if why:
        return refused(why)
    dependent = relations(problem)
    fitted = _fitted(problem, [relation.output for relation in dependent])
    own, kept = fitted
    risk, theta = Risk(own), case.start[kept]
    case.run.tell(f"Gauss-Newton: {own.parameters} parameters, {own.y.size} residuals")
    theta, miss = _gauss_newton(risk, own, theta)
    if not miss < 1e-9:
        return refused(
            f"Gauss-Newton from the weights does not fit the data: |residuals| {miss:.2g}"
        )
    jacobian = risk.jacobian(theta)
    left, values, right = np.linalg.svd(jacobian, full_matrices=False)
    if values[-1] < _SINGULAR * values[0]:
        return refused(
            "the Jacobian of the outputs is singular, as far as floats can tell, at the exact fit"
            f" (singular values {values[-1]:.1e} to {values[0]:.1e})"
        )
    exact, error = _fitted_precisely(own, theta, (right.T / values) @ left.T)
    own_texts = [decimal_of_fraction(value) for value in exact]
    texts = _with_dependent(case, kept, own_texts, dependent)
    rho = max(_ROOM, Fraction(100 * error))
    stretch = np.sqrt(1 + sum(relation.stretch for relation in dependent))
    size = float(np.sqrt((1 / values**2).sum())) * float(stretch)
    distance = Fraction(rounded(Fraction(1.1 * size) * rho, 2, up=True))
    least = float(problem.factor) * float(values[-1]) ** 2
    far = apart(case.exact, list(map(Fraction, texts))) + distance
    statement = {
        "centre": problem.nested(texts),
        "relations": [relation.written for relation in dependent],
        "claims": {
            "distance": rounded(distance, 2, up=True),
            "eigenvalue": rounded(Fraction(0.99 * least), 3, up=False),
            "given": {
                "parameters": problem.nested(case.given),
                "distance": rounded(far * (1 + Fraction(1, 10**9)), 8, up=True),
            },
        },
    }
    document = document_of(
        "smooth-exact-fit", problem, statement, {"radius": rounded(rho, 2, up=True)}
    )
    attempt = case.judged(document, {"polished": f"|residuals| {error:.1e}"})
    return replace(attempt, remarks=_of_relations(dependent))


def inapplicable(case: Case) -> str:
    """Why there cannot be an exact fit, or this is no proof of it; empty where it can be tried."""
    problem = case.problem
    if problem.loss != "squared":
        return f"the loss {problem.loss} is above 0 at every network: nothing fits exactly"
    if case.decays:
        return "there is decay: a network that fits exactly is then no minimum"
    rows = len(problem.inputs)
    outputs = problem.layers[-1].units - len(relations(problem))
    if problem.parameters < rows * outputs:
        return (
            f"{problem.parameters} parameters are fewer than {rows * outputs} targets: an exact"
            " fit is not to be expected"
        )
    return ""


def _fitted(problem: TrainedProblem, gone: Sequence[int]) -> tuple[TrainedProblem, list[int]]:
    """The problem of the outputs that have no relation, and its places in theta."""
    if not gone:
        return problem, list(range(problem.parameters))
    last, top = problem.layers[-1], len(problem.layers) - 1
    left = [k for k in range(last.units) if k not in gone]
    lost = {problem.weight(top, k, i) for k in gone for i in range(last.inputs)}
    lost |= {problem.bias(top, k) for k in gone} if last.bias else set()
    targets = tuple(tuple(row[k] for k in left) for row in problem.targets)
    layers = (*problem.layers[:-1], replace(last, units=len(left)))
    own = replace(problem, layers=layers, targets=targets)
    return own, [i for i in range(problem.parameters) if i not in lost]


def _gauss_newton(risk: Risk, problem: TrainedProblem, theta: Array) -> tuple[Array, float]:
    """Least steps to zero residuals, halved where they do not help, and what is left."""

    def missed(at: Array) -> Array:
        return np.asarray((risk.outputs(at) - problem.y).ravel())

    sizes = [float(np.linalg.norm(missed(theta)))]
    for _ in range(_STEPS):
        if sizes[-1] < 1e-13 or (sizes[-1] < 1e-11 and sizes[-1] > sizes[-2] / 2):
            break
        step = np.linalg.lstsq(risk.jacobian(theta), -missed(theta), rcond=1e-13)[0]
        share = 1.0
        while share > 1e-6:
            size = float(np.linalg.norm(missed(theta + share * step)))
            if size < sizes[-1] * (1 - share / 4):
                break
            share /= 2
        else:
            break
        theta = theta + share * step
        sizes.append(size)
    return theta, sizes[-1]


def _fitted_precisely(
    problem: TrainedProblem, theta: Array, inverse: Array
) -> tuple[list[Fraction], float]:
    """theta to many digits and the length of its residuals."""
    precise = Precise(problem)
    exact = [Fraction(value) for value in theta.tolist()]
    everywhere = range(len(exact))
    error = float("inf")
    for _ in range(12):
        miss = np.array([float(value) for value in precise.residuals(exact)])
        if not np.linalg.norm(miss) < error / 2:
            break
        error = float(np.linalg.norm(miss))
        moved(exact, -inverse @ miss, everywhere)
    rounding = float(len(exact)) * 10.0 ** (1 - DIGITS) * (1 + float(np.linalg.norm(inverse)))
    return exact, max(error, rounding)


def _with_dependent(
    case: Case, kept: Sequence[int], own: Sequence[str], dependent: Sequence[Relation]
) -> list[str]:
    """All parameters, the rows of dependent outputs exactly as the relations say."""
    problem, top = case.problem, len(case.problem.layers) - 1
    texts = dict(zip(kept, own, strict=True))
    last = problem.layers[-1]
    for relation in dependent:
        used = [(j, value) for j, value in enumerate(relation.coefficients) if value]
        for i in range(last.inputs):
            total = sum(
                (value * Fraction(texts[problem.weight(top, j, i)]) for j, value in used),
                Fraction(0),
            )
            texts[problem.weight(top, relation.output, i)] = _decimal(total)
        if last.bias:
            total = relation.constant + sum(
                (value * Fraction(texts[problem.bias(top, j)]) for j, value in used), Fraction(0)
            )
            texts[problem.bias(top, relation.output)] = _decimal(total)
    return [texts[i] for i in range(problem.parameters)]


def _of_relations(dependent: Sequence[Relation]) -> tuple[str, ...]:
    """What is to be said of dependent targets."""
    if not dependent:
        return ()
    names = ", ".join(str(relation.output + 1) for relation in dependent)
    told = f"the targets of output {names} depend on the others, exactly, and so do its weights"
    return (f"{told} here; rank and eigenvalue are of the other outputs",)


def _short(value: Fraction) -> bool:
    """Whether it is a decimal of few digits."""
    below = value.denominator
    for prime in (2, 5):
        while below % prime == 0:
            below //= prime
    return below == 1 and value.denominator < 10**30


def _decimal(value: Fraction) -> str:
    """All digits."""
    digits = 0
    while (value * 10**digits).denominator != 1:
        digits += 1
    return decimal_of_fraction(value, digits)
