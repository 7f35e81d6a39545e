"""Positively homogeneous activations: the field `activation` of a Gaussian problem (lemma 24)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import arb, fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import fields
from certify.kernel.foundation.reals import Real, read_fraction
from certify.kernel.foundation.words import Math, Part, Words, line

__all__ = ["RELU", "Activation", "read_activation"]


@dataclass(frozen=True)
class Activation:
    """sigma(t) = p [t]_+ + q [-t]_+ with p + q != 0, so that it is not linear.

    positive: p; negative: q. Leaky ReLU with slope a has p = 1 and q = -a.

    By lemma 24 the loss is F_sigma = share F + tilt/2 |sum_i w_i - sum_j v_j|^2, F that of ReLU.
    """

    positive: Real
    negative: Real

    @property
    def parts(self) -> tuple[fmpq, fmpq]:
        """p and q."""
        return self.positive.value, self.negative.value

    @property
    def share(self) -> fmpq:
        """(p + q)^2 > 0."""
        total = self.positive.value + self.negative.value
        return total * total

    @property
    def tilt(self) -> fmpq:
        """- p q."""
        return -self.positive.value * self.negative.value

    def normalised(self) -> Activation:
        """The multiple of sigma with share 1."""
        total = self.positive.value + self.negative.value
        parts = (Real(x.value / total, "") for x in (self.positive, self.negative))
        return self if total == 1 else Activation(*parts)

    @property
    def is_relu(self) -> bool:
        """Whether sigma(t) = [t]_+."""
        return bool(self.positive.value == 1 and self.negative.value == 0)

    @property
    def half_square(self) -> fmpq:
        """(p^2 + q^2)/2 = share/2 + tilt: sigma(w.x)^2 has the mean half_square |w|^2."""
        return self.share / 2 + self.tilt

    @property
    def own(self) -> arb:
        """The same as a ball."""
        return ball(self.half_square)

    def of_turn(self, turn: Any) -> Any:
        """share A/(2 pi) + tilt, from A/(2 pi): the factor of a pair of rows in the gradient. A
        ball, a power series or an expansion.
        """
        return turn if self.is_relu else ball(self.share) * turn + ball(self.tilt)

    @property
    def per_turn(self) -> arb:
        """share / (2 pi), the factor of every sine."""
        return ball(self.share) / (2 * arb.pi())

    def loss(self) -> Words:
        """What the loss is called: the Gaussian ReLU loss, the Gaussian loss with sigma(t) = ..."""
        if self.is_relu:
            return line("the Gaussian ReLU loss")
        return line("the Gaussian loss with $σ(t) = $", *self._terms())

    def where(self) -> Words:
        """A line that says what sigma is; nothing for ReLU, which is written out."""
        return () if self.is_relu else line("where $σ(t) = $", *self._terms(), ".")

    def of(self, argument: str) -> str:
        """sigma of an argument in a formula: max(0, w·x) for ReLU, else σ(w·x)."""
        return f"max(0, {argument})" if self.is_relu else f"σ({argument})"

    def _terms(self) -> Words:
        """p max(0, t) + q max(0, -t), each number as the file gives it."""
        words: list[Part] = []
        for number, unit in ((self.positive, "max(0, t)"), (self.negative, "max(0, −t)")):
            if number.value != 0:
                minus = number.value < 0
                sign = (" − " if minus else " + ") if words else ("−" if minus else "")
                size = Real(abs(number.value), number.text.lstrip("-"))
                times = (size, Math(f" {unit}")) if size.value != 1 else (Math(unit),)
                words += [Math(sign), *times] if sign else times
        return tuple(words)


RELU = Activation(Real(fmpq(1), "1"), Real(fmpq(0), "0"))


def read_activation(problem: dict[str, Any]) -> Activation:
    """The optional field `activation` of a problem (FORMAT 4); ReLU where there is none. Raises
    `Malformed`.
    """
    if "activation" not in problem:
        return RELU
    known = fields(problem["activation"], "the activation", ["positive", "negative"])
    parts = (read_fraction(known[n], f"the {n} part of the activation") for n in known)
    found = Activation(**dict(zip(known, parts, strict=True)))
    if found.share == 0:
        raise Malformed("the activation is linear: its two parts add up to 0")
    return found
