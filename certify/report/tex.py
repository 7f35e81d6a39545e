r"""Pieces of LaTeX: numbers that break, enclosures rounded outward, the words of a line, lines of a
table.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import groupby

from certify.enclosure import Enclosure
from certify.kernel.foundation.reals import Interval
from certify.kernel.foundation.words import Math, Part
from certify.report.rows import Row
from certify.report.words import scripts

__all__ = [
    "DIGITS_OF_A_LINE",
    "claims_display",
    "decimal",
    "escaped",
    "interval",
    "mathematics",
    "number",
    "rational",
    "table_row",
    "tex",
]

_DIGITS = 16  # of an interval's ends, so that an interval fits on one line
_TABLE_DIGITS = 12
DIGITS_OF_A_LINE = 48  # digits on a line of a display
_TEX = {
    "≤": r"\le ",
    "≥": r"\ge ",
    "≠": r"\ne ",
    "≈": r"\approx ",
    "∈": r"\in ",
    "±": r"\pm ",
    "∞": r"\infty ",
    "→": r"\to ",
    "‖": r"\|",
    "−": "-",
    "×": r"\times ",
    "·": r"\cdot ",
    "λ": r"\lambda ",
    "μ": r"\mu ",
    "η": r"\eta ",
    "θ": r"\theta ",
    "∂": r"\partial ",
    "*": r"^\ast ",
    "α": r"\alpha ",
    "ρ": r"\rho ",
    "σ": r"\sigma ",
    "π": r"\pi ",
    "ℝ": r"\mathbb{R}",
}
_NAMES = {"inf": r"\inf ", "max": r"\max", "log": r"\log ", "exp": r"\exp", "min": r"\min"}
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\char34{}",
}


def escaped(text: str) -> str:
    r"""Any text as LaTeX text in ASCII; what has no ASCII form is given by its code.

    >>> escaped("a_1 & 50%")
    'a\\_1 \\& 50\\%'
    """
    plain = "".join(
        c if " " <= c <= "~" else c.encode("unicode_escape").decode("ascii") for c in text
    )
    return "".join(_SPECIAL.get(c, f"\\{c}" if c in "&%$#_{}" else c) for c in plain)


def number(text: str) -> str:
    r"""A decimal in mathematics mode.

    >>> number("9e-41"), number("1e-55"), number("0.000579")
    ('9\\cdot10^{-41}', '10^{-55}', '0.000579')
    """
    mantissa, _, exponent = text.partition("e")
    if len(mantissa) > DIGITS_OF_A_LINE:
        mantissa = r"\allowbreak ".join(mantissa[i : i + 10] for i in range(0, len(mantissa), 10))
    if not exponent:
        return mantissa
    power = f"10^{{{exponent}}}"
    return {"1": power, "-1": f"-{power}"}.get(mantissa, rf"{mantissa}\cdot{power}")


def decimal(value: object) -> str:
    """An exact decimal of a rational whose denominator divides a power of ten.

    >>> decimal("-3/8")
    '-0.375'
    """
    fraction = Fraction(str(value))
    digits = 0
    while (fraction * 10**digits).denominator != 1:
        digits += 1
    whole = str(abs(fraction.numerator * 10**digits // fraction.denominator)).rjust(digits + 1, "0")
    sign = "-" if fraction < 0 else ""
    return sign + (f"{whole[:-digits]}.{whole[-digits:]}" if digits else whole)


def rational(value: object) -> str:
    r"""A rational in mathematics mode, exact: a fraction, or a decimal where that is shorter.

    >>> rational("1/2"), rational("-8943/200000"), rational("1/3")
    ('\\frac{1}{2}', '-0.044715', '\\frac{1}{3}')
    """
    above, _, below = str(value).partition("/")
    if not below:
        return above
    odd = int(below)
    for prime in (2, 5):
        while odd % prime == 0:
            odd //= prime
    if odd == 1 and len(text := decimal(value)) < len(str(value)):
        return text
    return rf"{'-' * above.startswith('-')}\frac{{{above.lstrip('-')}}}{{{below}}}"


def interval(value: Enclosure | Interval, digits: int = _DIGITS) -> str:
    """An enclosure in mathematics mode, rounded outward."""
    enclosure = value if isinstance(value, Enclosure) else Enclosure.of(*value.texts)
    low, high = enclosure.printed(digits)[1:-1].split(", ")
    return rf"[{number(low)},\ {number(high)}]"


def tex(words: Iterable[Part], digits: int = _DIGITS) -> str:
    r"""The words of a line as LaTeX text; formulas and numbers in mathematics mode.

    >>> tex(("the only critical point with ", Math("‖W − C‖ ≤ r")))
    'the only critical point with $\\|W - C\\| \\le r$'
    """
    return "".join(
        escaped(part) if isinstance(part, str) else f"${mathematics(part, digits)}$"
        for part in words
    )


def mathematics(part: Part, digits: int = _DIGITS) -> str:
    """A part of a line in mathematics mode; an interval is rounded outward."""
    match part:
        case str():
            return part if part.isdigit() else rf"\text{{{escaped(part)}}}"
        case Math():
            return _formula(part.text)
        case Interval():
            return interval(part, digits)
        case _:
            ends = str(part).strip("[]").split(", ")
            inside = r",\ ".join(map(number, ends))
            return f"[{inside}]" if len(ends) == 2 else inside


def _formula(text: str) -> str:
    made = "".join(
        _signs(piece) if not script else f"{'_' if script == 'sub' else '^'}{{{_signs(piece)}}}"
        for script, piece in scripts(text)
    )
    return " ".join(made.split())


def _signs(text: str) -> str:
    """Signs and names of functions."""
    made = ""
    for letters, run in groupby(text, lambda sign: sign.isascii() and sign.isalpha()):
        word = "".join(run)
        if letters and len(word) > 1:
            made += _NAMES.get(word, rf"\mathrm{{{word}}}")
        else:
            made += "".join(_TEX.get(sign, sign) for sign in word)
    return made


def table_row(row: Row) -> str:
    """One claim as a line of a table of two columns: symbol and value, meaning."""
    return f"${row.latex}{_SIGNS[row.relation]} {_value(row)}$ & {tex(row.meaning)}\\\\"


def claims_display(rows: Iterable[Row]) -> str:
    """All claims in numbers as one display, for notebooks."""
    lines = (
        rf"{row.latex} &{_SIGNS[row.relation]} {_value(row)} && \text{{{tex(row.meaning)}}}"
        for row in rows
    )
    return "\\[\n\\begin{aligned}\n" + "\\\\\n".join(lines) + "\n\\end{aligned}\n\\]"


_SIGNS = {"∈": r"\in", "≤": r"\le", "≥": r"\ge", "=": "="}


def _value(row: Row) -> str:
    return "".join(mathematics(part) for part in row.words(_TABLE_DIGITS))
