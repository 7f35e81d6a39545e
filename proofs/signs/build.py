"""How the certificates in this folder came about: python proofs/signs/build.py

One student and one of the orthonormal teachers have the output weight -1. The minimum is followed
in k, from a start that a random search has found at k = 8. README.md is written by it, too. Needs
the package, is no part of what a reader has to believe, and writes nothing that the kernel has not
proved.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from certify.attempt import Attempt
from certify.enclosure import Enclosure
from certify.files import write_json
from certify.gaussian.prove.blocks import prove_block_point
from certify.gaussian.prove.minimum import prove_candidate
from certify.gaussian.search.candidate import make_candidate
from certify.gaussian.search.symmetric import SymmetricCandidate, fixed_newton, make_blocks
from certify.gaussian.signs import signed, signed_blocks
from certify.kernel.check import read_claim
from certify.kernel.foundation.outcomes import Proved
from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric

HERE = Path(__file__).parent
KEPT = (3, 4, 5, 6, 7, 8, 10, 20, 100, 1000, 10**6)
STEPS = (14, 30, 50, 200, 400, 3000, 10**4, 10**5)  # on the way to the next one
START = ["1.0143", "0.0239", "-0.2743", "0.1954", "-1.1463"]  # k = 8
PAIR = [["-0.38892", "0.10755"], ["-0.61108", "0.89245"]]  # k = 2
SIGNS = "+-:+-"


def written(attempt: Attempt, name: str) -> GaussianSymmetric | None:
    """Write the certificate of an attempt that proves a minimum; the claim of a symmetric one."""
    if attempt.document is None or not isinstance(attempt.outcome, Proved):
        raise ValueError(f"{name}: {attempt.reason}")
    claim = read_claim(attempt.document)
    if isinstance(claim, GaussianSymmetric) and claim.saddle:
        raise ValueError(f"{name}: a saddle")
    write_json(attempt.document, HERE / f"{name}.json")
    return claim if isinstance(claim, GaussianSymmetric) else None


def followed() -> dict[int, GaussianSymmetric]:
    """The claims of the symmetric certificates, by k."""
    found = {}
    for way in (range(8, 2, -1), sorted({8, *KEPT[5:], *STEPS})):
        values: list[Any] = list(START)
        for k in way:
            parts = (("diagonal", k - 1), ("diagonal", 1))
            signs = signed_blocks(SIGNS, parts)
            values = list(fixed_newton(make_blocks(parts, signs), values, 30, damping=True))
            if k in KEPT and k not in found:
                point = SymmetricCandidate(parts, tuple(values), {"family": "signs"}, signs=signs)
                claim = written(prove_block_point(point), f"k{k:02d}")
                if claim is not None:
                    found[k] = claim
    return dict(sorted(found.items()))


HEAD = """# Output weights 1 and -1

Made by `build.py`; every certificate here is re-proved by `certify check proofs/signs`. The
mathematics: [lemma 25](../lemmas/gaussian.md#lemma-25), theorems 1 and 2.

n = k ReLU neurons, of which one has the output weight -1, are to learn k orthonormal teachers, of
which one has it, too. Each file proves a strict spurious local minimum in every dimension d >= k.
Without signs there is none known below six teachers; here there is one with two. `k02.json` is
dense; the others have the symmetry S_(k-1) x S_1 and hold the whole spectrum. One branch is
followed in k, and it is a minimum at every k that was tried.

| k | loss | smallest eigenvalue |
|---|---|---|
"""

if __name__ == "__main__":
    pair = replace(make_candidate(PAIR), signs=signed(SIGNS, 2, 2))
    written(prove_candidate(pair, command="certify prove --signs +-:+-"), "k02")
    rows = []
    for k, claim in followed().items():
        loss, low = (
            Enclosure.of(*value.texts).printed(8) for value in (claim.loss, claim.lambda_min_beyond)
        )
        rows.append(f"| {k} | {loss} | {low} |\n")
    (HERE / "README.md").write_text(HEAD + "".join(rows))
