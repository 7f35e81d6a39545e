"""Tampered certificates of trained networks: both checkers agree, and whatever they prove is true
by an oracle in mpmath (`oracles/trained.py`).
"""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path

import pytest
import tamper
from oracles.trained import falsehood

CORPUS = Path(__file__).parents[2] / "corpus"
BASES = sorted((CORPUS / "accept").glob("trained-*.json"))
# seconds for the oracle
SLOW = {f"trained-{name}" for name in ("rescaling-deep", "saddle-softmax", "softmax", "deep")}
QUICK = [path for path in BASES if path.stem not in SLOW]
# items 23 and 25 of proofs/divergences.md: enclosures on a ball or a box, and the right inverse
MAY_DIFFER = {"definite", "growth", "tau", "critical", "contraction", "fit", "eigenvalue"}


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=path.stem, marks=[pytest.mark.long] if path.stem in SLOW else [])
        for path in BASES
    ],
)
def test_the_oracle_believes_what_is_true(path):
    assert falsehood(json.loads(path.read_bytes())) is None


@pytest.mark.parametrize(
    "name",
    [
        "activation",
        "better-itself",
        "convexity",
        "decay-doubled",
        "given-low",
        "off-near",
        "risk-high",
        "saddle-as-minimum",
        "second-eigenvalue",
        "largest-low",
        "fit-distance",
        "fit-eigenvalue",
        "fit-relation-constant",
        "fit-target",
        "fit-trap",
        "saddle-index",
        "saddle-minimum",
        "saddle-risk-low",
        "noncritical-at-minimum",
        "noncritical-minimum-inside",
        "kinks-concave",
        "kinks-gate-low",
        "kinks-growth",
        "kinks-missing",
        "kinks-spurious",
    ],
)
def test_the_oracle_knows_falsehoods(name):
    document = json.loads((CORPUS / "reject" / f"trained-{name}.json").read_bytes())
    assert falsehood(document) is not None


def differ(kernel: tuple[str, str], second: tuple[str, str]) -> bool:
    """Whether the two verdicts are not the same, nor apart as divergences.md allows."""
    if kernel == second:
        return False
    verdicts = {kernel[0], second[0]}
    return not (
        verdicts <= {"PROVED", "REJECTED"}
        and all(verdict == "PROVED" or code in MAY_DIFFER for verdict, code in (kernel, second))
    )


@pytest.mark.timeout(300)
@pytest.mark.parametrize("each", [1, pytest.param(4, marks=pytest.mark.slow)])
def test_tampered_certificates(each):
    """So many mutants of claims and witness of every certificate, and as many of all the rest."""
    rng, counts = random.Random(20261130), Counter()
    for path in QUICK:
        pool = list(tamper.mutants(path))
        claims = [mutant for mutant in pool if "claims" in mutant.what or "witness" in mutant.what]
        for mutant in rng.sample(claims, each) + rng.sample(pool, each):
            kernel = tamper.kernel_verdict(mutant.data)
            second = tamper.standalone_verdict(mutant.data)
            assert not differ(kernel, second), (mutant.source, mutant.what, kernel, second)
            counts[kernel[0]] += 1
            if "PROVED" in {kernel[0], second[0]}:
                lie = falsehood(json.loads(mutant.data))
                assert lie is None, (mutant.source, mutant.what, lie)
    assert min(counts[word] for word in ("PROVED", "REJECTED", "MALFORMED")) > 2 * each, counts
