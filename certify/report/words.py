"""The kernel's words in Unicode mathematics. The words stay the kernel's own: signs are replaced one by one, no sentence is made here."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable

from certify.enclosure import Enclosure

__all__ = ["INTERVAL", "NUMBER", "for_output", "shortened", "unicode"]

NUMBER = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"
INTERVAL = re.compile(rf"\[({NUMBER}), ({NUMBER})\]")
_CLAIMED = re.compile(rf"(?<=\bin ){INTERVAL.pattern}")  # "lies in", "times in": an enclosure; not "K = [...]", where a claim holds

_BELOW = str.maketrans("0123456789ijk-+", "₀₁₂₃₄₅₆₇₈₉ᵢⱼₖ₋₊")
_ABOVE = str.maketrans("0123456789k-", "⁰¹²³⁴⁵⁶⁷⁸⁹ᵏ⁻")


def _low(text: str) -> str:
    return text.translate(_BELOW)


def _high(text: str) -> str:
    return text.translate(_ABOVE)


Sign = str | Callable[[re.Match[str]], str]

_SIGNS: tuple[tuple[str, Sign], ...] = (
    (r"\b(W|v_\w+|W\([^()]*\)) in (?=R\^)", r"\1 ∈ "),
    (r"\bR\^\(([^()]*) x ([^()]*|\([^()]*\))\)", r"ℝ^{\1×\2}"),
    (r"\bR\^\((\([^()]*\)) x ([^()]*)\)", r"ℝ^{\1×\2}"),
    (r"\bR\^(\w+)", lambda m: f"ℝ{_high(m[1])}" if m[1].isdigit() else f"ℝ^{m[1]}"),
    (r"\b1/2 E\(", "½ E("),
    (r"<=", "≤"),
    (r">=", "≥"),
    (r"!=", "≠"),
    (r"\bx ~ N\(", "x ∼ N("),
    (r"(?<=_\w)\.(?=[a-z])", "·"),  # w_i.x
    (r"\.\.\.", "…"),
    (r"\bsum_\((\w)=(\w+)\.\.(\w+)\)", lambda m: f"∑{_low(m[1])}₌{_low(m[2])}{_high(m[3])}"),
    (r"\bsum_([ijk])\b", lambda m: f"∑{_low(m[1])}"),
    (r"\bsum_(\w)\b", r"∑_\1"),
    (r"\bpi\b", "π"),
    (r"\balpha\b", "α"),
    (r"\beta\b", "η"),
    (r"(?<=[\w)*}]) x (?=[\w(])", " × "),
    (r"(?<=[\w)*|²]) - (?=[\w(∑])", " − "),
    (r"\|\|(v_\w)\|\^2 − 1\|", r"|‖\1‖² − 1|"),
    (r"\|(W[^|\n]*?)\|", r"‖\1‖"),
    (r"\bS_[({](k-\d+)[)}]", lambda m: f"S{_low(m[1])}"),
    (r"\b([A-Za-z])_(\d+|[ijk])\b", lambda m: m[1] + _low(m[2])),
    (r"(?<=[)π|])\^2\b", "²"),
    (r"k\^\(-1/2\)", "k^(−1/2)"),
    (r"(?<![\w.])1e(-?\d+)", lambda m: f"10{_high(m[1])}"),
    (r"(?<=\d)e(-?\d+)", lambda m: f"·10{_high(m[1])}"),
)


def unicode(words: str) -> str:
    """The kernel's plain text with mathematical signs, line by line; digits are left as they are.

    >>> unicode("|W - C| <= 9e-41, and F(W) = 1/2 E( sum_(i=1..6) max(0, w_i.x) )^2 for W in R^(6 x D)")
    '‖W − C‖ ≤ 9·10⁻⁴¹, and F(W) = ½ E( ∑ᵢ₌₁⁶ max(0, wᵢ·x) )² for W ∈ ℝ^{6×D}'
    """
    for pattern, sign in _SIGNS:
        words = re.sub(pattern, sign, words)
    return words


def shortened(words: str, digits: int) -> str:
    """Claimed enclosures rounded outward to `digits` significant digits, so that the words stay true; all else as it is.

    >>> shortened("F(W*) lies in [0.02508058, 0.02508059]. Let K = [3, 5.585505247].", 3)
    'F(W*) lies in [0.0250, 0.0251]. Let K = [3, 5.585505247].'
    """
    return _CLAIMED.sub(lambda m: Enclosure.of(m[1], m[2]).printed(digits), words)


def for_output(text: str, plain: str) -> str:
    """`text` if standard output can hold it, else `plain`."""
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return plain
    return text
