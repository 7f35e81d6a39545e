"""Networks as the format writes them: dense and convolutional layers, piecewise-linear units by
name, residual connections.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from certify.errors import UnusableInput
from certify.kernel.piecewise.layers import Activation
from certify.kernel.piecewise.network import Network
from certify.tables import exact

__all__ = ["Convolutional", "Dense", "Unit", "unit"]


@dataclass(frozen=True)
class Unit:
    """A continuous piecewise-linear function: kinks in increasing order, one slope more, and the
    value at the first kink (or at 0).
    """

    kinks: tuple[str, ...]
    slopes: tuple[str, ...]
    value: str = "0"

    @property
    def layer(self) -> dict[str, Any]:
        """As a layer of the format."""
        return {
            "type": "units",
            "kinks": list(self.kinks),
            "slopes": list(self.slopes),
            "value": self.value,
        }

    @property
    def function(self) -> Activation:
        """The function as the kernel reads it."""
        layer = Network.read({"input": [1], "layers": [self.layer]}).layers[0]
        assert isinstance(layer, Activation)  # noqa: S101 - for the type checker
        return layer


_UNITS = {
    "relu": Unit(("0",), ("0", "1")),
    "leaky": Unit(("0",), ("0.01", "1")),
    "hard-tanh": Unit(("-1", "1"), ("0", "1", "0"), "-1"),
    "relu6": Unit(("0", "6"), ("0", "1", "0")),
    "abs": Unit(("0",), ("-1", "1")),
    "identity": Unit((), ("1",)),
}


def unit(name: str) -> Unit:
    """relu, leaky, hard-tanh, relu6, abs, identity, or two slopes s+,s- (above and below 0). Raises
    `UnusableInput`.

    >>> unit("1,0.01") == unit("leaky")
    True
    """
    if name in _UNITS:
        return _UNITS[name]
    try:
        above, below = (exact(part.strip()) for part in name.split(","))
    except (ValueError, ZeroDivisionError):
        raise UnusableInput(
            f"{name} is none of {', '.join(_UNITS)}, nor two slopes as 1,0.01"
        ) from None
    if above == below:
        raise UnusableInput("a unit with two equal slopes is linear: there is nothing to prove")
    first, second = (part.strip() for part in name.split(","))
    return Unit(("0",), (second, first))


@dataclass(frozen=True)
class Dense:
    """A dense network but for its inputs and outputs: hidden layers of these widths, each followed
    by its units.

    residual: from the second on each hidden layer adds the output of the one before it.
    """

    widths: Sequence[int]
    unit: Unit
    residual: bool = False
    bias: bool = True

    def network(self, inputs: int, outputs: int) -> dict[str, Any]:
        """As the format writes it. Raises `UnusableInput`."""
        widths = self.widths
        if (
            isinstance(widths, int | str)
            or not widths
            or not all(isinstance(width, int) and width > 0 for width in widths)
        ):
            raise UnusableInput(f"the widths {widths} are not a list of whole numbers above 0")
        layers: list[dict[str, Any]] = []
        block = 0  # the number of the layer that ends the block before
        for i, width in enumerate(widths):
            layers += [_dense(width, bias=self.bias), self.unit.layer]
            if self.residual and i > 0:
                if width != widths[i - 1]:
                    raise UnusableInput("residual connections need hidden layers of equal width")
                layers.append({"type": "residual", "source": block})
            block = len(layers)
        return {"input": [inputs], "layers": [*layers, _dense(outputs, bias=self.bias)]}


@dataclass(frozen=True)
class Convolutional:
    """A convolutional network but for its outputs: convolutions of these channels (stride 1, padded
    to keep the size) with their units, averages over pool x pool, then dense layers.

    shape: channels, height and width of an input. An input of height 1 gets kernels and windows of
    height 1.
    """

    shape: Sequence[int]
    channels: Sequence[int]
    unit: Unit
    kernel: int = 3
    pool: int = 1
    widths: Sequence[int] = ()

    def network(self, outputs: int) -> dict[str, Any]:
        """As the format writes it. Raises `UnusableInput`."""
        if self.kernel % 2 == 0:
            raise UnusableInput("a kernel that keeps the size is odd")
        layers: list[dict[str, Any]] = []
        for count in self.channels:
            layers += [self._convolution(count), self.unit.layer]
        if self.pool > 1:
            window = self._window(self.pool, 1)
            layers.append({"type": "average", "kernel": window, "stride": window})
        for width in self.widths:
            layers += [_dense(width), self.unit.layer]
        return {"input": list(self.shape), "layers": [*layers, _dense(outputs)]}

    def _convolution(self, channels: int) -> dict[str, Any]:
        return {
            "type": "convolution",
            "channels": channels,
            "kernel": self._window(self.kernel, 1),
            "stride": [1, 1],
            "padding": self._window(self.kernel // 2, 0),
            "bias": True,
        }

    def _window(self, size: int, flat: int) -> list[int]:
        """Height and width of a window: `size`, but height `flat` where inputs have height 1."""
        return [size if self.shape[1] > 1 else flat, size]


def _dense(outputs: int, *, bias: bool = True) -> dict[str, Any]:
    return {"type": "dense", "outputs": outputs, "bias": bias}
