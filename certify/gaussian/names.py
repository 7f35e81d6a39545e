"""Names of families and sizes as people write them, read in one place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from certify.errors import UnusableInput

__all__ = ["FamilyName", "family_name", "whole_number"]

_NAME = re.compile(
    r"(?:type\s+)?(II|I|A)(?:_([0-9]{1,13}))?(?:\+([0-9]{1,3})('|\u2032|prime)?)?", re.IGNORECASE
)
_FURTHER = {"II": 2, "I": 2, "A": 1}  # neurons beyond k that a family with +m may have
_WHOLE = re.compile(r"([0-9]{1,30})(?:[eE]\+?([0-9]{1,2}))?|10\^([0-9]{1,2})")


@dataclass(frozen=True)
class FamilyName:
    """A family in the notation of Arjevani and Field (arXiv 2107.10370, 2210.06088): base II, I or
    A, p of II_p or q of A_q, m of +m.

    others: whether each companion of II_p+p' belongs to the other flipped neurons.
    """

    base: str
    index: int | None = None
    extra: int = 0
    others: bool = False

    def __str__(self) -> str:
        return (
            self.base
            + (f"_{self.index}" if self.index is not None else "")
            + (f"+{self.extra}" if self.extra else "")
            + "'" * self.others
        )

    @property
    def stem(self) -> str:
        """As the names of files are written: without an apostrophe, which shells take for a
        quotation mark.
        """
        return str(self).replace("'", "prime")

    @property
    def companions(self) -> bool:
        """Whether the further neurons are companions of the flipped ones (II_p+p, II_p+p')."""
        return bool(self.extra) and self.index is not None


def family_name(text: str) -> FamilyName:
    """The family that a text names: II, ii, "type II", II_3, A_7, II+1, II_2+2, II_3+3' (or
    II_3+3prime). Raises `UnusableInput`.

    >>> str(family_name("Type ii+1")), str(family_name("a_7")), str(family_name("ii_3+3prime"))
    ('II+1', 'A_7', "II_3+3'")
    """
    match = _NAME.fullmatch(" ".join(text.split()))
    if match is None:
        raise UnusableInput(
            f"{text!r} is no family: II, I, A, II_p, A_q, one of II, I, A with +1 or +2 neurons,"
            " II_p+p or II_p+p'"
        )
    base, index, extra, others = (
        match[1].upper(),
        None if match[2] is None else int(match[2]),
        int(match[3] or 0),
        match[4] is not None,
    )
    if index == 0:
        raise UnusableInput(f"{text!r} is no family: II_p has p >= 1 flipped neurons, A_q q >= 3")
    if (base, index) == ("II", 1):
        index = None
    if index is not None and match[3] is not None:
        if base != "II" or extra != index or index < 2:
            raise UnusableInput(
                f"{text!r} is no family: with p >= 2 flipped neurons and as many companions they"
                " are II_p+p and II_p+p'"
            )
        return FamilyName(base, index, extra, others and index > 2)
    if match[3] is not None and (others or not 1 <= extra <= _FURTHER[base]):
        raise UnusableInput(
            f"{text!r} is no family with further neurons: these are II+1, II+2, I+1, I+2, A+1 and,"
            " for p >= 2, II_p+p and II_p+p'"
        )
    if base == "I" and index is not None:
        raise UnusableInput(f"{text!r} is no family: I stands alone")
    return FamilyName(base, index, extra)


def whole_number(text: str) -> int:
    """A whole number from 0 on as 1000000, 1e6 or 10^6. Raises `UnusableInput` for everything else.

    >>> whole_number("1e6"), whole_number("10^6"), whole_number("20")
    (1000000, 1000000, 20)
    """
    match = _WHOLE.fullmatch(text.strip())
    if match is None:
        if _WHOLE.fullmatch(text.strip().removeprefix("-")):
            raise UnusableInput(f"{text} is negative: at least 1 is needed")
        raise UnusableInput(f"{text!r} is no whole number, as 20, 1000000, 1e6 or 10^6")
    digits, zeros = ("1", match[3]) if match[3] is not None else (match[1], match[2] or "0")
    return int(digits + "0" * int(zeros))
