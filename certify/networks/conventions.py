"""Which risk a network was trained on, exactly: the loss, its factor, and the decay of each layer,
as the source tells them or as the user says.

R(theta) = factor sum_n l(f(x_n), y_n) + 1/2 sum_l (decay_l[0] |W_l|^2 + decay_l[1] |b_l|^2), with l
squared: 1/2 |f - y|^2; cross-entropy: log sum_k exp f_k - f_y; binary: log(1 + exp f) - y f.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from certify.errors import UnusableInput
from certify.floats import Array
from certify.networks.dense import DenseNetwork
from certify.networks.told import ZERO, Amount, amount

__all__ = ["LOSSES", "Coefficients", "Convention", "convention_of", "risk"]

# the loss that a word of the user's means, and its factor where nothing else is said
LOSSES = {
    "squared": ("squared", "1/N"),  # 1/(2N) sum of squares
    "mse": ("squared", "2/(N K)"),  # the mean of all squares: MSELoss of PyTorch, mse of Keras
    "cross-entropy": ("cross-entropy", "1/N"),
    "binary": ("binary", "1/N"),
}


@dataclass(frozen=True)
class Coefficients:
    """The numbers of a convention for one data set; decay: a pair (weights, biases) for each layer,
    0 for the biases of a layer without.
    """

    loss: str
    factor: Fraction
    decay: tuple[tuple[Fraction, Fraction], ...]

    @property
    def written(self) -> dict[str, Any]:
        """The fields loss and decay as the format writes them."""
        return {
            "loss": {"type": self.loss, "factor": str(self.factor)},
            "decay": [[str(weights), str(biases)] for weights, biases in self.decay],
        }


@dataclass(frozen=True)
class Convention:
    """A risk, but for the number of data: loss (squared, cross-entropy or binary), factor, and for
    each layer the decay of weights and of biases.
    """

    loss: str
    factor: Amount
    decay: tuple[tuple[Amount, Amount], ...]
    batch: int | str | None = None
    source: str = ""
    notes: tuple[str, ...] = ()

    def at(self, network: DenseNetwork, rows: int) -> Coefficients:
        """The numbers for so many data. Raises `UnusableInput`: a factor not above 0, a decay below
        0, a batch that is needed and not known.
        """

        def number(value: Amount) -> Fraction:
            return value.at(rows=rows, outputs=network.outputs, batch=self.batch)

        factor = number(self.factor)
        pairs = tuple(
            (number(weights), number(biases) if layer.bias is not None else Fraction(0))
            for layer, (weights, biases) in zip(network.layers, self.decay, strict=True)
        )
        if factor <= 0 or min(map(min, pairs)) < 0:
            raise UnusableInput("the factor of the loss is above 0, and no decay is below 0")
        return Coefficients(self.loss, factor, pairs)

    @property
    def as_read(self) -> str:
        """The convention in one line."""
        weights, biases = (sorted({str(pair[i]) for pair in self.decay}) for i in (0, 1))
        text = f"loss {self.loss}, factor {self.factor}"
        text += f", decay {', '.join(weights)} on the weights and {', '.join(biases)} on the biases"
        if any(value.powers[2] for pair in self.decay for value in pair):
            text += f", batch {'min(200, N)' if self.batch == 'auto' else self.batch}"
        return f"{text} ({self.source})" if self.source else text


def convention_of(
    network: DenseNetwork,
    *,
    loss: str | None = None,
    factor: str | None = None,
    decay: str | None = None,
    decay_on: str | None = None,
    batch: int | None = None,
) -> Convention:
    """What the user says, else what the source of the network tells.

    loss: a word of `LOSSES`; factor, decay: amounts, as 1/N, 0.01/N (`amount`); decay_on: weights
    or all; batch: the data in a step. Raises `UnusableInput`: what neither tells is asked for in
    one sentence.
    """
    told = network.told
    if loss is not None and loss not in LOSSES:
        raise UnusableInput(f"the loss {loss!r} is none of {', '.join(LOSSES)}")
    if decay_on not in (None, "weights", "all"):
        raise UnusableInput(f"the decay is on weights or on all, not on {decay_on!r}")
    if decay_on is not None and decay is None:
        raise UnusableInput("--decay-on says on what a decay is: give --decay, too")
    if batch is not None and batch < 1:
        raise UnusableInput(f"a batch has {batch} data: at least one is needed")
    kind = told.loss if loss is None else LOSSES[loss][0]
    if kind is None:
        reason = told.ask or "the network does not tell on which loss it was trained"
        raise UnusableInput(f"{reason}: say --loss {', '.join(LOSSES)}")
    same = loss is None or (kind == told.loss and loss != "mse")
    size = amount(factor) if factor is not None else told.factor if same else None
    if size is None and loss is not None and not (same and told.ask):
        size = amount(LOSSES[loss][1])
    if size is None:
        raise UnusableInput(told.ask or f"say the factor of the loss {kind}, as --factor 1/N")
    said = [loss, factor, decay, batch]
    return Convention(
        kind,
        size,
        _decay(network, decay, decay_on),
        told.batch if batch is None else batch,
        told.source if said == [None] * 4 else "",
        told.notes,
    )


def _decay(
    network: DenseNetwork, decay: str | None, decay_on: str | None
) -> tuple[tuple[Amount, Amount], ...]:
    """For each layer those of weights and biases."""
    if decay is None:
        return network.told.decay or ((ZERO, ZERO),) * len(network.layers)
    size = amount(decay)
    if decay_on is None and size.coefficient:
        raise UnusableInput(
            "say whether the decay is on the weights or on all parameters, biases as well:"
            " --decay-on weights or --decay-on all"
        )
    return ((size, size if decay_on == "all" else ZERO),) * len(network.layers)


def risk(network: DenseNetwork, x: Array, y: Array, coefficients: Coefficients) -> float:
    """R in float64. x: inputs (N, d); y: targets (N, K) or (N,) for the squared loss, class numbers
    0..K-1 for cross-entropy, 0 and 1 for binary. Raises `UnusableInput` where the loss does not fit
    the outputs.
    """
    f = network.for_loss(coefficients.loss).values(np.asarray(x, dtype=np.float64))
    if coefficients.loss == "squared":
        wanted = np.asarray(y, dtype=np.float64).reshape(len(f), -1)
        total = np.sum((f - wanted) ** 2) / 2
    elif coefficients.loss == "cross-entropy":
        largest = f.max(axis=1)
        sums = np.log(np.exp(f - largest[:, None]).sum(axis=1)) + largest
        total = np.sum(sums - f[np.arange(len(f)), np.asarray(y, dtype=int).ravel()])
    else:
        total = np.sum(np.logaddexp(0, f[:, 0]) - np.asarray(y, dtype=np.float64).ravel() * f[:, 0])
    result = float(coefficients.factor) * float(total)
    for layer, (weights, biases) in zip(network.layers, coefficients.decay, strict=True):
        result += float(weights) / 2 * float(np.sum(layer.w**2))
        result += float(biases) / 2 * float(np.sum(layer.b**2))
    return result
