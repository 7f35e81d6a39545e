r"""What the LaTeX theorems of all kinds share: displays, lettered claims, long numbers."""

from __future__ import annotations

from collections.abc import Iterable

from flint import fmpq

from certify.enclosure import Enclosure
from certify.kernel.foundation.reals import Interval
from certify.report.rows import exact
from certify.report.tex import DIGITS_OF_A_LINE, interval, rational

__all__ = ["display", "equals", "in_display", "lettered", "long_number", "the_file"]


def long_number(text: str) -> str:
    """An exact decimal in an aligned display, after an &, over as many lines as it takes."""
    mantissa, _, exponent = text.partition("e")
    size = -(-len(mantissa) // -(-len(mantissa) // DIGITS_OF_A_LINE))  # lines of equal length
    lines = [mantissa[i : i + size] for i in range(0, len(mantissa), size)]
    if exponent:
        lines[-1] += rf"\cdot10^{{{exponent}}}"
    return "\\\\\n  &\\quad ".join(lines)


def display(lines: Iterable[str]) -> str:
    """Lines of an aligned display."""
    return "\\begin{align*}\n  " + "\\\\\n  ".join(lines) + "\n\\end{align*}"


def lettered(items: Iterable[str]) -> str:
    """Claims (a), (b), ..."""
    texts = [f"\\item[({letter})] {text}" for letter, text in zip("abcdefgh", items, strict=False)]
    return "\\begin{enumerate}\n" + "\n".join(texts) + "\n\\end{enumerate}"


def in_display(symbol: str, value: Enclosure | Interval, end: str) -> str:
    """Symbol and enclosure on a line of their own."""
    return f"\\[ {symbol}\\in{interval(value)}{end} \\]"


def equals(value: fmpq) -> str:
    """Equal to a rational as it is, or in an enclosure if it is long."""
    shown = exact(value)
    return rf"\in {interval(shown)}" if isinstance(shown, Enclosure) else f"={rational(value)}"


def the_file(digest: str) -> str:
    """Which certificate holds what is too large to print."""
    return rf"the certificate with the SHA-256 digest \textup{{\texttt{{{_broken(digest)}}}}}"


def _broken(digest: str) -> str:
    return r"\allowbreak ".join(digest[i : i + 4] for i in range(0, len(digest), 4))
