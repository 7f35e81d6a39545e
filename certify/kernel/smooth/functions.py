"""Functions of one variable with their first two derivatives, as balls: the rules of lemma 21.
Where an argument leaves, or may leave, the open domain of a function, the enclosure is NaN, which
proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from flint import arb

from certify.kernel.foundation.balls import less

__all__ = [
    "FUNCTIONS",
    "ONE",
    "Taylor",
    "chain",
    "inverse",
    "minus",
    "plus",
    "power",
    "times",
    "undefined",
]


ONE = arb(1)  # exact at any precision


Taylor = tuple[arb, arb, arb]  # a value, its first and its second derivative


def undefined() -> Taylor:
    """What is not defined."""
    return arb.nan(), arb.nan(), arb.nan()


def _within(value: arb, bound: int, x: arb) -> arb:
    """The enclosure of a function at x, cut to what is known of it at all finite numbers: it is at
    most `bound` in size.
    """
    if less(abs(value), arb(bound)) or not x.is_finite():
        return value
    known = arb(-bound).union(arb(bound))
    return value.intersection(known) if value.is_finite() else known


def _nonnegative(value: arb) -> arb:
    """The enclosure of an even power, without negative numbers: products of balls do not know that
    their factors are equal.
    """
    return value.nonnegative_part() if value.is_finite() else value


def _exp(x: arb) -> Taylor:
    value = x.exp()
    return value, value, value


def _log(x: arb) -> Taylor:
    slope = 1 / x
    return (x.log(), slope, -slope * slope) if less(arb(0), x) else undefined()


def _sqrt(x: arb) -> Taylor:
    root = x.sqrt()
    return (root, 1 / (2 * root), -1 / (4 * x * root)) if less(arb(0), x) else undefined()


def _sin(x: arb) -> Taylor:
    value = x.sin()
    return value, x.cos(), -value


def _cos(x: arb) -> Taylor:
    value = x.cos()
    return value, -x.sin(), -value


# The bounds of what follows. tanh' = 1 - s^2 and tanh'' = -2s(1 - s^2) for s = tanh x, where
# |s| < 1 and |s|(1 - |s|) <= 1/4. In the second derivative of atan, -2x/(1 + x^2)^2, it is
# 2|x| <= 1 + x^2 that counts. Those of erf are 2/sqrt(pi) exp(-x^2) and -2x times that, where
# 2|x| <= 1 + x^2 <= exp(x^2) and 2/sqrt(pi) < 2.


def _tanh(x: arb) -> Taylor:
    value = _within(x.tanh(), 1, x)
    if less(abs(x), arb(1)):
        slope = 1 - value * value
    else:  # which cancels where the value is near 1 in size
        decay = (-2 * abs(x)).exp()
        slope = 4 * decay / ((1 + decay) * (1 + decay))
    slope = _within(slope, 1, x)
    return value, slope, _within(-2 * value * slope, 1, x)


def _atan(x: arb) -> Taylor:
    slope = _within(1 / (1 + _nonnegative(x * x)), 1, x)
    return x.atan(), slope, _within(-2 * x * slope * slope, 1, x)


def _erf(x: arb) -> Taylor:
    slope = _within(2 * (-_nonnegative(x * x)).exp() / arb.pi().sqrt(), 2, x)
    return _within(x.erf(), 1, x), slope, _within(-2 * x * slope, 2, x)


def inverse(x: arb) -> Taylor:
    """1/x."""
    value = 1 / x
    return (
        (value, -value * value, 2 * value * value * value) if less(arb(0), abs(x)) else undefined()
    )


FUNCTIONS: dict[str, Callable[[arb], Taylor]] = {
    "exp": _exp,
    "log": _log,
    "sqrt": _sqrt,
    "sin": _sin,
    "cos": _cos,
    "tanh": _tanh,
    "atan": _atan,
    "erf": _erf,
}


def plus(f: Taylor, g: Taylor) -> Taylor:
    """f + g."""
    return f[0] + g[0], f[1] + g[1], f[2] + g[2]


def minus(f: Taylor, g: Taylor) -> Taylor:
    """f - g."""
    return f[0] - g[0], f[1] - g[1], f[2] - g[2]


def times(f: Taylor, g: Taylor) -> Taylor:
    """f g."""
    return f[0] * g[0], f[0] * g[1] + f[1] * g[0], f[0] * g[2] + 2 * f[1] * g[1] + f[2] * g[0]


def chain(outer: Callable[[arb], Taylor], f: Taylor) -> Taylor:
    """The outer function of f."""
    value, first, second = outer(f[0])
    return value, first * f[1], second * f[1] * f[1] + first * f[2]


def power(exponent: int) -> Callable[[arb], Taylor]:
    """x^exponent, exponent >= 2."""

    def raised(x: arb) -> Taylor:
        low = ONE
        for _ in range(exponent - 2):  # not by **, which is NaN on balls around 0; at most 14 times
            low = low * x
        first, second = low * x, low
        value = first * x
        if exponent % 2 == 0:
            value, second = _nonnegative(value), _nonnegative(second)
        return value, exponent * first, exponent * (exponent - 1) * second

    return raised
