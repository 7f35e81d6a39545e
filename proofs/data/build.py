"""How the certificates and the table in this folder came about: python proofs/data/build.py
[NAME...]   (README: the table alone)

Data sets that scikit-learn ships (no network), XOR, and small synthetic ones. Needs the package and
scikit-learn, and is no part of what a reader has to believe.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from sklearn.datasets import load_diabetes, load_digits, load_iris

import certify
from certify.attempt import Attempt
from certify.empirical.architectures import Convolutional, Dense, unit
from certify.empirical.attempts import Run
from certify.empirical.parameters import Layers
from certify.files import write_json
from certify.kernel.foundation.outcomes import Proved
from certify.kernel.foundation.words import line, plain
from certify.networks import Trained
from certify.piecewise.prove.convolutional import prove_convolutional
from certify.piecewise.prove.entropy import prove_entropy
from certify.piecewise.prove.linear import linear_network, prove_linear, special_point
from certify.piecewise.prove.minimum import prove_minimum
from certify.piecewise.prove.trained import prove_trained
from certify.tables import DataSet, make_data

HERE = Path(__file__).parent
COMMAND = "python proofs/data/build.py"

TEXT = """# Certificates for networks on data sets

Made by `build.py`; every line is re-proved by `certify check proofs/data`. The mathematics:
[lemmas 18 to 20, theorems 10 to 14](../lemmas/piecewise.md). Everything but the cross-entropy is
exact: the data are the decimals in the file, the parameters rationals, and the risk of the point is
stated with all its digits.

*Data.* iris: the petal width from the other three measurements; its species versicolor and
virginica for the cross-entropy. diabetes: the disease progression from ten measurements, not
scaled. XOR: four data. images: the digits 0 and 1 of scikit-learn's 8 x 8 images, averaged to 4 x 4
and rounded. waves: 40 data in the plane, drawn and rounded by `build.py`; the trained network has
fitted them from a random start and was then replaced by the exact minimum in its cell.

| file | data | network | what is proved | risk | better point |
|---|---|---|---|---|---|
{rows}

