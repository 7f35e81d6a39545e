"""The list of inequalities and facts a proof consists of, in the order in which they are verified.
All comparisons are made here. A line is entered only by a comparison, so that what is printed is
what was decided.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

from flint import arb, fmpq

from certify.kernel.foundation.balls import Ends, ball, ends, ends_text, less, number_in
from certify.kernel.foundation.errors import Unverified
from certify.kernel.foundation.outcomes import Inequality

__all__ = ["UNDEFINED", "Ledger", "Side"]

Side: TypeAlias = "arb | fmpq | int | None"  # None: undecided, which satisfies no relation
Digits = tuple[int, int]

_DIGITS = 48  # the most that are printed of sides that are not proved apart
_SEEN = 4096  # more than the ends of two sides that are apart need to be seen apart
UNDEFINED = arb.nan()  # the enclosure of what is undefined; it satisfies no relation


class Ledger:
    """Records what was verified; each method raises `Unverified` where it is not."""

    def __init__(self) -> None:
        self.inequalities: list[Inequality] = []

    def _enter(self, holds: bool, inequality: Inequality) -> None:
        if holds is not True:
            raise Unverified(inequality)
        self.inequalities.append(inequality)

    def require(
        self, code: str, sentence: str, left: Side, right: Side, digits: Digits = (6, 6)
    ) -> None:
        """Verify left < right. Rationals and integers are compared exactly; between balls the
        inequality must hold for all their members. digits: how many are printed of each side at
        least.
        """
        holds = _is_less(left, right)
        self._enter(holds, Inequality(code, sentence, _printed(left, right, digits, apart=holds)))

    def refuse(self, code: str, sentence: str, left: Side, right: Side) -> NoReturn:
        """Raise `Unverified` where the two sides cannot be compared."""
        raise Unverified(Inequality(code, sentence, (_kept(left).text(10), _kept(right).text(10))))

    def require_equal(
        self, code: str, sentence: str, left: fmpq | int | None, right: fmpq | int | None
    ) -> None:
        """Verify left = right, exactly."""
        holds = left is not None and right is not None and bool(left == right)
        digits = (20, 20) if holds else (6, 6)
        sides = _printed(left, right, digits, apart=False, more=not holds)
        self._enter(holds, Inequality(code, sentence, sides, "="))

    def require_at_most(
        self, code: str, sentence: str, left: fmpq | int, right: fmpq | int
    ) -> None:
        """Verify left <= right, exactly."""
        sides = _printed(left, right, (6, 6), apart=bool(left < right))
        self._enter(bool(left <= right), Inequality(code, sentence, sides, "<="))

    def require_apart(self, code: str, what: str, pairs: Mapping[str, tuple[arb, arb]]) -> None:
        """Verify that one pair at least, by its name, is told apart; the strict inequality that
        shows it is entered.
        """
        for name, (x, y) in pairs.items():
            for low, high in ((x, y), (y, x)):
                if _is_less(low, high):
                    self.require(code, f"{what} differ in {name}", low, high)
                    return
        x, y = next(iter(pairs.values()))
        sides = _printed(x, y, (6, 6), apart=False)
        names = " or ".join(pairs)
        raise Unverified(Inequality(code, f"{what} differ in {names}", sides, "!="))

    def require_true(self, code: str, fact: str, holds: bool) -> None:
        """Record a fact that is no inequality, decided exactly."""
        self._enter(holds, Inequality(code, fact, ("", ""), ""))


def _is_less(left: Side, right: Side) -> bool:
    if left is None or right is None:
        return False
    if isinstance(left, arb) or isinstance(right, arb):
        return less(_as_ball(left), _as_ball(right))
    return bool(fmpq(left) < fmpq(right))


@dataclass(frozen=True)
class _Kept:
    """One side, kept exactly until it is printed; or a text that stands for it."""

    found: Ends = None
    whole: str = ""

    def ends(self, digits: int) -> tuple[str, str]:
        """Decimals at or below and at or above it, so many significant ones."""
        return ends_text(self.found, digits)

    def text(self, digits: int) -> str:
        """A number, or an interval that holds it."""
        low, high = self.ends(digits)
        return self.whole or (low if low == high else f"[{low}, {high}]")


def _kept(value: Side) -> _Kept:
    if value is None:
        return _Kept(whole="undecided")
    if isinstance(value, int):
        return _Kept(ends(fmpq(value)), str(value))
    return _Kept(ends(value))


def _printed(
    left: Side, right: Side, digits: Digits, *, apart: bool, more: bool = True
) -> Callable[[], tuple[str, str]]:
    """Both sides rounded outward, printed when asked for: with as many digits as it takes to see
    that the left one is below the right one (`apart`), or that they differ; then 48 or a few more
    at most. Without `more` not with more digits than are given.
    """
    first, second = _kept(left), _kept(right)
    more = (
        more
        and not (first.whole and second.whole)
        and "undecided" not in (first.whole, second.whole)
    )

    most = _SEEN if apart else _DIGITS

    def texts() -> tuple[str, str]:
        own, other = digits
        while (
            more
            and max(own, other) < most
            and not _told(first.ends(own), second.ends(other), apart=apart)
        ):
            own, other = 2 * own, 2 * other
        return first.text(own), second.text(other)

    return texts


def _told(left: tuple[str, str], right: tuple[str, str], *, apart: bool) -> bool:
    if not apart:
        return set(left).isdisjoint(right)
    # beyond 2^(2^20) nothing is printed
    return "undefined" in (left[1], right[0]) or bool(number_in(left[1]) < number_in(right[0]))


def _as_ball(value: arb | fmpq | int) -> arb:
    return value if isinstance(value, arb) else ball(fmpq(value))
