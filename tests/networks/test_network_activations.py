"""Formulas of activations: the kernel reads them, and their values are those of scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from certify.errors import UnusableInput
from certify.kernel.foundation.balls import ball, precision
from certify.kernel.smooth.formula import Formula
from certify.networks import activation_of

T = np.array([-30.0, -3.25, -1.0, -0.125, 0.375, 1.5, 12.0])
EXPECTED = {
    "identity": lambda t: t,
    "relu": lambda t: np.maximum(t, 0),
    "tanh": np.tanh,
    "sigmoid": special.expit,
    "softplus": lambda t: np.log1p(np.exp(t)),
    "gelu": lambda t: t * special.ndtr(t),
    "gelu-tanh": lambda t: t / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (t + 0.044715 * t**3))),
    "selu": lambda t: (
        1.0507009873554805 * np.where(t > 0, t, 1.6732632423543772 * np.expm1(np.minimum(t, 0)))
    ),
    "silu": lambda t: t * special.expit(t),
    "mish": lambda t: t * np.tanh(np.log1p(np.exp(t))),
    "softsign": lambda t: t / (1 + np.abs(t)),
    "sin": np.sin,
    "exp": np.exp,
    "leaky:0.01": lambda t: np.where(t > 0, t, 0.01 * t),
    "elu:1": lambda t: np.where(t > 0, t, np.expm1(np.minimum(t, 0))),
    "elu:0.7": lambda t: np.where(t > 0, t, 0.7 * np.expm1(np.minimum(t, 0))),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_values_in_floats_and_of_the_kernel(name):
    own = activation_of(name)
    wanted = EXPECTED[name](T)
    assert own.name == name
    assert np.allclose(own(T), wanted, rtol=1e-13, atol=1e-15)
    with precision(128):
        kernel = Formula.read(own.formula)
        for t, value in zip(T, wanted, strict=True):
            enclosed = kernel.taylor(ball(float(t)))[0]
            assert float(enclosed.mid()) == pytest.approx(value, rel=1e-13, abs=1e-15)


def test_other_names():
    for one, other in {
        "logistic": "sigmoid",
        "swish": "silu",
        "linear": "identity",
        "Tanh": "tanh",
        "elu": "elu:1",
        "leaky_relu:0.2": "leaky:0.2",
    }.items():
        assert activation_of(one) == activation_of(other)
    assert activation_of(None).formula == "t"
    assert activation_of(["^", "t", 2])(T).tolist() == (T**2).tolist()
    assert activation_of("softplus")(np.array([900.0])).tolist() == [900]


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ("hardswish", "none of identity, relu"),
        ("leaky", "needs its slope, as leaky:0.01"),
        ("leaky:x", "not a number"),
        ("tanh:2", "none of"),
        (["sinh", "t"], "is no formula of the format"),
        (3, "is a name"),
    ],
)
def test_activations_that_are_none(told, sentence):
    with pytest.raises(UnusableInput, match=sentence):
        activation_of(told)
