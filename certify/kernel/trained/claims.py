"""What several kinds claim besides: where the weights given lie, the risk, and a better point."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isqrt
from typing import Any

from flint import arb, fmpq, fmpz

from certify.kernel.foundation.balls import ball, bounds_text
from certify.kernel.foundation.exact import fields
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.reals import Interval, read_interval
from certify.kernel.foundation.words import Numeral, Words, line
from certify.kernel.trained.network import Network, Parameters, flat, squared_length

__all__ = ["Given", "besides", "length_bounds", "require_between", "require_farther"]

_SCALE = 128  # bits behind the point of a root


@dataclass(frozen=True)
class Given:
    """The weights that the user gave, and an enclosure of their distance from the point that is
    proved, the Euclidean norm of all parameters.
    """

    parameters: Parameters
    distance: Interval

    @classmethod
    def read(cls, value: Any, network: Network) -> Given | None:
        """From the claim `given`; None for null. Raises `Malformed`."""
        if value is None:
            return None
        known = fields(value, "the field given", ["parameters", "distance"])
        parameters = network.read_parameters(known["parameters"], "the parameters given")
        return cls(parameters, read_interval(known["distance"], "the distance"))

    def require(self, ledger: Ledger, centre: Parameters, moved: arb | fmpq) -> None:
        """Verify the distance from a point that is less than `moved` away from the centre."""
        away = ball(squared_length(centre, self.parameters)).sqrt()
        near, far = away - moved, away + moved
        what = "the distance of the point from the parameters given"
        require_between(ledger, "given", what, near, far, self.distance)

    def relative(self) -> Words:
        """The distance over the norm of the parameters; nothing if they are all 0."""
        low, high = length_bounds(self.parameters)
        if low == 0:
            return ()
        least = bounds_text(self.distance.low / high, 3)[0] if self.distance.low > 0 else "0"
        most = bounds_text(self.distance.high / low, 3)[1]
        return line("between ", Numeral(least), " and ", Numeral(most), " times their norm")

    def in_words(self, letter: str) -> Words:
        """Where the weights given lie."""
        return line(
            f"  ({letter})  The distance of $θ*$ from the parameters given in the file lies in ",
            self.distance,
            *(("; it is ", *told) if (told := self.relative()) else ()),
            ".",
        )


def besides(
    letters: Iterator[str], given: Given | None, better: Parameters | None
) -> Iterator[Words]:
    """What is said of the parameters given, and of better ones, where they are in the file."""
    if given is not None:
        yield given.in_words(next(letters))
    if better is not None:
        yield line(
            f"  ({next(letters)})  $θ*$ is spurious: $R$ is smaller at the better parameters in"
            " the file."
        )


def require_between(
    ledger: Ledger, code: str, what: str, low: arb | fmpq, high: arb | fmpq, claim: Interval
) -> None:
    """Verify that a number in [low, high] lies strictly inside the interval claimed."""
    ledger.require(code, f"{what} is above the lower end", claim.low, low)
    ledger.require(code, f"{what} is below the upper end", high, claim.high)


def require_farther(ledger: Ledger, better: arb, risk: Interval) -> None:
    """Verify that the risk at the better parameters is below all that is claimed of R(theta*)."""
    sentence = "the risk at the better parameters is below the interval of the risk"
    ledger.require("spurious", sentence, better, risk.low)


def length_bounds(parameters: Parameters) -> tuple[fmpq, fmpq]:
    """Rationals at or below and above |theta|."""
    square = sum((value * value for value in flat(parameters)), fmpq(0))
    unit = fmpz(2) ** _SCALE
    low = isqrt(int((square * unit * unit).floor()))
    return fmpq(low, unit), fmpq(low + 1, unit)
