"""Activations of trained networks: their usual names, and formulas of FORMAT 4.15. Nothing here is
trusted: a certificate holds the formula itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from certify.arrays import decimal_of
from certify.decimals import shortest
from certify.errors import UnusableInput
from certify.floats import Array
from certify.kernel.foundation.errors import Malformed
from certify.kernel.smooth.formula import Formula
from certify.networks.formulas import evaluated

__all__ = ["IDENTITY", "NAMES", "SIGMOID", "Activation", "activation_of"]

# of Klambauer, Unterthiner, Mayr and Hochreiter (2017), with the digits that PyTorch publishes
_SELU_SCALE = "1.0507009873554804934193349852946"
_SELU_ALPHA = "1.6732632423543772848170429916717"

_SIGMOID = ["+", "0.5", ["*", "0.5", ["tanh", ["*", "0.5", "t"]]]]  # 1/(1 + exp(-t)), no overflow
_SOFTPLUS = ["log", ["+", "1", ["exp", "t"]]]
_CUBIC = ["+", "t", ["*", "0.044715", ["^", "t", 3]]]
_PLAIN: dict[str, Any] = {
    "identity": "t",
    "relu": ["piecewise", "0", "0", "t"],
    "tanh": ["tanh", "t"],
    "sigmoid": _SIGMOID,
    "softplus": _SOFTPLUS,
    "gelu": ["*", "0.5", "t", ["+", "1", ["erf", ["/", "t", ["sqrt", "2"]]]]],
    "gelu-tanh": ["*", "0.5", "t", ["+", "1", ["tanh", ["*", ["sqrt", ["/", "2", "pi"]], _CUBIC]]]],
    "selu": [
        "piecewise",
        "0",
        ["*", _SELU_SCALE, _SELU_ALPHA, ["-", ["exp", "t"], "1"]],
        ["*", _SELU_SCALE, "t"],
    ],
    "silu": ["*", "t", _SIGMOID],
    "mish": ["*", "t", ["tanh", _SOFTPLUS]],
    "softsign": ["piecewise", "0", ["/", "t", ["-", "1", "t"]], ["/", "t", ["+", "1", "t"]]],
    "sin": ["sin", "t"],
    "exp": ["exp", "t"],
}
_OTHER_NAMES = {
    "linear": "identity",
    "none": "identity",
    "logistic": "sigmoid",
    "swish": "silu",
    "gelu_tanh": "gelu-tanh",
    "leaky_relu": "leaky",
    "leaky-relu": "leaky",
    "leakyrelu": "leaky",
}
_WITH_NUMBER = ("leaky", "elu")
NAMES = (*_PLAIN, "leaky:SLOPE", "elu:ALPHA")


@dataclass(frozen=True)
class Activation:
    """h(t): its usual name, and the formula as the format writes it.

    >>> activation_of("logistic").name, activation_of("leaky:0.01").formula
    ('sigmoid', ['piecewise', '0', ['*', '0.01', 't'], 't'])
    """

    name: str
    formula: Any = field(hash=False)

    def __call__(self, values: Array) -> Array:
        """h at each entry, in float64."""
        return evaluated(self.formula, values)[0]


def activation_of(told: Any) -> Activation:
    """The activation of a name (`NAMES`; leaky:0.01 and elu:1 with their number), or of a formula
    as a list. Raises `UnusableInput`.
    """
    if isinstance(told, Activation):
        return told
    if isinstance(told, list):
        return _formula(told)
    if told is None:
        return IDENTITY
    if not isinstance(told, str):
        raise UnusableInput("an activation is a name, as tanh, or a formula of the format")
    name, _, number = told.strip().lower().partition(":")
    name = _OTHER_NAMES.get(name, name)
    if name in _PLAIN and not number:
        return Activation(name, _PLAIN[name])
    if name in _WITH_NUMBER:
        return _with_number(name, number or ("1" if name == "elu" else ""))
    raise UnusableInput(f"the activation {told!r} is none of {', '.join(NAMES)}")


def _formula(tree: list[Any]) -> Activation:
    """A formula of the user's, as the kernel reads it."""
    try:
        Formula.read(tree)
    except Malformed as error:
        raise UnusableInput(f"the activation is no formula of the format: {error}") from None
    return Activation("h", tree)


def _with_number(name: str, number: str) -> Activation:
    """Leaky ReLU of a slope, or ELU of an alpha."""
    if not number:
        raise UnusableInput("the activation leaky needs its slope, as leaky:0.01")
    exact = shortest(decimal_of(number, f"the number of the activation {name}"))
    if name == "leaky":
        below: Any = ["*", exact, "t"]
    else:
        below = ["-", ["exp", "t"], "1"]
        below = below if Fraction(exact) == 1 else ["*", exact, below]
    return Activation(f"{name}:{exact}", ["piecewise", "0", below, "t"])


IDENTITY = Activation("identity", "t")
SIGMOID = Activation("sigmoid", _SIGMOID)
