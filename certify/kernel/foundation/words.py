"""The words of a theorem: prose, formulas and numbers, each of its own type.

A statement says its theorem in lines of such words. The type of a part decides how it may be
printed: an `Interval` may be rounded outward, a `Range` may not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from flint import fmpq

from certify.kernel.foundation.balls import interval_text
from certify.kernel.foundation.reals import Interval, Range, Real

__all__ = [
    "LOW",
    "RAISED",
    "Math",
    "Numeral",
    "Part",
    "Words",
    "equals",
    "line",
    "lowered",
    "number",
    "plain",
    "raised",
    "series",
]

_LONGEST = 40  # characters of an exact number that is printed

_ON_THE_LINE = "0123456789ijknu-+="
LOW = dict(zip("₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₙᵤ₋₊₌", _ON_THE_LINE, strict=True))
RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹ᵏ⁻⁺", "0123456789k-+", strict=True))
_LOWER = str.maketrans({sign: low for low, sign in LOW.items()})
_RAISE = str.maketrans({sign: high for high, sign in RAISED.items()})
_ASCII = str.maketrans(
    {
        "‖": "|",
        "≤": "<=",
        "≥": ">=",
        "≠": "!=",
        "∈": "in",
        "∼": "~",
        "…": "...",
        "½": "1/2",
        "∑": "sum",
        "·": ".",
        "−": "-",
        "±": "+-",
        "→": "->",
        "×": " x ",
        "ℝ": "R",
        "π": "pi",
        "σ": "sigma",
        "α": "alpha",
        "η": "eta",
        "θ": "theta",
    }
)


@dataclass(frozen=True)
class Math:
    """A formula in Unicode, as it is written by hand: ‖W* − C‖ ≤, wᵢ·x, ℝ^{6×D}, ∑ᵢ₌₁⁶."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Numeral:
    """A decimal, or two as an interval, that this checker has computed and rounded itself."""

    text: str

    def __str__(self) -> str:
        return self.text


Part = str | Math | Numeral | Real | Interval | Range
Words = tuple[Part, ...]


def line(*parts: Part) -> Words:
    """The words of a line. In a text, what stands between two dollars is a formula.

    >>> line("  (b)  $‖W* − C‖ ≤ $", "9", ";")
    ('  (b)  ', Math(text='‖W* − C‖ ≤ '), '9', ';')
    """
    words: list[Part] = []
    for part in parts:
        if isinstance(part, str):
            pieces = enumerate(part.split("$"))
            words += [Math(piece) if i % 2 else piece for i, piece in pieces if piece]
        else:
            words.append(part)
    return tuple(words)


def number(value: fmpq) -> Part:
    """An exact number where it is short, else an interval that holds it."""
    text = str(value)
    return Math(text) if len(text) <= _LONGEST else Numeral(interval_text(value, 20))


def equals(value: fmpq) -> Words:
    """What stands behind the name of a quantity with this value."""
    told = number(value)
    return line("$= $" if isinstance(told, Math) else "is a rational in ", told)


def lowered(index: object) -> str:
    """A number, or one of the letters i, j, k, n, u, as an index."""
    return str(index).translate(_LOWER)


def series(letter: str, last: object) -> str:
    """v₁, …, v₆: this letter with the indices from 1 to the last."""
    return f"{letter}₁, …, {letter}{lowered(last)}"


def raised(exponent: object) -> str:
    """A number, or a sum of the letter k and a number, as an exponent."""
    return str(exponent).translate(_RAISE)


def plain(words: Iterable[Part]) -> str:
    """The words of a line in ASCII.

    >>> plain(line("for $W ∈ ℝ^{6×D}$ let $F(W) = ½ E( ∑ᵢ₌₁⁶ max(0, wᵢ·x) )²$"))
    'for W in R^(6 x D) let F(W) = 1/2 E( sum_(i=1..6) max(0, w_i.x) )^2'
    """
    return "".join(_ascii(part.text) if isinstance(part, Math) else str(part) for part in words)


def _ascii(formula: str) -> str:
    """A formula in ASCII: x₁₀ is x_10, Sₖ₋₁ is S_(k-1), t³ is t^3, ℝ^{6×D} is R^(6 x D)."""
    parts: list[str] = []
    for script, signs in groupby(formula, lambda sign: (sign in LOW) - (sign in RAISED)):
        text = "".join(signs)
        if script == 0:
            parts.append(text)
            continue
        text = "".join(LOW[sign] if script > 0 else RAISED[sign] for sign in text)
        if script < 0 and parts and "=" in parts[-1] and parts[-1].startswith("_("):
            parts[-1] = f"{parts[-1][:-1]}..{text})"  # both ends of a sum
        else:
            parts.append(("_" if script > 0 else "^") + (text if text.isalnum() else f"({text})"))
    text = _without_braces("".join(parts))
    return text.replace(" × ", "×").replace(" · ", " * ").translate(_ASCII)


def _without_braces(formula: str) -> str:
    """An exponent in braces in brackets instead, an index bare."""
    for braced, opening, closing in (("^{", "^(", ")"), ("_{", "_", "")):
        first, *others = formula.split(braced)
        pieces = (other.partition("}") for other in others)
        formula = first + "".join(opening + inside + closing + rest for inside, _, rest in pieces)
    return formula
