"""Output weights 1 and -1 as people write them (lemma 25): the signs of the students, a colon and
those of the teachers, as ++-:+-; in a file also the two lists of a certificate.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from certify.errors import UnusableInput
from certify.kernel.foundation.errors import Malformed
from certify.kernel.gaussian.signs import UNSIGNED, Signs, read_signs

__all__ = [
    "block_signs_field",
    "of_blocks",
    "reordered",
    "sign_lists",
    "signed",
    "signed_blocks",
    "signs_field",
    "with_signs",
]

_WITH_COLUMNS = ("diagonal", "columns")
_SIGN, _NUMBER = {"+": 1, "-": -1}, {"1": 1, "-1": -1}


def sign_lists(value: Any, where: str = "the signs") -> tuple[list[int], list[int]]:
    """The signs of students and of teachers in a text, or in an object as in a certificate. Raises
    `UnusableInput`.

    >>> sign_lists("++-:+-")
    ([1, 1, -1], [1, -1])
    """
    if isinstance(value, Mapping) and value.keys() == {"students", "teachers"}:
        texts = [[str(sign) for sign in value[name]] for name in ("students", "teachers")]
        if {*texts[0], *texts[1]} <= _NUMBER.keys():
            students, teachers = ([_NUMBER[text] for text in part] for part in texts)
            return students, teachers
    if not isinstance(value, str) or re.fullmatch(r"[+-]+:[+-]+", value.strip()) is None:
        raise UnusableInput(
            f"{where}: output weights are written as ++-:+-, the signs of the students, a colon and"
            f" those of the teachers, not {value!r}"
        )
    left, right = value.strip().split(":")
    return [_SIGN[sign] for sign in left], [_SIGN[sign] for sign in right]


def signed(value: Any, n: int, k: int, where: str = "the signs") -> Signs:
    """The output weights of n students and k teachers; `UNSIGNED` where all are equal. Raises
    `UnusableInput`: other numbers of them, or a sign with fewer students than teachers.
    """
    students, teachers = sign_lists(value, where)
    for what, signs, size in (("student", students, n), ("teacher", teachers, k)):
        if len(signs) != size:
            raise UnusableInput(f"{where}: {len(signs)} for {what}s, of which there are {size}")
    for sign, name in ((1, "+"), (-1, "-")):
        if students.count(sign) < teachers.count(sign):
            raise UnusableInput(
                f"{where}: fewer students than teachers have the sign {name}: then 0 need not be"
                " the infimum of the loss"
            )
    return UNSIGNED if len({*students, *teachers}) == 1 else Signs(tuple(students), tuple(teachers))


def signed_blocks(value: Any, parts: Sequence[tuple[str, int]]) -> Signs:
    """The same of a point in blocks: a sign for each block with rows, a colon, and one for each
    block with columns. parts: type and size of each block, or "copy" and the number of the block
    that it copies.
    """
    students, teachers = sign_lists(value)
    sizes = [parts[number - 1][1] if name == "copy" else number for name, number in parts]
    heights = [
        size if name != "columns" else 0 for (name, _), size in zip(parts, sizes, strict=True)
    ]
    widths = [
        size if name in _WITH_COLUMNS else 0 for (name, _), size in zip(parts, sizes, strict=True)
    ]
    try:
        field = {"students": students, "teachers": teachers}
        return read_signs({"signs": field}, heights, widths, blocks=True)
    except Malformed as error:
        raise UnusableInput(str(error)) from None


def block_signs_field(signs: Signs, parts: Sequence[tuple[str, int]]) -> dict[str, Any]:
    """What they add to the field `problem` of a symmetric certificate."""
    if not signs.mixed:
        return {}
    students = [s for s, (name, _) in zip(signs.students, parts, strict=True) if name != "columns"]
    teachers = [
        t for t, (name, _) in zip(signs.teachers, parts, strict=True) if name in _WITH_COLUMNS
    ]
    return {"signs": {"students": students, "teachers": teachers}}


def signs_field(signs: Signs) -> dict[str, Any]:
    """What they add to the field `problem` of a dense certificate: nothing where all are 1."""
    if not signs.mixed:
        return {}
    return {"signs": {"students": list(signs.students), "teachers": list(signs.teachers)}}


def reordered(signs: Signs, rows: Sequence[int], columns: Sequence[int]) -> Signs:
    """Those of these rows and columns, counted from 0, in this order."""
    if not signs.mixed:
        return signs
    return Signs(tuple(signs.students[i] for i in rows), tuple(signs.teachers[j] for j in columns))


def of_blocks(signs: Signs, blocks: Sequence[tuple[list[int], list[int]]]) -> Signs:
    """Those of blocks: all rows of a block have one, and all columns. blocks: rows and columns of
    each.
    """
    if not signs.mixed:
        return signs
    students = tuple(signs.students[r[0]] if r else 1 for r, _ in blocks)
    teachers = tuple(signs.teachers[c[0]] if c else 1 for _, c in blocks)
    return Signs(students, teachers, blocks=True)


def with_signs(signs: Signs) -> str:
    """For the line that an object prints; nothing where all are 1."""
    if not signs.mixed:
        return ""
    texts = ("".join("+-"[sign < 0] for sign in part) for part in (signs.students, signs.teachers))
    return f" signs {':'.join(texts)},"
