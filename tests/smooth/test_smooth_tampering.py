"""Tampered certificates of smooth activations: both checkers agree, and whatever they prove
is true by an oracle in mpmath (`oracles/smooth.py`).
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import tamper
from oracles.constant import falsehood

CORPUS = Path(__file__).parents[1] / "corpus" / "accept"
# for the oracle
SLOW = {
    f"smooth-{name}"
    for name in (
        "constant-bowl",
        "constant-deep",
        "constant-narrow",
        "split-three",
        "split-deep",
        "split-unequal",
    )
}
BASES = [path for path in sorted(CORPUS.glob("smooth-*.json")) if path.stem not in SLOW]


def sample() -> list[tamper.Mutant]:
    """Ten mutants of every certificate, half of them of claims or witness."""
    chosen = []
    for path in BASES:
        pool = list(tamper.mutants(path))
        rng = random.Random(path.stem)
        chosen += rng.sample(pool, 5)
        chosen += rng.sample(
            [m for m in pool if "claims" in m.what or "witness" in m.what or "spread" in m.what], 5
        )
    return chosen


@pytest.mark.parametrize("path", BASES, ids=lambda path: path.stem)
def test_the_oracle_believes_what_is_true(path):
    assert falsehood(path.read_bytes(), random.Random(1)) is None


@pytest.mark.parametrize(
    "name",
    [
        "flipped",
        "not-better",
        "last-bias",
        "risk-twice",
        "family-both-signs",
        "family-bend",
        "split-low",
        "split-same",
    ],
)
def test_the_oracle_knows_falsehoods(name):
    path = CORPUS.parent / "reject" / f"smooth-{name}.json"
    assert falsehood(path.read_bytes(), random.Random(1)) is not None


@pytest.mark.timeout(300)
@pytest.mark.long
def test_tampered_certificates(capsys):
    counts: dict[str, int] = {}
    rng = random.Random(20261121)
    for mutant in sample():
        kernel, standalone = (
            tamper.kernel_verdict(mutant.data),
            tamper.standalone_verdict(mutant.data),
        )
        assert kernel[0] == standalone[0], (mutant.source, mutant.what, kernel, standalone)
        counts[kernel[0]] = counts.get(kernel[0], 0) + 1
        if kernel[0] == "PROVED":
            assert falsehood(mutant.data, rng) is None, (mutant.source, mutant.what)
    assert counts["PROVED"] > 20 and counts["REJECTED"] > 50 and counts["MALFORMED"] > 50
    with capsys.disabled():
        print(f"\nmutants of smooth certificates: {dict(sorted(counts.items()))}")
