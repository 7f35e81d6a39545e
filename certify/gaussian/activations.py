"""Positively homogeneous activations as people write them, read in one place, and what they have in
common (lemma 24).

sigma(t) = p max(0, t) + q max(0, -t) is written relu, abs, leaky:A (p = 1, q = -A) or p:q. The loss
of each is, up to a factor, 4 F + (c - 1)/2 |sum w - sum v|^2 with c = ((p - q)/(p + q))^2 and F the
loss of ReLU. So activations with the same c have the same minima, and every one has those of a
leaky ReLU with its slope in [-1, 1).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from math import ceil, floor, isqrt
from typing import Any

from certify.decimals import round_down
from certify.errors import UnusableInput
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.reals import Real
from certify.kernel.foundation.words import plain
from certify.kernel.gaussian.activation import RELU, Activation, read_activation
from certify.kernel.gaussian.slope_range import SlopeRange
from certify.rationals import flint_rational, fraction

__all__ = [
    "activation_field",
    "activation_of",
    "at_slope",
    "chosen",
    "homogeneous",
    "leaky",
    "named",
    "of_field",
    "relation",
    "same_minima",
    "slope_of",
    "slopes_told",
    "slopes_within",
    "with_activation",
    "with_slope",
]

_NUMBER = re.compile(
    r"([+-]?)([0-9]{1,30}(?:\.[0-9]{1,30})?|\.[0-9]{1,30}|[0-9]{1,30}/[0-9]{1,30})"
)
_PLACES, _ROOT_PLACES = 6, 40  # of the slopes that belong to c, and of its root
_SPELLINGS = "relu, abs, leaky:0.2, or p:q for p max(0, t) + q max(0, -t)"


def leaky(slope: Fraction) -> Activation:
    """max(0, t) - slope max(0, -t). Raises `UnusableInput` for slope 1, which is linear."""
    return homogeneous(Fraction(1), -slope)


def homogeneous(positive: Fraction, negative: Fraction) -> Activation:
    """positive max(0, t) + negative max(0, -t). Raises `UnusableInput` if that is linear."""
    if positive + negative == 0:
        raise UnusableInput(
            f"the activation {positive}:{negative} is linear: a linear network has no spurious"
            " minimum of this loss"
        )
    if positive == 1 and not negative:
        return RELU
    return Activation(*(Real(flint_rational(part), str(part)) for part in (positive, negative)))


def _number(text: str, what: str) -> Fraction:
    match = _NUMBER.fullmatch(text.strip())
    if match is None or re.search(r"/0*$", text.strip()):
        raise UnusableInput(
            f"{what} is a decimal or a fraction of at most 30 digits, as 0.2 or 1/5, not {text!r}"
        )
    return Fraction(match[1] + (match[2] if match[2][0] != "." else f"0{match[2]}"))


def activation_of(text: Any) -> Activation:
    """The activation that a text names, exactly: 0.2 is 1/5. Raises `UnusableInput`.

    >>> activation_field(activation_of("leaky:0.2"))
    {'activation': {'positive': '1', 'negative': '-1/5'}}
    """
    if isinstance(text, Activation):
        return text
    if not isinstance(text, str):
        raise UnusableInput(
            f"an activation is a text, which is read exactly: {_SPELLINGS}; not {text!r}"
        )
    name, colon, rest = text.strip().lower().partition(":")
    if name in ("relu", "abs") and not colon:
        return RELU if name == "relu" else homogeneous(Fraction(1), Fraction(1))
    if name == "leaky":
        return with_slope(rest) if colon else _refuse(text)
    if not colon:
        return _refuse(text)
    return homogeneous(_number(name, "a part of p:q"), _number(rest, "a part of p:q"))


def _refuse(text: str) -> Activation:
    raise UnusableInput(f"{text!r} is no activation of the Gaussian loss: {_SPELLINGS}")


def with_slope(text: str) -> Activation:
    """Leaky ReLU with this slope, as 0.2, 1/5 or -0.9. Raises `UnusableInput`."""
    return leaky(_number(text, "a slope"))


def chosen(activation: str | None, slope: str | None) -> Activation | None:
    """What the options --activation and --slope say; None where neither is given. Raises
    `UnusableInput`.
    """
    if activation is not None and slope is not None:
        raise UnusableInput("--slope A means --activation leaky:A: give one of them")
    if slope is not None:
        return with_slope(slope)
    return None if activation is None else activation_of(activation)


def of_field(value: Any, where: str) -> Activation:
    """The activation in a file of the user's: a text, or an object as in a certificate. Raises
    `UnusableInput`.
    """
    if isinstance(value, Mapping):
        try:
            return read_activation({"activation": dict(value)})
        except Malformed as error:
            raise UnusableInput(f"{where}: {error}") from None
    return activation_of(value if isinstance(value, str) else str(value))


def activation_field(activation: Activation) -> dict[str, Any]:
    """What it adds to the field `problem` of a certificate: nothing for ReLU."""
    if activation.is_relu:
        return {}
    p, q = map(fraction, activation.parts)
    return {"activation": {"positive": str(p), "negative": str(q)}}


def named(activation: Activation) -> str:
    """Its name in the names of files; empty for ReLU.

    >>> named(activation_of("leaky:1/5")), named(activation_of("leaky:-1/3")), named(RELU)
    ('slope-0.2', 'slope-minus-1_3', '')
    >>> named(activation_of("abs")), named(activation_of("2:-1"))
    ('abs', 'activation-2,minus-1')
    """
    if activation.is_relu:
        return ""
    p, q = map(fraction, activation.parts)
    if p == q == 1:
        return "abs"
    return f"slope-{_short(-q)}" if p == 1 else f"activation-{_short(p)},{_short(q)}"


def _short(number: Fraction) -> str:
    """A decimal where there is a short one, else p_q; a minus sign is a word."""
    sign, size = ("minus-" if number < 0 else ""), abs(number)
    places = next((i for i in range(9) if (size * 10**i).denominator == 1), None)
    if places is None:
        return f"{sign}{size.numerator}_{size.denominator}"
    return f"{sign}{float(size):.{places}f}"


def slope_of(activation: Activation) -> Fraction:
    """The slope in [-1, 1) of the leaky ReLU with the same minima.

    >>> str(slope_of(activation_of("-1:5")))
    '1/5'
    """
    p, q = map(fraction, activation.parts)
    return -q / p if abs(q) <= abs(p) else -p / q


def slopes_within(low: Fraction, high: Fraction | None) -> str:
    """The slopes a in (-1, 1) of leaky ReLU whose c = ((1 + a)/(1 - a))^2 is positive and in
    [low, high] (high None: no upper bound), as a condition on a. Its ends are rounded inward; empty
    where nothing is left between them.

    >>> slopes_within(Fraction(0), None), slopes_within(Fraction("0.05"), None)
    ('-1 < a < 1', '-0.634512 <= a < 1')
    >>> slopes_within(Fraction(0), Fraction("0.0625"))
    '-1 < a <= -0.6'
    """
    first = _slope_at(low, up=True) if low else Fraction(-1)
    last = Fraction(1) if high is None else _slope_at(high, up=False)
    if not first < last:
        return ""
    lower, upper = (round_down(end, _PLACES) for end in (first, last))
    return f"{lower} {'<=' if low else '<'} a {'<' if high is None else '<='} {upper}"


def slopes_told(slopes: SlopeRange) -> str:
    """The same of a range that a certificate claims."""
    high = None if slopes.high is None else fraction(slopes.high.value)
    return slopes_within(fraction(slopes.low.value), high)


def _slope_at(c: Fraction, *, up: bool) -> Fraction:
    """(r - 1)/(r + 1), r the root of c, rounded to so many places."""
    square = c * 10 ** (2 * _ROOT_PLACES)
    root = isqrt(floor(square))
    root += int(up and root * root != square)
    r = Fraction(root, 10**_ROOT_PLACES)
    scaled = (r - 1) / (r + 1) * 10**_PLACES
    return Fraction(ceil(scaled) if up else floor(scaled), 10**_PLACES)


def same_minima(one: Activation, other: Activation) -> bool:
    """Whether the losses differ by a factor only: c = ((p - q)/(p + q))^2 is the same."""
    return slope_of(one) == slope_of(other)


def at_slope(activation: Activation) -> str:
    """For sentences about families: nothing for ReLU and what has its minima."""
    slope = slope_of(activation)
    return f" and slope {slope}" if slope else ""


def with_activation(activation: Activation) -> str:
    """For the line that an object prints: what it says of sigma; nothing for ReLU."""
    return "" if activation.is_relu else f" {relation(activation)},"


def relation(activation: Activation) -> str:
    """The formula of sigma, in ASCII, as sigma(t) = max(0, t) - 1/5 max(0, -t)."""
    if activation.is_relu:
        return "sigma(t) = max(0, t)"
    return plain(activation.where()).removeprefix("where ").removesuffix(".")
