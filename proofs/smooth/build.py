"""How the certificates and the table in this folder came about: python proofs/smooth/build.py
[NAME...]   (README: the table alone)

Needs the package, and is no part of what a reader has to believe.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from math import cos
from pathlib import Path

import certify
from certify.attempt import Attempt
from certify.empirical.attempts import Run
from certify.files import write_json
from certify.kernel.foundation.outcomes import Proved
from certify.kernel.foundation.words import plain
from certify.smooth.activations import activation
from certify.smooth.prove.constant import prove_every_architecture, prove_wide
from certify.smooth.prove.counterexample import prove_activation
from certify.smooth.prove.generated import draw_data
from certify.smooth.prove.splitting import prove_splitting
from certify.tables import DataSet, make_data

HERE = Path(__file__).parent
COMMAND = "python proofs/smooth/build.py"

TEXT = """# Smooth activations: counterexamples, all architectures, all widths

Made by `build.py`; every line is re-proved by `certify check proofs/smooth`. The mathematics:
[lemmas 21 to 23, theorems 15 to 17](../lemmas/smooth.md).

*Data.* The three data of Yun, Sra and Jadbabaie's theorem 2: (1, 0), (0, 1), (1/2, 1/2) with
targets 0, 0, 1. Hat: -1, 1, 0 with targets 0, 0, 1. Bowl: |x|^2 at 1 and 2 steps from the origin
along the axes of the plane, and there. Cosine: cos(3 x), rounded, at 21 points from -1 to 1. Any
data set that is symmetric (with x also -x, with the same target) has targets that are uncorrelated
with the inputs. *Made* data: inputs drawn at random, targets by the linear equations of
`certify data split --generate`.

| file | data | activation | what is proved | risk |
|---|---|---|---|---|
{rows}

Risks that are intervals are rounded outward in the files; here to six digits. "All targets within
s": the certificate holds for every choice of targets that differ by at most s, each on its own,
from those in the file: a set of positive measure.
"""


def hat() -> DataSet:
    """Three data on a line."""
    return make_data([["-1"], ["1"], ["0"]], ["0", "0", "1"])


def bowl() -> DataSet:
    """Nine data in the plane."""
    steps = [[i, 0] for i in (-2, -1, 1, 2)] + [[0, i] for i in (-2, -1, 1, 2)] + [[0, 0]]
    return make_data(steps, [a * a + b * b for a, b in steps])


def cosine() -> DataSet:
    """A symmetric function on a grid."""
    return make_data(
        [[f"{n / 10}"] for n in range(-10, 11)], [f"{cos(0.3 * n):.3f}" for n in range(-10, 11)]
    )


def made(
    name: str, inputs: int, widths: Sequence[int], seed: int = 0, spread: str | None = None
) -> Attempt:
    """Data for which the minimum can be split."""
    data, start = draw_data(inputs, None, widths, activation(name), seed)
    return prove_splitting(
        data, widths, activation(name), spread=spread, start=start, run=Run(seed, COMMAND)
    )


THEOREM_TWO = (
    "tanh",
    "sigmoid",
    "arctan",
    "softplus",
    "quadratic",
    "elu",
    "selu",
    "gelu",
    "silu",
    "sin",
)

MAKE: dict[str, tuple[str, str, Callable[[], Attempt]]] = {
    **{
        f"yun-sra-jadbabaie-{name}": (
            "theorem 2",
            name,
            lambda name=name: prove_activation(activation(name), run=Run(command=COMMAND)),
        )
        for name in THEOREM_TWO
    },
    "hat-4-5-3": (
        "hat",
        "tanh",
        lambda: prove_wide(hat(), [4, 5, 3], activation("tanh"), run=Run(command=COMMAND)),
    ),
    "bowl-10-10": (
        "bowl",
        "gelu",
        lambda: prove_wide(bowl(), [10, 10], activation("gelu"), run=Run(command=COMMAND)),
    ),
    "cosine-64-64-64": (
        "cosine",
        "sigmoid",
        lambda: prove_wide(cosine(), [64, 64, 64], activation("sigmoid"), run=Run(command=COMMAND)),
    ),
    "hat-every-architecture": (
        "hat",
        "tanh",
        lambda: prove_every_architecture(hat(), activation("tanh"), run=Run(command=COMMAND)),
    ),
    "bowl-every-architecture": (
        "bowl",
        "softplus",
        lambda: prove_every_architecture(bowl(), activation("softplus"), run=Run(command=COMMAND)),
    ),
    "cosine-every-architecture": (
        "cosine",
        "gelu",
        lambda: prove_every_architecture(cosine(), activation("gelu"), run=Run(command=COMMAND)),
    ),
    "every-width-tanh": ("made, 1 input", "tanh", lambda: made("tanh", 1, [1])),
    "every-width-sigmoid": ("made, 2 inputs", "sigmoid", lambda: made("sigmoid", 2, [1], 1)),
    "every-width-softplus": ("made, 3 inputs", "softplus", lambda: made("softplus", 3, [2])),
    "every-width-deep": ("made, 2 inputs", "tanh", lambda: made("tanh", 2, [2, 1])),
}


def row(name: str) -> str:
    """A row of the table, from the file."""
    data, units, _ = MAKE[name]
    claim = certify.load(HERE / f"{name}.json").statement
    where, _, _ = plain(claim.headline()).partition(", h(t)")
    spread = str(getattr(claim, "spread", "0"))
    return (
        f"| `{name}` | {data} | {units} |"
        f" {where}{f'; all targets within {spread}' if spread != '0' else ''} |"
        f" {_risk(claim.risk)} |"
    )


def _risk(risk: object) -> str:
    texts = getattr(risk, "texts", None)
    return str(risk) if texts is None else f"{float(texts[0]):.6g}"


if __name__ == "__main__":
    for name in MAKE if sys.argv[1:] == [] else [name for name in sys.argv[1:] if name != "README"]:
        attempt = MAKE[name][2]()
        if not isinstance(attempt.outcome, Proved) or attempt.document is None:
            raise SystemExit(f"{name}: not proved: {attempt.reason}")
        write_json(attempt.document, HERE / f"{name}.json")
        print(name, len(json.dumps(attempt.document)))
    (HERE / "README.md").write_text(TEXT.format(rows="\n".join(map(row, MAKE))))
