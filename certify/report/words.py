"""The kernel's words in Unicode mathematics. The words stay the kernel's own: signs are replaced
one by one, no sentence is made here.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable

__all__ = ["ABOVE", "BELOW", "CLAIMED", "NUMBER", "for_output", "on_the_line", "unicode"]

NUMBER = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"
# Enclosures in the kernel's words: they may be rounded outward. Other intervals are ranges of k for
# which a claim holds: they may not.
CLAIMED = re.compile(
    rf"((?:once|times|lies|\bF|\brisk|exactly one real k) in )\[({NUMBER}), ({NUMBER})\]"
)

BELOW, ABOVE = "₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₙᵤ₋₊₌", "⁰¹²³⁴⁵⁶⁷⁸⁹ᵏ⁻"
_LINE_BELOW, _LINE_ABOVE = "0123456789ijknu-+=", "0123456789k-"
_LOWERED, _RAISED = str.maketrans(_LINE_BELOW, BELOW), str.maketrans(_LINE_ABOVE, ABOVE)
_BACK = str.maketrans(BELOW + ABOVE, _LINE_BELOW + _LINE_ABOVE)


def _low(text: str) -> str:
    return text.translate(_LOWERED)


def _high(text: str) -> str:
    return text.translate(_RAISED)


def on_the_line(text: str) -> str:
    """Lowered and raised signs as ordinary ones."""
    return text.translate(_BACK)


Sign = str | Callable[[re.Match[str]], str]

_SIGNS: tuple[tuple[str, Sign], ...] = (
    (r"\b(W|[vxyz]_\w+|W\([^()]*\)) in (?=R\^)", r"\1 ∈ "),
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
    (r"\bsum_([ijku])\b", lambda m: f"∑{_low(m[1])}"),
    (r"\bsum_(\w)\b", r"∑_\1"),
    (r"\bpi\b", "π"),
    (r"\balpha\b", "α"),
    (r"\beta\b", "η"),
    (r"(?<=[\w)*}]) x (?=[\w(])", " × "),
    (r"(?<=[\w)*|²]) - (?=[\w(∑\d])", " − "),
    (r"\|\|(v_\w)\|\^2 − 1\|", r"|‖\1‖² − 1|"),
    (r"\|(W[^|\n]*?)\|", r"‖\1‖"),
    (r"\bS_[({](k-\d+)[)}]", lambda m: f"S{_low(m[1])}"),
    (r"\btheta\b", "θ"),
    (r"\bf_theta\b", "f_θ"),
    (r"\bz_n,label\(n\)", "z_{n,label(n)}"),
    (r"\b([A-Za-z]'?)_(\d+|[ijkn]|nu)\b", lambda m: m[1] + _low(m[2])),
    (r"(?:(?<=[)π|])|(?<=\bt))\^(\d+)\b", lambda m: _high(m[1])),
    (r"(?<=[\w)}]) \* (?=[\w({])", " · "),
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


def for_output(text: str, plain: str) -> str:
    """`text` if standard output can hold it, else `plain`."""
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return plain
    return text
