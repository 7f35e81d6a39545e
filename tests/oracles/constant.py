"""Whether statements about constant outputs and split neurons of smooth networks are true, by
values at points nearby in mpmath (`oracles/smooth.py`).
"""

from __future__ import annotations

import json
import random
from fractions import Fraction

from mpmath import mp, mpf

from oracles import smooth as oracle


def moments(problem: dict) -> tuple[list[Fraction], list[list[Fraction]], Fraction]:
    """Residuals of the mean, centred inputs, and the risk of the mean."""
    targets = [Fraction(row[0]) for row in problem["targets"]]
    columns = [list(map(Fraction, column)) for column in zip(*problem["inputs"], strict=True)]
    residuals = [y - sum(targets) / len(targets) for y in targets]
    centred = [[value - sum(column) / len(column) for value in column] for column in columns]
    return residuals, centred, sum(r * r for r in residuals) / 2


def constant_falsehood(statement: dict, rng: random.Random) -> str | None:
    """Why a `data-constant-minimum` is not true, if it is not."""
    problem, claims = statement["problem"], statement["claims"]
    _, _, risk = moments(problem)
    if Fraction(claims["risk"]) != risk:
        return "another risk"
    layers = oracle.parsed(statement["parameters"])
    point = oracle.constant_on_data(problem, layers)
    if abs(point[-1][1][0] - layers[-1][1][0]) >= mpf(claims["distance"]):
        return "the last bias is farther away"
    total = oracle.risk_of(problem)
    if abs(total(point) - mpf(risk.numerator) / risk.denominator) > mpf(10) ** (20 - mp.dps):
        return "the output is not constant"
    if oracle.lowest(total, point, oracle.directions(point, rng, 12), range(3, 9)) < -(
        mpf(10) ** (20 - mp.dps)
    ):
        return "there are lower points nearby"
    if (
        claims["better"] is not None
        and not total(oracle.parsed(claims["better"])) < mpf(risk.numerator) / risk.denominator
    ):
        return "the better point is not better"
    return None


def family_falsehood(statement: dict) -> str | None:
    """Why a `data-constant-family` is not true by theorem 16, if it is not; exact but for the
    derivatives.
    """
    residuals, centred, risk = moments(statement["problem"])
    if Fraction(statement["claims"]["risk"]) != risk:
        return "another risk"
    if any(sum(r * x for r, x in zip(residuals, column, strict=True)) for column in centred):
        return "correlated"
    varying = [column for column in centred if any(column)]
    rng = random.Random(0)
    signs = set()
    for _ in range(50):
        way = [rng.gauss(0, 1) for _ in varying]
        at = [
            sum(w * float(column[n]) for w, column in zip(way, varying, strict=True))
            for n in range(len(residuals))
        ]
        signs.add(sum(float(r) * a * a for r, a in zip(residuals, at, strict=True)) > 0)
    h, a = oracle.function(statement["problem"]["activation"]), mpf(statement["point"])
    flat = abs(mp.diff(h, a)) < mpf("1e-25") or abs(mp.diff(h, a, 2)) < mpf("1e-25")
    return "a moment of both signs" if len(signs) > 1 else "no slope or no bend" if flat else None


def splitting_falsehood(statement: dict, rng: random.Random) -> str | None:
    """Why a `data-splitting-family` is not true for the targets in the file, if it is not."""
    claims = statement["claims"]
    layers, total = oracle.parsed(statement["parameters"]), oracle.risk_of(statement["problem"])
    point = oracle.newton(total, layers, 4)
    away = mp.sqrt(
        sum((a - b) ** 2 for a, b in zip(oracle.flat(point), oracle.flat(layers), strict=True))
    )
    if away > mpf(claims["distance"]) * (1 + mpf("1e-9")) + mpf(10) ** (-mp.dps // 3):
        return "the minimum is farther away"
    low, high = (mpf(text) for text in claims["risk"])
    if not low < total(point) < high:
        return "another risk"
    copies = oracle.split(point, statement["neuron"], [mpf("0.3"), mpf("0.7")])
    if oracle.lowest(total, copies, oracle.directions(copies, rng, 12), range(4, 8)) < -(
        mpf(10) ** (-mp.dps // 3)
    ):
        return "there are lower points near a split one"
    return (
        None
        if total(oracle.parsed(claims["better"]["parameters"])) < low
        else "the better point is not better"
    )


def falsehood(data: bytes, rng: random.Random) -> str | None:
    document = json.loads(data)
    statement = document["statement"]
    with mp.workdps(70):
        match document["kind"]:
            case "data-constant-minimum":
                return constant_falsehood(statement, rng)
            case "data-constant-family":
                return family_falsehood(statement)
            case _:
                return splitting_falsehood(statement, rng)
