"""Outputs whose targets are affine combinations of the other outputs' (lemma 31): one-hot targets
sum up to 1, so that no network can fit them with a Jacobian of full rank.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import arb, fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import decimal, fields, natural
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.trained.network import Parameters
from certify.kernel.trained.problem import TrainedProblem, is_identity

__all__ = ["Relation", "read_relations", "require_relation", "stretch"]


@dataclass(frozen=True)
class Relation:
    """y_nk = sum_j coefficients_j y_nj + constant for all n: the output k is counted from 0."""

    output: int
    coefficients: tuple[fmpq, ...]
    constant: fmpq


def read_relations(value: Any, problem: TrainedProblem) -> tuple[Relation, ...]:
    """From the field `relations`. Raises `Malformed`."""
    if not isinstance(value, list):
        raise Malformed("the relations are not a list")
    outputs, last = problem.network.outputs, problem.network.layers[-1]
    found: list[Relation] = []
    for entry in value:
        known = fields(entry, "a relation", ["output", "coefficients", "constant"])
        output = natural(known["output"], "the output of a relation", 1, outputs) - 1
        numbers = known["coefficients"]
        if not isinstance(numbers, list) or len(numbers) != outputs:
            raise Malformed(f"the coefficients of a relation are not a list of {outputs} numbers")
        coefficients = tuple(decimal(each, "a coefficient of a relation") for each in numbers)
        found.append(Relation(output, coefficients, decimal(known["constant"], "a constant")))
    places = [relation.output for relation in found]
    if places != sorted(set(places)) or len(places) == outputs:
        raise Malformed("the outputs of the relations do not increase, or are all outputs")
    if any(relation.coefficients[k] != 0 for relation in found for k in places):
        raise Malformed("a relation has a coefficient at an output that has a relation itself")
    if found and not is_identity(last):
        raise Malformed("outputs with an activation have no relations")
    if any(relation.constant != 0 for relation in found) and not last.bias:
        raise Malformed("a relation has a constant, but the last layer has no biases")
    return tuple(found)


def require_relation(
    relation: Relation, problem: TrainedProblem, centre: Parameters, ledger: Ledger
) -> None:
    """Verify that targets and centre obey it, exactly."""
    weights, biases = centre[-1]
    name = f"output {relation.output + 1}"
    wrong = sum(
        y[relation.output] != relation.constant + _combined(relation, list(y))
        for y in problem.targets
        if not isinstance(y, int)
    )
    sentence = f"targets of {name} that are not this combination of the others"
    ledger.require_equal("relation", sentence, wrong, 0)
    columns = [list(column) for column in zip(*weights, strict=True)]
    wrong = sum(column[relation.output] != _combined(relation, column) for column in columns)
    if biases:
        expected = relation.constant + _combined(relation, list(biases))
        wrong += biases[relation.output] != expected
    sentence = f"parameters of {name} at the centre that are not this combination of the others"
    ledger.require_equal("relation", sentence, wrong, 0)


def _combined(relation: Relation, values: list[fmpq]) -> fmpq:
    pairs = zip(relation.coefficients, values, strict=True)
    return sum((a * b for a, b in pairs), fmpq(0))


def stretch(relations: tuple[Relation, ...]) -> arb:
    """How much farther all parameters move than those that are free: the row of an output with a
    relation moves by the combination of the others.
    """
    total = fmpq(1)
    for relation in relations:
        total += sum((a * a for a in relation.coefficients), fmpq(0))
    return ball(total).sqrt()
