"""Positively homogeneous activations: the field `activation` of a Gaussian problem (lemma 24).

For sigma(t) = p [t]_+ + q [-t]_+ the loss is (p + q)^2 (F + tilt/2 |s|^2), where F is the loss of
ReLU, s the sum of the students less that of the teachers, and tilt = -p q/(p + q)^2.  The factor
(p + q)^2 is positive.  So it is taken out of all that a certificate claims of losses and
eigenvalues as it is read; gradients and radii have no claims that it would change.  What is left is
the loss of ReLU and a quadratic function, which the networks add to their closed forms.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

from .reader import fields, rational, real
from .verdict import need

MOST_CHARACTERS = 800  # of a part
LARGE_TILT = 1024  # bits that a large tilt may add to the working precision


class Activation(NamedTuple):
    """(p + q)^2; tilt, -p q over it; and sigma in words, none for ReLU."""

    share: Fraction
    tilt: Fraction
    words: str

    def over(self, pair: tuple[Fraction, Fraction]) -> tuple[Fraction, Fraction]:
        """Two claimed numbers without the factor."""
        return pair[0] / self.share, pair[1] / self.share

    @property
    def bits(self) -> int:
        """Bits beyond the working precision for a large tilt.  Compare `gaussian.spread`."""
        large = self.tilt.numerator.bit_length() - self.tilt.denominator.bit_length()
        return min(LARGE_TILT, 2 * max(0, large))

    @property
    def unit(self) -> str:
        """What a rejection adds: its numbers are without the factor."""
        return "" if self.share == 1 else ", losses and their derivatives divided by (p + q)^2"

    @property
    def summary(self) -> str:
        return f" {self.words}" if self.words else ""


def read_activation(problem: dict[str, Any]) -> Activation:
    """The field `activation` of a problem (FORMAT 4); ReLU where there is none."""
    if "activation" not in problem:
        return Activation(Fraction(1), Fraction(0), "")
    known = fields(problem["activation"], "activation", "positive negative")
    parts = []
    for name in ("positive", "negative"):
        parts.append(rational(known[name], f"the {name} part of activation"))
        need(len(known[name]) <= MOST_CHARACTERS, f"the {name} part of activation is too long.")
    p, q = parts
    need(p + q != 0, "The activation is linear: its parts add up to 0.")
    share = (p + q) ** 2
    words = "sigma(1)={positive} sigma(-1)={negative}".format(**known)
    return Activation(share, -p * q / share, "" if (p, q) == (1, 0) else words)


class SlopeRange(NamedTuple):
    """All c = ((p - q)/(p + q))^2 > 0 from low to high (None: without bound), and in words."""

    low: Fraction
    high: Fraction | None
    words: str


def read_slope_range(ends: Any) -> SlopeRange:
    """The field `c` of sections 4.18 and 4.28."""
    need(type(ends) is list and len(ends) == 2, "c is not an array of two ends.")
    endless = type(ends[1]) is str and ends[1] == "infinity"
    low, high = real(ends[0], "c"), None if endless else real(ends[1], "c")
    need(low >= 0, "c begins below 0.")
    need(high is None or low < high, "The two ends of c are not in strictly increasing order.")
    upto = "" if endless else f" and <= {ends[1]}"
    return SlopeRange(low, high, f"{'> 0' if low == 0 else f'>= {ends[0]}'}{upto}")