The risks are rounded here (that of the entropy is an interval); the files hold them exactly.
`iris-groups-1` to `-3` are minima of one and the same landscape at three heights: the best affine
map, and the best one on each of two and of three groups of the data.
"""


def iris() -> DataSet:
    """Petal width from the other three."""
    table = load_iris().data
    return make_data(table[:, :3], table[:, 3])


def diabetes() -> DataSet:
    """As it was measured."""
    table = load_diabetes(scaled=False)
    return make_data(table.data, table.target)


def two_species() -> DataSet:
    """The two species that no hyperplane separates."""
    table = load_iris()
    last = table.target > 0
    return make_data(
        table.data[last], None, [str(table.target_names[label]) for label in table.target[last]]
    )


def xor() -> DataSet:
    """Exclusive or."""
    return make_data([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0])


def images() -> DataSet:
    """Zeros and ones of 4 x 4 pixels."""
    table = load_digits(n_class=2)
    pixels = table.images[:80].reshape(-1, 4, 2, 4, 2).mean(axis=(2, 4))
    return make_data(np.round(pixels.reshape(len(pixels), -1) / 16, 1), table.target[:80])


def waves() -> DataSet:
    """A smooth function with noise."""
    rng = np.random.default_rng(20)
    x = np.round(rng.uniform(-2, 2, size=(40, 2)), 2)
    return make_data(
        x, np.round(np.sin(2 * x[:, 0]) + np.abs(x[:, 1]) + 0.3 * rng.normal(size=40), 2)
    )


def floats(rows: tuple[tuple[str, ...], ...]) -> Any:
    """As float64."""
    return np.array([[float(v) for v in row] for row in rows])


def fitted(data: DataSet, hidden: int, seed: int) -> Trained:
    """One hidden layer of relus, trained in numpy by L-BFGS."""
    x, y, rng = floats(data.inputs), floats(data.targets)[:, 0], np.random.default_rng(seed)
    width = x.shape[1]

    def parts(flat: Any) -> Trained:
        w, b, v = (
            flat[: hidden * width].reshape(hidden, width),
            flat[hidden * width : -hidden - 1],
            flat[-hidden - 1 : -1],
        )
        return Trained(w, b, v, float(flat[-1]))

    def risk(flat: Any) -> tuple[float, Any]:
        net = parts(flat)
        z = x @ net.w.T + net.b
        h = np.maximum(z, 0)
        r = h @ net.v + net.c - y
        back = np.outer(r, net.v) * (z > 0)
        return float(r @ r) / 2, np.concatenate(
            [(back.T @ x).ravel(), back.sum(axis=0), h.T @ r, [r.sum()]]
        )

    end = minimize(
        risk,
        rng.normal(size=hidden * (width + 2) + 1),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 20000, "ftol": 1e-16, "gtol": 1e-10},
    )
    return parts(end.x)


def trained() -> Attempt:
    """The first seed whose network has a minimum in its cell, or in one of the cells that follow;
    the best network seen is the better point.
    """
    data, hidden = waves(), 6
    nets = [fitted(data, hidden, seed) for seed in range(40)]
    x, y = floats(data.inputs), floats(data.targets)[:, 0]
    best = min(
        nets,
        key=lambda net: float(
            np.sum((np.maximum(x @ net.w.T + net.b, 0) @ net.v + net.c - y) ** 2)
        ),
    )
    for net in nets:
        if net is best or not net.v.all():
            continue
        attempt = prove_trained(
            data, net, unit("relu"), rounds=30, other=best, run=Run(command=COMMAND)
        )
        if (
            isinstance(attempt.outcome, Proved)
            and attempt.document is not None
            and attempt.document["statement"]["claims"]["better"]
        ):
            return attempt
    raise AssertionError("no minimum met")


def linear(kind: str) -> Attempt:
    """A deep linear network on iris: the best map, the origin, a point that is neither."""
    data = iris()
    network = linear_network(3, [2, 2], 1)
    if kind == "noncritical":
        point: Layers = [
            {"weights": [["1", "0", "0"], ["0", "1", "0"]], "bias": []},
            {"weights": [["1", "0"], ["0", "1"]], "bias": []},
            {"weights": [["1/3", "-2/7"]], "bias": []},
        ]
    else:
        point = special_point(data, network, origin=kind == "saddle")
    return prove_linear(data, network, point, run=Run(command=COMMAND))


def minimum(
    data: DataSet, widths: list[int], units: str, *, residual: bool = False, **settings: Any
) -> Attempt:
    """By construction."""
    dense = Dense(widths, unit(units), residual=residual)
    return prove_minimum(data, dense, run=Run(command=COMMAND), **settings)


MAKE: dict[str, tuple[str, Callable[[], Attempt]]] = {
    "xor-relu-2": ("XOR", lambda: minimum(xor(), [2], "relu")),
    "xor-leaky-2": ("XOR", lambda: minimum(xor(), [2], "leaky")),
    "iris-relu-16": ("iris", lambda: minimum(iris(), [16], "relu")),
    "iris-groups-1": ("iris", lambda: minimum(iris(), [8, 8], "relu", groups=1)),
    "iris-groups-2": ("iris", lambda: minimum(iris(), [8, 8], "relu", groups=2)),
    "iris-groups-3": ("iris", lambda: minimum(iris(), [8, 8], "relu", groups=3)),
    "iris-residual": ("iris", lambda: minimum(iris(), [6, 6, 6], "relu", residual=True)),
    "iris-huber": (
        "iris",
        lambda: minimum(iris(), [6], "hard-tanh", loss={"type": "huber", "delta": "0.25"}),
    ),
    "diabetes-leaky-16": ("diabetes", lambda: minimum(diabetes(), [16], "leaky")),
    "images-convolution": (
        "images",
        lambda: prove_convolutional(
            images(),
            Convolutional([1, 4, 4], [9], unit("relu"), pool=2).network(1),
            run=Run(command=COMMAND),
        ),
    ),
    "waves-trained": ("waves", trained),
    "iris-linear-global": ("iris", lambda: linear("global")),
    "iris-linear-saddle": ("iris", lambda: linear("saddle")),
    "iris-linear-noncritical": ("iris", lambda: linear("noncritical")),
    "species-entropy": (
        "iris, two species",
        lambda: prove_entropy(two_species(), Dense([6], unit("relu")), run=Run(command=COMMAND)),
    ),
}


def row(name: str) -> str:
    """A row of the table, from the file."""
    claim = certify.load(HERE / f"{name}.json").statement
    headline, _, _ = plain(claim.headline()).partition(" of the ")
    better = getattr(claim, "better", None)
    text = (
        str(claim.risk)
        if name.endswith("entropy")
        else f"{float(int(claim.risk.p) / int(claim.risk.q)):.6g}"
    )
    network = claim.network if name.endswith("entropy") else claim.problem.network
    words = plain(line(network.in_words()))
    return (
        f"| `{name}` | {MAKE[name][0]} | {words} | {headline.rstrip(',')} | {text} |"
        f" {'yes' if better is not None else ''} |"
    )


if __name__ == "__main__":
    for name in MAKE if sys.argv[1:] == [] else [name for name in sys.argv[1:] if name != "README"]:
        attempt = MAKE[name][1]()
        if not isinstance(attempt.outcome, Proved) or attempt.document is None:
            raise SystemExit(f"{name}: not proved: {attempt.reason}")
        write_json(attempt.document, HERE / f"{name}.json")
        print(name, len(json.dumps(attempt.document)))
    (HERE / "README.md").write_text(TEXT.format(rows="\n".join(map(row, MAKE))))
