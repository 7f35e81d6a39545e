"""Output weights 1 and -1: the field `signs` of a Gaussian problem (lemma 25)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import fields
from certify.kernel.foundation.words import Words, line

__all__ = ["UNSIGNED", "Signs", "read_signs"]


@dataclass(frozen=True)
class Signs:
    """The output weights s_i of students and t_j of teachers, each 1 or -1: one for each row; or,
    if blocks, one for all rows and one for all columns of each block (1 where it has none).
    """

    students: tuple[int, ...]
    teachers: tuple[int, ...]
    blocks: bool = False

    @property
    def mixed(self) -> bool:
        """Whether some are -1. Otherwise the loss is that without signs."""
        return -1 in self.students + self.teachers

    def named(self) -> str:
        """What the name of the loss adds."""
        return " with output weights $1$ and $−1$" if self.mixed else ""

    def of(self, letter: str) -> str:
        """The factor s or t of a summand."""
        return f"{letter} " if self.mixed else ""

    def where(self) -> Words:
        """A sentence that says what they are; nothing for the loss without signs."""
        if not self.mixed:
            return ()
        some = [
            f"${letter} = −1$ for " + self._places(signs, what, index)
            for letter, signs, what, index in (
                ("sᵢ", self.students, "rows", "i"),
                ("tⱼ", self.teachers, "columns", "j"),
            )
            if -1 in signs
        ]
        return line(f"Here {', '.join(some)}, and all other output weights are $1$.")

    def _places(self, signs: tuple[int, ...], what: str, index: str) -> str:
        numbers = ", ".join(str(i) for i, sign in enumerate(signs, start=1) if sign < 0)
        if self.blocks:
            return f"the {what} of block{'s' if ',' in numbers else ''} {numbers}"
        return f"${index} = {numbers}$"


UNSIGNED = Signs((), ())  # all 1, however many


def read_signs(
    problem: dict[str, Any], rows: Sequence[int], columns: Sequence[int], *, blocks: bool = False
) -> Signs:
    """The optional field `signs` of a problem (FORMAT 4); all 1 where there is none. Raises
    `Malformed`, also where a sign has fewer students than teachers: inf F = 0 is not known then.

    rows, columns: how many students and how many teachers each sign is for, 1 each in a dense
    problem; the field has no sign for 0 of them.
    """
    if "signs" not in problem:
        return Signs((1,) * len(rows), (1,) * len(columns), blocks)
    known = fields(problem["signs"], "the field signs", ["students", "teachers"])
    students = _read(known["students"], "the signs of students", rows)
    teachers = _read(known["teachers"], "the signs of teachers", columns)
    if len({*known["students"], *known["teachers"]}) == 1:
        raise Malformed("the signs are all equal: without the field the loss is the same")
    for sign in (1, -1):
        if _count(students, rows, sign) < _count(teachers, columns, sign):
            raise Malformed(f"fewer students than teachers have the sign {sign}")
    return Signs(students, teachers, blocks)


def _read(value: Any, where: str, counts: Sequence[int]) -> tuple[int, ...]:
    expected = sum(1 for count in counts if count)
    if not isinstance(value, list) or len(value) != expected:
        raise Malformed(f"{where} are not a list of {expected}")
    if any(type(sign) is not int or sign not in (1, -1) for sign in value):
        raise Malformed(f"one of {where} is neither 1 nor -1")
    given = iter(value)
    return tuple(next(given) if count else 1 for count in counts)


def _count(signs: tuple[int, ...], counts: Sequence[int], sign: int) -> int:
    return sum(count for mine, count in zip(signs, counts, strict=True) if mine == sign)
