"""How the certificates and the table in this folder came about: python proofs/consequences/build.py

Every minimum shipped in proofs/gaussian, proofs/symmetric and proofs/survey: which neurons may be
split (certify consequence split), a basin (certify consequence basin). All are proved, a few are
kept as files. Needs the package, and is no part of what a reader has to believe.
"""

from __future__ import annotations

import json
from pathlib import Path

from certify.files import write_json
from certify.gaussian.prove.consequences import prove_basin, prove_splitting
from certify.kernel.foundation.outcomes import Proved

HERE = Path(__file__).parent
PROOFS = HERE.parent
KEPT = {f"k{k:02d}/{name}" for k in (7, 8, 10, 20, 10**6) for name in ("II", "A", "I", "II+1")}

TEXT = """# Consequences: splitting and basins

Made by `build.py` from every minimum shipped in `proofs/gaussian`, `proofs/symmetric` and
`proofs/survey`; each line was proved by the kernel, and the files here are a sample.
The mathematics: [theorems 6 and 7](../lemmas/consequences.md).

*Splitting.* For each of these minima, splitting any neuron w into alpha w and (1 - alpha) w gives a
saddle, for every alpha in (0, 1): {split} of {total} minima, all their neurons.

*Basins.* r: the radius of the ball on which the certificate proves strong convexity. Basin: a ball
around W* (90 % of the largest radius at which the argument still works) on which the Hessian's
eigenvalues lie between mu and L, so that gradient flow, and gradient descent with steps up to 1/L,
converge to W* from everywhere in it.

| minimum | n, k | r | basin | mu | L | neurons split |
|---|---|---|---|---|---|---|
{rows}
"""


def line(path: Path) -> tuple[str, bool]:
    """A row of the table, and whether all neurons can be split."""
    document = json.loads(path.read_text())
    document.pop("provenance", None)
    name = str(path.relative_to(PROOFS).with_suffix(""))
    split, basin = (
        prove_splitting(document, command=f"certify consequence split proofs/{name}.json"),
        prove_basin(document, command=f"certify consequence basin proofs/{name}.json"),
    )
    problem, radius = document["statement"]["problem"], document["statement"]["claims"]["radius"]
    cells = [f"`{name}`", f"{problem['n']}, {problem['k']}", radius]
    for attempt, kind in ((basin, "basin"), (split, "splitting")):
        if not isinstance(attempt.outcome, Proved) or attempt.document is None:
            return f"| {' | '.join(cells)} | not proved: {attempt.reason} | | | |", False
        if name.removeprefix("symmetric/") in KEPT or name == "gaussian/n06-k06":
            write_json(
                attempt.document,
                HERE / f"{name.replace('symmetric/', '').replace('/', '-')}.{kind}.json",
            )
    claims = basin.document["statement"]["claims"]
    cells += [claims[name] for name in ("radius", "curvature", "smoothness")]
    cells += ["all" if not split.trials else split.trials[0]]
    return f"| {' | '.join(cells)} |", not split.trials


if __name__ == "__main__":
    paths = [
        *sorted((PROOFS / "gaussian").glob("*.json")),
        *sorted((PROOFS / "symmetric").glob("k*/*.json")),
        *sorted((PROOFS / "survey").glob("k*/*.json")),
    ]
    minima = [
        path
        for path in paths
        if json.loads(path.read_text())["kind"]
        in ("gaussian-minimum", "gaussian-symmetric-minimum")
    ]
    lines = [line(path) for path in minima]
    (HERE / "README.md").write_text(
        TEXT.format(
            rows="\n".join(row for row, _ in lines),
            split=sum(whole for _, whole in lines),
            total=len(lines),
        )
    )
    print(len(lines), "minima,", sum(whole for _, whole in lines), "with all neurons split")
