"""Layers of piecewise linear networks: affine maps, averages, units, residual connections.

A layer acts on `units` numbers for each datum. Everything is exact.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from math import prod

from flint import fmpq, fmpq_mat

from certify.kernel.foundation.rational_matrix import RationalMatrix
from certify.kernel.foundation.reals import counted

__all__ = ["Activation", "Affine", "Layer", "Pair", "Pooling", "Residual"]


Pair = tuple[int, int]  # output unit, input unit


@dataclass(frozen=True)
class Affine:
    """Dense or convolutional: weight t acts on the pairs (output unit, input unit) of weights[t],
    bias t on the units of biases[t].

    form, bias_form: the shape of the parameters in the file. channels: for each output channel its
    units.
    """

    units: int
    weights: tuple[tuple[Pair, ...], ...]
    biases: tuple[tuple[int, ...], ...]
    form: tuple[int, ...]
    channels: tuple[tuple[int, ...], ...]
    step: str = ""  # stride and padding of a convolution, in words

    def in_words(self) -> str:
        """The layer in words, a text for `line`."""
        form = (
            f"dense layer of {counted(self.units, 'unit')}"
            if len(self.form) == 2
            else f"convolution ${self.form[0]} × {self.form[2]} × {self.form[3]}${self.step}"
        )
        return form if self.biases else f"{form} without bias"

    @property
    def pairs(self) -> int:
        """How many pairs the weights act on, including those outside the input."""
        return prod(self.form[1:]) * self.units

    @cached_property
    def reach(self) -> dict[int, tuple[int, ...]]:
        """For each output unit the numbers of the weights that end in it."""
        result: dict[int, list[int]] = {}
        for number, pairs in enumerate(self.weights):
            for out, _ in pairs:
                result.setdefault(out, []).append(number)
        return {out: tuple(numbers) for out, numbers in result.items()}


@dataclass(frozen=True)
class Pooling:
    """Averages: output unit o is the mean of the input units windows[o], which are equally many for
    all o.
    """

    units: int
    windows: tuple[tuple[int, ...], ...]
    step: str

    def in_words(self) -> str:
        """The layer in words, a text for `line`."""
        return f"average{self.step}"

    @property
    def pairs(self) -> int:
        """How many pairs of an output and an input unit there are."""
        return len(self.windows[0]) * self.units


@dataclass(frozen=True)
class Activation:
    """A continuous piecewise-linear unit: on its piece j it is slopes[j] z + intercepts[j]; pieces
    meet at the kinks.
    """

    units: int
    kinks: tuple[fmpq, ...]
    slopes: tuple[fmpq, ...]
    intercepts: tuple[fmpq, ...]

    def in_words(self) -> str:
        """The layer in words, a text for `line`."""
        form = (self.kinks, self.slopes, self.value)
        if name := next((name for name, known in _NAMED if known == form), ""):
            return name
        slopes, kinks = (
            [_decimal(number) for number in numbers] for numbers in (self.slopes, self.kinks)
        )
        if self.kinks == (0,) and self.value == 0 and 0 < self.slopes[0] < self.slopes[1] == 1:
            return f"leaky ReLU (slopes {slopes[0]} and 1)"
        value = _decimal(self.value)
        if not kinks:
            return f"units $({slopes[0]}) z + ({value})$"
        where = (
            f"a kink at {kinks[0]} and the value {value} there"
            if len(kinks) == 1
            else f"kinks at {', '.join(kinks)} and the value {value} at the first"
        )
        return f"units of slopes {', '.join(slopes)} with {where}"

    @property
    def value(self) -> fmpq:
        """The value of the unit at its first kink, or at 0 if it has none."""
        return (
            self.slopes[0] * self.kinks[0] + self.intercepts[0]
            if self.kinks
            else self.intercepts[0]
        )

    @cached_property
    def table(self) -> RationalMatrix:
        """Two rows, the slopes and the intercepts, over one denominator."""
        return RationalMatrix.of(fmpq_mat([self.slopes, self.intercepts]))

    def functions(self, places: Iterable[int]) -> set[tuple[fmpq, fmpq]]:
        """Slope and intercept on each of these pieces."""
        return {(self.slopes[j], self.intercepts[j]) for j in set(places)}

    def piece(self, z: fmpq) -> int:
        """The number of the piece that z lies in (at a kink, the one below it)."""
        return bisect_left(self.kinks, z)


@dataclass(frozen=True)
class Residual:
    """Adds the output of layer `source` (0: the input)."""

    units: int
    source: int

    def in_words(self) -> str:
        """The layer in words, a text for `line`."""
        return f"plus the output of layer {self.source}" if self.source else "plus the input"


# name, then kinks, slopes and value
_NAMED: tuple[tuple[str, tuple[tuple[int, ...], tuple[int, ...], int]], ...] = (
    ("identity", ((), (1,), 0)),
    ("ReLU", ((0,), (0, 1), 0)),
    ("absolute value", ((0,), (-1, 1), 0)),
    ("hard tanh", ((-1, 1), (0, 1, 0), -1)),
    ("ReLU6", ((0, 6), (0, 1, 0), 0)),
)


Layer = Affine | Pooling | Activation | Residual


def _decimal(value: fmpq) -> str:
    """The number exactly: as a decimal where it is a short one, else as a fraction."""
    for digits in range(20):
        scaled = value * 10**digits
        if scaled.q == 1:
            whole = f"{abs(int(scaled.p)):0{digits + 1}d}"
            sign = "-" if value < 0 else ""
            return f"{sign}{whole[:-digits]}.{whole[-digits:]}" if digits else sign + whole
    return str(value)
