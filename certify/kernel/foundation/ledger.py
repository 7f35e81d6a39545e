"""The list of inequalities and facts a proof consists of, in the order in which they are verified.
All comparisons are made here. A line is entered only by a comparison, so that what is printed is
what was decided.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn, TypeAlias

from flint import arb, fmpq

from certify.kernel.foundation.balls import (
    ball,
    bounds_text,
    interval_text,
    less,
    number_in,
)
from certify.kernel.foundation.errors import Unverified
from certify.kernel.foundation.outcomes import Inequality

__all__ = ["UNDEFINED", "Ledger", "Side"]

Side: TypeAlias = "arb | fmpq | int | None"  # None: undecided, which satisfies no relation
Digits = tuple[int, int]

_DIGITS = 48  # the most that are printed
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
        self._enter(holds, Inequality(code, sentence, *_texts(left, right, digits, apart=holds)))

    def refuse(self, code: str, sentence: str, left: Side, right: Side) -> NoReturn:
        """Raise `Unverified` where the two sides cannot be compared."""
        raise Unverified(Inequality(code, sentence, _text(left, 10), _text(right, 10)))

    def require_equal(
        self, code: str, sentence: str, left: fmpq | int | None, right: fmpq | int | None
    ) -> None:
        """Verify left = right, exactly."""
        holds = left is not None and right is not None and bool(left == right)
        texts = (
            (_text(left, 20), _text(right, 20))
            if holds
            else _texts(left, right, (6, 6), apart=False)
        )
        self._enter(holds, Inequality(code, sentence, *texts, "="))

    def require_at_most(
        self, code: str, sentence: str, left: fmpq | int, right: fmpq | int
    ) -> None:
        """Verify left <= right, exactly."""
        holds = bool(left <= right)
        self._enter(
            holds,
            Inequality(
                code, sentence, *_texts(left, right, (6, 6), apart=bool(left < right)), "<="
            ),
        )

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
        raise Unverified(
            Inequality(
                code,
                f"{what} differ in {' or '.join(pairs)}",
                *_texts(x, y, (6, 6), apart=False),
                "!=",
            )
        )

    def require_true(self, code: str, fact: str, holds: bool) -> None:
        """Record a fact that is no inequality, decided exactly."""
        self._enter(holds, Inequality(code, fact, "", "", ""))


def _is_less(left: Side, right: Side) -> bool:
    if left is None or right is None:
        return False
    if isinstance(left, arb) or isinstance(right, arb):
        return less(_as_ball(left), _as_ball(right))
    return bool(fmpq(left) < fmpq(right))


def _texts(left: Side, right: Side, digits: Digits, *, apart: bool) -> tuple[str, str]:
    """Both sides rounded outward, with as many digits as it takes to see that the left one is below
    the right one (`apart`), or that they differ; 48 or a few more at most.
    """
    own, other = digits
    if (
        left is not None
        and right is not None
        and not (isinstance(left, int) and isinstance(right, int))
    ):
        while max(own, other) < _DIGITS and not _told(
            _ends(left, own), _ends(right, other), apart=apart
        ):
            own, other = 2 * own, 2 * other
    return _text(left, own), _text(right, other)


def _told(left: tuple[str, str], right: tuple[str, str], *, apart: bool) -> bool:
    if not apart:
        return set(left).isdisjoint(right)
    # beyond 2^(2^20) nothing is printed
    return "undefined" in (left[1], right[0]) or bool(number_in(left[1]) < number_in(right[0]))


def _ends(value: arb | fmpq | int, digits: int) -> tuple[str, str]:
    return bounds_text(fmpq(value) if isinstance(value, int) else value, digits)


def _text(value: Side, digits: int) -> str:
    if value is None:
        return "undecided"
    return str(value) if isinstance(value, int) else interval_text(value, digits)


def _as_ball(value: arb | fmpq | int) -> arb:
    return value if isinstance(value, arb) else ball(fmpq(value))
