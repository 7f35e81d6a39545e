"""Smooth activations: a registry of named ones, and the user's own as sympy expressions, as
formulas that the kernel reads. Nothing here is trusted.

Adding an activation is one line of `REGISTRY`.  The kernel encloses its value and two derivatives
by rules of its own (lemma 21); sympy's derivatives are for the search, and for the
tests, which compare the two for every entry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from certify.errors import UnusableInput
from certify.kernel.foundation.balls import precision
from certify.kernel.foundation.errors import Malformed
from certify.kernel.smooth.formula import Formula
from certify.kernel.smooth.functions import Taylor
from certify.smooth.expressions import kinks_of, parsed, tree_of

__all__ = ["REGISTRY", "ActivationFunction", "activation"]


@dataclass(frozen=True)
class ActivationFunction:
    """An activation h(t).

    >>> h = activation("tanh")
    >>> h.kinks, h.formula
    ([], ['tanh', 't'])
    >>> print(h.enclosure(Fraction(1, 2))[1].str(10, radius=False))
    0.7864477330
    """

    name: str
    text: str

    @cached_property
    def expression(self) -> Any:
        """As a sympy expression in t. Raises `UnusableInput` where it is none."""
        return parsed(self.text, REGISTRY)

    @cached_property
    def formula(self) -> Any:
        """As the tree of FORMAT 4.15. Raises `UnusableInput` where the format has no
        word for it.
        """
        try:
            tree = tree_of(self.expression)
            Formula.read(tree)
        except Malformed as error:
            raise UnusableInput(
                f"the activation {self.text} cannot be written in the format: {error}"
            ) from None
        except RecursionError:
            raise UnusableInput(f"the activation {self.text} is too large for the format") from None
        return tree

    @property
    def kernel(self) -> Formula:
        """What the kernel makes of the formula."""
        return Formula.read(self.formula)

    def enclosure(self, t: Fraction, bits: int = 128) -> Taylor:
        """Arb balls of h(t), h'(t) and h''(t), from the kernel; NaN where it does not show that h
        is smooth.
        """
        from certify.kernel.foundation.balls import ball
        from certify.rationals import flint_rational

        with precision(bits):
            return self.kernel.taylor(ball(flint_rational(t)))

    def value(self, t: Fraction, bits: int = 400) -> Fraction:
        """A rational within about 2^-bits of h(t). Raises `UnusableInput` where h is not shown to
        be smooth.
        """
        from certify.rationals import midpoint

        with precision(bits):
            try:
                return midpoint(self.enclosure(t, bits)[0])
            except ArithmeticError:
                raise UnusableInput(f"{self.label} is not smooth at {t}") from None

    @property
    def label(self) -> str:
        """Its name, or its expression."""
        return self.name or f"h = {self.text}"

    @property
    def kinks(self) -> list[Fraction]:
        """Where the formula changes; elsewhere it is infinitely often differentiable."""
        return sorted(kinks_of(self.formula))

    @cached_property
    def numeric(self) -> tuple[Callable[[Any], Any], Callable[[Any], Any], Callable[[Any], Any]]:
        """h, h' and h'' on arrays of float64; the derivatives are sympy's."""
        import numpy as np
        import sympy

        t = sympy.Symbol("t", real=True)
        pieces = (
            sympy.piecewise_fold(self.expression.rewrite(sympy.Piecewise))
            if self.kinks
            else self.expression
        )

        def on_arrays(order: int) -> Callable[[Any], Any]:
            function = sympy.lambdify(t, sympy.diff(pieces, t, order), modules=["scipy", "numpy"])

            def evaluated(values: Any) -> Any:
                with np.errstate(all="ignore"):
                    found = np.asarray(function(np.asarray(values, dtype=float)))
                real = (
                    np.full(found.shape, np.nan) if np.iscomplexobj(found) else found.astype(float)
                )
                return np.broadcast_to(real, np.shape(values))

            return evaluated

        return on_arrays(0), on_arrays(1), on_arrays(2)


REGISTRY: dict[str, ActivationFunction] = {
    name: ActivationFunction(name, text)
    for name, text in {
        "tanh": "tanh(t)",
        "sigmoid": "1/(1 + exp(-t))",
        "arctan": "atan(t)",
        "softplus": "log(1 + exp(t))",
        "quadratic": "t^2",
        "cubic": "t^3",
        "elu": "Piecewise((t, t > 0), (exp(t) - 1, True))",
        "selu": "1.0507009873554805*Piecewise((t, t > 0), (1.6732632423543772*(exp(t) - 1), True))",
        "celu": "Piecewise((t, t > 0), (2*(exp(t/2) - 1), True))",
        "gelu": "t*(1 + erf(t/sqrt(2)))/2",
        "gelu-tanh": "t*(1 + tanh(sqrt(2/pi)*(t + 0.044715*t^3)))/2",
        "silu": "t/(1 + exp(-t))",
        "mish": "t*tanh(log(1 + exp(t)))",
        "sin": "sin(t)",
        "gaussian": "exp(-t^2)",
        "erf": "erf(t)",
        "softsign": "t/(1 + Abs(t))",
        "logcosh": "log(cosh(t))",
    }.items()
}


def activation(text: str) -> ActivationFunction:
    """The registered activation of this name, or the sympy expression in t. Raises `UnusableInput`.

    >>> activation("t*exp(-t^2)").formula
    ['*', 't', ['exp', ['*', '-1', ['^', 't', 2]]]]
    """
    if not isinstance(text, str):
        raise UnusableInput("an activation is a name or an expression in t, as text")
    name = text.strip()
    if name.lower() in ("relu", "leaky", "leaky-relu", "hard-tanh", "abs"):
        raise UnusableInput(
            f"{name} is piecewise linear: these networks are for `certify data relu`, `data deep`"
            " and `trained`"
        )
    found = REGISTRY.get(name.lower()) or ActivationFunction("", name)
    _ = found.formula
    return found
