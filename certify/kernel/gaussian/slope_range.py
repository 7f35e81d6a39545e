"""For which activations sigma(t) = p [t]_+ + q [-t]_+ something is claimed: a range of the number
c = ((p - q)/(p + q))^2 > 0 (lemma 24).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.reals import Real, read_positive, read_real
from certify.kernel.foundation.words import Words, line

__all__ = ["SlopeRange"]


@dataclass(frozen=True)
class SlopeRange:
    """Every c > 0 with low <= c <= high; high None: no upper bound."""

    low: Real
    high: Real | None

    @classmethod
    def read(cls, ends: Any) -> SlopeRange:
        """From a list of two ends, the second one a decimal or "infinity". Raises `Malformed`."""
        if not isinstance(ends, list) or len(ends) != 2:
            raise Malformed("c is not a list of two ends")
        low = read_real(ends[0], "the lower end of c")
        high = None if ends[1] == "infinity" else read_positive(ends[1], "the upper end of c")
        if low.value < 0 or not (high is None or low.value < high.value):
            raise Malformed("the ends of c are not 0 or more and in increasing order")
        return cls(low, high)

    def words(self) -> Words:
        """As a condition on c."""
        above = line("$c > 0$") if self.low.value == 0 else line("$c ≥ $", self.low)
        return above if self.high is None else (*above, *line(" and $c ≤ $", self.high))
