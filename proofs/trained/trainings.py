"""The trainings behind the certificates in this folder: data sets that scikit-learn ships, networks
as people train them, with fixed seeds. `build.py` asks about them.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sklearn.datasets import load_diabetes, load_digits, load_iris, load_linnerud
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

LONG = {"solver": "lbfgs", "max_iter": 20000, "max_fun": 10**6, "tol": 1e-10}


@dataclass(frozen=True)
class Training:
    """A row of the table. fit: the network as it was trained, inputs and targets. said: what
    `certify.trained` has to be told beside them.
    """

    data: str
    network: str
    trained: str
    decay: str
    fit: Callable[[], tuple[Any, Any, Any]]
    said: Mapping[str, Any] = field(default_factory=dict)
    needs: str = "sklearn"


def standardised(x: Any) -> Any:
    """Mean 0 and variance 1, to four decimals, which keeps the files short."""
    return np.round((x - x.mean(axis=0)) / x.std(axis=0), 4)


def diabetes(rows: int = 442) -> tuple[Any, Any]:
    """Ten measurements and the progression of the disease."""
    x, y = load_diabetes(return_X_y=True)
    return standardised(x)[:rows], standardised(y)[:rows]


def iris(classes: int = 3) -> tuple[Any, Any]:
    """All three species, or the two that no hyperplane separates."""
    x, y = load_iris(return_X_y=True)
    x = standardised(x)
    return (x, y) if classes == 3 else (x[50:], y[50:])


def digits() -> tuple[Any, Any]:
    """Every second 3 and 8, 64 pixels between 0 and 1."""
    x, y = load_digits(return_X_y=True)
    chosen = (y == 3) | (y == 8)
    return x[chosen][::2] / 16, y[chosen][::2]


def one_hot(rows: int) -> tuple[Any, Any]:
    """The first digits, each class an output that is 1."""
    x, y = load_digits(return_X_y=True)
    return x[:rows] / 16, np.eye(10)[y[:rows]]


def linnerud() -> tuple[Any, Any]:
    """Three exercises and three measurements of twenty men."""
    x, y = load_linnerud(return_X_y=True)
    return standardised(x), standardised(y)


def xor() -> tuple[Any, Any]:
    """Exclusive or."""
    return np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])


def itself(data: tuple[Any, Any]) -> tuple[Any, Any]:
    """Inputs as targets, for an autoencoder."""
    return data[0], data[0]


def learnt(
    data: tuple[Any, Any],
    widths: tuple[int, ...] = (100,),
    *,
    classes: bool = False,
    piped: bool = False,
    seed: int = 0,
    **settings: Any,
) -> tuple[Any, Any, Any]:
    """An estimator of scikit-learn, fitted, and its data."""
    model = MLPClassifier if classes else MLPRegressor
    net = model(hidden_layer_sizes=widths, random_state=seed, **settings)
    own = make_pipeline(StandardScaler(), net) if piped else net
    x, y = data
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it has not converged is what we ask about
        return own.fit(x, y), x, y


def by_torch(
    data: tuple[Any, Any], unit: str, width: int, steps: int, decay: float
) -> tuple[Any, Any, Any]:
    """A Sequential of PyTorch, in float64, by full-batch Adam with weight_decay on everything."""
    import torch

    torch.manual_seed(0)
    torch.set_default_dtype(torch.float64)
    x, y = data
    net = torch.nn.Sequential(
        torch.nn.Linear(x.shape[1], width), getattr(torch.nn, unit)(), torch.nn.Linear(width, 1)
    )
    inputs, targets = torch.tensor(x), torch.tensor(y).reshape(-1, 1)
    optimiser = torch.optim.Adam(net.parameters(), lr=0.01, weight_decay=decay)
    loss = torch.nn.MSELoss()
    for _ in range(steps):
        optimiser.zero_grad()
        loss(net(inputs), targets).backward()
        optimiser.step()
    return net, x, y


MAKE: dict[str, Training] = {
    "diabetes-tanh-4": Training(
        "diabetes",
        "10-4-1 tanh",
        "lbfgs, 200 iterations (default)",
        "1",
        lambda: learnt(diabetes(), (4,), activation="tanh", solver="lbfgs", alpha=1),
    ),
    "diabetes-tanh-4-default": Training(
        "diabetes",
        "10-4-1 tanh",
        "lbfgs, 200 iterations (default)",
        "1e-4 (default)",
        lambda: learnt(diabetes(), (4,), activation="tanh", solver="lbfgs"),
    ),
    "diabetes-logistic-4": Training(
        "diabetes",
        "10-4-1 logistic",
        "lbfgs, long",
        "0.1",
        lambda: learnt(diabetes(), (4,), activation="logistic", alpha=0.1, **LONG),
    ),
    "diabetes-tanh-4-3": Training(
        "diabetes",
        "10-4-3-1 tanh",
        "lbfgs, long",
        "0.01",
        lambda: learnt(diabetes(), (4, 3), activation="tanh", alpha=0.01, **LONG),
    ),
    "diabetes-pipeline": Training(
        "diabetes, as measured",
        "StandardScaler, 10-4-1 tanh",
        "lbfgs, long",
        "1",
        lambda: learnt(
            (load_diabetes(scaled=False).data, diabetes()[1]),
            (4,),
            piped=True,
            seed=1,
            activation="tanh",
            alpha=1,
            **LONG,
        ),
    ),
    "linnerud-tanh-4": Training(
        "linnerud",
        "3-4-3 tanh",
        "lbfgs, long",
        "1",
        lambda: learnt(linnerud(), (4,), activation="tanh", alpha=1, **LONG),
        {"factor": "1/N"},
    ),
    "iris-tanh-3-binary": Training(
        "iris, two species",
        "4-3-1 tanh",
        "lbfgs, long",
        "10",
        lambda: learnt(iris(2), (3,), classes=True, seed=2, activation="tanh", alpha=10, **LONG),
    ),
    "iris-switched-off": Training(
        "iris, two species",
        "4-3-1 tanh",
        "lbfgs, long",
        "1",
        lambda: learnt(iris(2), (3,), classes=True, activation="tanh", alpha=1, **LONG),
    ),
    "iris-tanh-3": Training(
        "iris",
        "4-3-3 tanh",
        "lbfgs, long",
        "0.01",
        lambda: learnt(iris(), (3,), classes=True, activation="tanh", alpha=0.01, **LONG),
    ),
    "iris-logistic-4-3": Training(
        "iris",
        "4-4-3-3 logistic",
        "lbfgs, long",
        "0.1",
        lambda: learnt(iris(), (4, 3), classes=True, activation="logistic", alpha=0.1, **LONG),
    ),
    "digits-tanh-3": Training(
        "digits 3 and 8",
        "64-3-1 tanh",
        "lbfgs, long",
        "1",
        lambda: learnt(digits(), (3,), classes=True, activation="tanh", alpha=1, **LONG),
    ),
    "autoencoder-iris": Training(
        "iris, as its own target",
        "4-2-4 tanh",
        "lbfgs, long",
        "0.1",
        lambda: learnt(itself(iris()), (2,), activation="tanh", alpha=0.1, **LONG),
        {"factor": "1/N"},
    ),
    "autoencoder-deep": Training(
        "iris, as its own target",
        "4-3-2-3-4 tanh",
        "lbfgs, long",
        "0.01",
        lambda: learnt(itself(iris()), (3, 2, 3), activation="tanh", alpha=0.01, **LONG),
        {"factor": "1/N"},
    ),
    "xor-tanh-2": Training(
        "XOR",
        "2-2-1 tanh",
        "lbfgs, long",
        "0.01",
        lambda: learnt(xor(), (2,), activation="tanh", alpha=0.01, **LONG),
    ),
    "xor-saddle": Training(
        "XOR",
        "2-2-1 tanh",
        "lbfgs, 1 iteration",
        "0.01",
        lambda: learnt(
            xor(), (2,), seed=5, activation="tanh", alpha=0.01, solver="lbfgs", max_iter=1
        ),
        {"theorem": "saddle"},
    ),
    "diabetes-fit": Training(
        "diabetes, 60 rows",
        "10-20-1 tanh",
        "lbfgs, long",
        "0",
        lambda: learnt(diabetes(60), (20,), activation="tanh", alpha=0, **LONG),
    ),
    "digits-fit": Training(
        "digits, 20 rows, one-hot",
        "64-16-10 tanh",
        "lbfgs, long",
        "0",
        lambda: learnt(one_hot(20), (16,), activation="tanh", alpha=0, **LONG),
        {"factor": "1/N"},
    ),
    "diabetes-relu-4": Training(
        "diabetes",
        "10-4-1 relu",
        "lbfgs, long",
        "1",
        lambda: learnt(diabetes(), (4,), alpha=1, **LONG),
    ),
    "linnerud-relu-3": Training(
        "linnerud",
        "3-3-3 relu",
        "lbfgs, long",
        "0.1",
        lambda: learnt(linnerud(), (3,), alpha=0.1, **LONG),
        {"factor": "1/N"},
    ),
    "iris-relu-3": Training(
        "iris",
        "4-3-3 relu",
        "lbfgs, long",
        "1",
        lambda: learnt(iris(), (3,), classes=True, alpha=1, **LONG),
    ),
    "diabetes-adam": Training(
        "diabetes",
        "10-10-1 tanh",
        "adam (default)",
        "1e-4 (default)",
        lambda: learnt(diabetes(), (10,), activation="tanh"),
        {"theorem": "no-critical-point"},
    ),
    "iris-adam": Training(
        "iris",
        "4-10-3 tanh",
        "adam (default)",
        "1e-4 (default)",
        lambda: learnt(iris(), (10,), classes=True, activation="tanh"),
        {"theorem": "no-critical-point"},
    ),
    "digits-separated": Training(
        "digits 3 and 8",
        "64-3-1 tanh",
        "lbfgs, 200 iterations (default)",
        "0",
        lambda: learnt(digits(), (3,), classes=True, activation="tanh", alpha=0, solver="lbfgs"),
    ),
    "diabetes-all-defaults": Training(
        "diabetes",
        "10-100-1 relu (default)",
        "adam (default)",
        "1e-4 (default)",
        lambda: learnt(diabetes()),
        {"theorem": "no-critical-point"},
    ),
    "torch-tanh": Training(
        "diabetes",
        "10-4-1 tanh, PyTorch",
        "Adam, 3000 full steps",
        "weight_decay 0.01",
        lambda: by_torch(diabetes(), "Tanh", 4, 3000, 0.01),
        {"loss": "mse", "decay": "0.01", "decay_on": "all"},
        "torch",
    ),
    "torch-gelu": Training(
        "diabetes",
        "10-3-1 GELU, PyTorch",
        "Adam, 3000 full steps",
        "weight_decay 0.01",
        lambda: by_torch(diabetes(), "GELU", 3, 3000, 0.01),
        {"loss": "mse", "decay": "0.01", "decay_on": "all"},
        "torch",
    ),
}

# what could not be proved
ASKED: dict[str, Training] = {
    "diabetes-relu-4-3": Training(
        "diabetes",
        "10-4-3-1 relu",
        "lbfgs, long",
        "1",
        lambda: learnt(diabetes(), (4, 3), alpha=1, **LONG),
        {"theorem": "kinks"},
    ),
    "digits-relu-2": Training(
        "digits 3 and 8",
        "64-2-1 relu",
        "lbfgs, long",
        "1",
        lambda: learnt(digits(), (2,), classes=True, alpha=1, **LONG),
        {"theorem": "kinks"},
    ),
    "diabetes-no-decay": Training(
        "diabetes",
        "10-4-1 tanh",
        "lbfgs, long",
        "0",
        lambda: learnt(diabetes(), (4,), activation="tanh", alpha=0, **LONG),
        {"theorem": "minimum"},
    ),
    "digits-fit-40": Training(
        "digits, 40 rows, one-hot",
        "64-20-10-10 tanh",
        "lbfgs, long",
        "0",
        lambda: learnt(one_hot(40), (20, 10), activation="tanh", alpha=0, **LONG),
        {"factor": "1/N", "theorem": "fit"},
    ),
    "xor-no-decay": Training(
        "XOR",
        "2-2-1 tanh",
        "lbfgs, 5 iterations",
        "0",
        lambda: learnt(xor(), (2,), activation="tanh", alpha=0, solver="lbfgs", max_iter=5),
        {"theorem": "saddle"},
    ),
}
