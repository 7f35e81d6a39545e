r"""Pieces of LaTeX: numbers that break, enclosures rounded outward, words with mathematics, lines
of a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from certify.enclosure import Enclosure
from certify.kernel.foundation.reals import Interval
from certify.kernel.kind import Statement
from certify.report.claims import Bound, Row, claim_rows
from certify.report.words import ABOVE, BELOW, NUMBER, on_the_line

__all__ = [
    "DIGITS_OF_A_LINE",
    "claims_display",
    "decimal",
    "escaped",
    "interval",
    "number",
    "rational",
    "table_row",
    "words",
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
    "‖": r"\|",
    "−": "-",
    "×": r"\times ",
    "·": r"\cdot ",
    "λ": r"\lambda ",
    "μ": r"\mu ",
    "η": r"\eta ",
    "θ": r"\theta ",
    "∂": r"\partial ",
    "ρ": r"\rho ",
    "π": r"\pi ",
    "ℝ": r"\mathbb{R}",
}
_ATOM = (
    r"(?:inf F|W\([^()]*\)|[A-Z]\*?(?:\(k\))?(?![A-Za-z])|[krρμλπηθ]\*?(?![A-Za-z])|[ab](?="
    r" [=≈])|ℝ\^\{[^}]*\}|ℝ"
    rf"|[‖≤≥≠≈∈−×·=/]|[{BELOW}]+|[{ABOVE}]+|-?\d[\d.]*(?![\d!]))"
)
_RUN = re.compile(rf"(?<![\w!]){_ATOM}(?: ?{_ATOM})*")
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


def table_row(row: Row) -> str:
    """One claim as a line of a table of two columns: symbol and value, meaning."""
    sign, value = _relation(row)
    return f"${row.latex}{sign} {value}$ & {words(row.meaning)}\\\\"


def claims_display(claim: Statement) -> str:
    """All claims in numbers as one display, for notebooks."""
    return (
        "\\[\n\\begin{aligned}\n"
        + "\\\\\n".join(_aligned(row) for row in claim_rows(claim))
        + "\n\\end{aligned}\n\\]"
    )


def _aligned(row: Row) -> str:
    sign, value = _relation(row)
    return rf"{row.latex} &{sign} {value} && \text{{{words(row.meaning)}}}"


def _relation(row: Row) -> tuple[str, str]:
    """The sign and the value in mathematics mode."""
    if isinstance(row.value, Enclosure):
        return r"\in", interval(row.value, _TABLE_DIGITS)
    if isinstance(row.value, Bound):
        return r"\le" if row.value.above else r"\ge", number(row.printed(_TABLE_DIGITS))
    if re.fullmatch(NUMBER, row.value):
        return "=", number(row.value)
    return "=", "".join(
        piece if mathematics else rf"\text{{{piece}}}"
        for mathematics, piece in _pieces(row.value)
        if piece
    )


def words(text: str) -> str:
    r"""A few words with the Unicode signs of `claims` and `words`, as LaTeX text; what is
    mathematics in it is set as such.

    >>> words("the only critical point with ‖W − C‖ ≤ r")
    'the only critical point with $\\|W - C\\| \\le r$'
    """
    return "".join(f"${piece}$" if mathematics else piece for mathematics, piece in _pieces(text))


def _pieces(text: str) -> Iterator[tuple[bool, str]]:
    """The parts of a text that are mathematics, and those that are not, as LaTeX."""
    end = 0
    for match in _RUN.finditer(text):
        if not set(match[0]) <= set("0123456789 ./-"):
            yield False, escaped(text[end : match.start()])
            yield True, _mathematics(match[0])
            end = match.end()
    yield False, escaped(text[end:])


def _mathematics(text: str) -> str:
    text = re.sub(
        f"[{BELOW}]+",
        lambda m: f"_{{{on_the_line(m[0])}}}",
        text.replace("inf F", r"\inf F").replace("*", r"^\ast "),
    )
    text = re.sub(f"[{ABOVE}]+", lambda m: f"^{{{on_the_line(m[0])}}}", text)
    return re.sub(r" +", " ", "".join(_TEX.get(c, c) for c in text)).strip()
