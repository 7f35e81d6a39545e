"""Data, formulas and parameters of the kinds with smooth activations, and how they are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import mul as times
from typing import Any

from .arithmetic import GUARD_BITS
from .bounds import MOST_EVALUATED
from .formulas import MOST_NODES, Formula, erfs, read_formula
from .reader import array, fields, integer, real
from .verdict import need
from .wide import Wide


def require_values(data: SmoothData, units: int, bits: int) -> None:
    """`bits` are those that this checker works with, p + 128; the bound counts p + 64."""
    words = -(-(bits - GUARD_BITS) // 256)
    nodes = data.nodes + 3 * erfs(data.formula)
    need(
        len(data.inputs) * units * nodes * words**2 <= MOST_EVALUATED,
        "The activation is to be evaluated too often.",
    )


# for each layer weights [units][below] and bias
SmoothParameters = list[tuple[list[list[Fraction]], list[Fraction]]]


@dataclass(frozen=True)
class SmoothData:
    """The data of sections 4.15 to 4.17; a target may be anything within `spread` of the number
    given.
    """

    formula: Formula
    nodes: int  # of the formula
    widths: list[int]
    inputs: list[list[Fraction]]
    targets: list[Fraction]
    spread: Fraction

    @property
    def size(self) -> str:
        count, d = len(self.inputs), len(self.inputs[0])
        data, inputs = "datum" if count == 1 else "data", "input" if d == 1 else "inputs"
        return f"{count} {data} with {d} {inputs}"

    def ranges(self, bits: int) -> Iterator[tuple[list[Wide], Wide, Wide]]:
        """Inputs, least and largest target."""
        for row, y in zip(self.inputs, self.targets):
            yield (
                [Wide.of(x, bits) for x in row],
                Wide.of(y - self.spread, bits),
                Wide.of(y + self.spread, bits),
            )


def read_smooth_data(problem: dict[str, Any]) -> SmoothData:
    left = [MOST_NODES]
    formula = read_formula(problem["activation"], left)
    widths: list[int] = []
    if "widths" in problem:
        need(
            type(problem["widths"]) is list and 1 <= len(problem["widths"]) <= 32,
            "widths is not an array of 1 to 32 integers.",
        )
        widths = [integer(x, "an entry of widths", 1, 256) for x in problem["widths"]]
    listed = problem["inputs"]
    need(
        type(listed) is list and 1 <= len(listed) <= 10_000,
        "inputs is not an array of 1 to 10000 arrays.",
    )
    need(
        type(listed[0]) is list and 1 <= len(listed[0]) <= 16,
        "The first of the inputs is not an array of 1 to 16 numbers.",
    )
    count, d = len(listed), len(listed[0])
    need(count * d * d <= 10**6, "N d^2 is more than 10^6.")
    inputs = [
        [real(x, "an entry of inputs") for x in array(row, "a row of inputs", d)] for row in listed
    ]
    targets = [
        real(array(row, "a row of targets", 1)[0], "an entry of targets")
        for row in array(problem["targets"], "targets", count)
    ]
    spread_out = real(problem["spread"], "spread") if "spread" in problem else Fraction(0)
    need(spread_out >= 0, "spread is negative.")
    need("spread" in problem or any(row != inputs[0] for row in inputs), "All inputs are equal.")
    return SmoothData(formula, MOST_NODES - left[0], widths, inputs, targets, spread_out)


def read_smooth(value: Any, name: str, widths: Sequence[int], data: SmoothData) -> SmoothParameters:
    """Parameters for hidden layers of these widths."""
    units = [len(data.inputs[0]), *widths, 1]
    need(
        len(data.inputs) * sum(map(times, units, units[1:])) <= 2 * 10**6,
        f"The weights of {name}, times the data, are more than 2 * 10^6.",
    )
    found: SmoothParameters = []
    for entry, below, above in zip(array(value, name, len(units) - 1), units, units[1:]):
        fields(entry, f"An entry of {name}", "weights bias")
        weights = [
            [real(x, f"a weight of {name}") for x in array(row, "a row of weights", below)]
            for row in array(entry["weights"], "weights", above)
        ]
        found.append(
            (weights, [real(x, f"a bias of {name}") for x in array(entry["bias"], "bias", above)])
        )
    return found


@dataclass(frozen=True)
class Names:
    """The fields of a certificate of section 4.15, 4.16 or 4.17 beyond those that all have."""

    claims: str
    statement: str = ""
    problem: str = ""
    witness: str = ""


@dataclass(frozen=True)
class Opened:
    """What these certificates have in common; the rest of the parts named is unread."""

    statement: dict[str, Any]
    problem: dict[str, Any]
    claims: dict[str, Any]
    witness: dict[str, Any]
    bits: int
    data: SmoothData


def read_smooth_problem(tree: dict[str, Any], names: Names) -> Opened:
    """The common part of a certificate of section 4.15, 4.16 or 4.17."""
    statement = fields(tree["statement"], "statement", f"problem claims {names.statement}")
    problem = fields(statement["problem"], "problem", f"activation inputs targets {names.problem}")
    claims = fields(statement["claims"], "claims", names.claims)
    witness = fields(tree["witness"], "witness", f"bits {names.witness}")
    bits = integer(witness["bits"], "bits", 128, 1024) + 2 * GUARD_BITS
    return Opened(statement, problem, claims, witness, bits, read_smooth_data(problem))
