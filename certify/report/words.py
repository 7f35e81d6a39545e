"""The words of the kernel in Unicode and HTML. The type of a part decides: an `Interval` is rounded
outward in HTML, everything else is shown as it is.
"""

from __future__ import annotations

import html as markup
import sys
from collections.abc import Iterable, Iterator
from itertools import groupby, takewhile

from certify.enclosure import Enclosure
from certify.kernel.foundation.reals import Interval
from certify.kernel.foundation.words import LOW, RAISED, Math, Part, raised

__all__ = ["for_output", "html", "number_html", "numeral", "scripts", "unicode"]

_DIGITS = 16  # of an enclosure among words; the exact one is its title


def numeral(text: str) -> str:
    """A decimal, or an interval of two, with its power of ten in Unicode.

    >>> numeral("9e-41"), numeral("-1e-55"), numeral("[0, 1.5e-3]")
    ('9·10⁻⁴¹', '-10⁻⁵⁵', '[0, 1.5·10⁻³]')
    """
    if text.startswith("["):
        return "[" + ", ".join(map(numeral, text[1:-1].split(", "))) + "]"
    mantissa, _, exponent = text.partition("e")
    if not exponent:
        return text
    power = f"10{raised(exponent)}"
    return {"1": power, "-1": f"-{power}"}.get(mantissa, f"{mantissa}·{power}")


def unicode(words: Iterable[Part]) -> str:
    """The words of a line with mathematical signs; digits are left as they are.

    >>> from certify.kernel.foundation.words import Numeral
    >>> unicode(("  (b)  ", Math("‖W* − C‖ ≤ "), Numeral("9e-41"), ";"))
    '  (b)  ‖W* − C‖ ≤ 9·10⁻⁴¹;'
    """
    return "".join(
        str(part) if isinstance(part, str | Math) else numeral(str(part)) for part in words
    )


def for_output(text: str, ascii_text: str) -> str:
    """`text` if standard output can hold it, else `ascii_text`."""
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return ascii_text
    return text


def html(words: Iterable[Part], digits: int = _DIGITS) -> str:
    """The words of a line as HTML. Letters of formulas are in italics, indices are elements; an
    interval is rounded outward to so many digits and has its exact form as its title.

    >>> html((Math("‖W* − C‖ ≤ "), "1 < 2"))
    '‖<i>W</i>* − <i>C</i>‖ ≤ 1 &lt; 2'
    """
    return "".join(_html(part, digits) for part in words)


def _html(part: Part, digits: int) -> str:
    match part:
        case Math():
            return _formula_html(part.text)
        case Interval():
            return number_html(Enclosure.of(*part.texts).printed(digits), str(part))
        case str():
            return markup.escape(part)
        case _:
            return number_html(str(part))


def number_html(text: str, exact: str = "") -> str:
    """A decimal, or an interval of two; what it is exactly as its title."""
    title = f' title="{markup.escape(exact)}"' if exact and exact != text else ""
    return f'<span class="number"{title}>{_formula_html(numeral(text))}</span>'


def scripts(formula: str) -> Iterator[tuple[str, str]]:
    """The pieces of a formula: what is on the line (""), lowered ("sub") and raised ("sup"), each
    with ordinary signs.

    >>> list(scripts("x₁₀ ∈ ℝ^{6×D}"))
    [('', 'x'), ('sub', '10'), ('', ' ∈ ℝ'), ('sup', '6×D')]
    """
    rest = formula
    while rest:
        size = next((i for i, sign in enumerate(rest) if _script(sign)), len(rest))
        if size:
            yield "", rest[:size]
            rest = rest[size:]
            continue
        script, closing = _script(rest[0]), _CLOSING.get(rest[1:2])
        if rest[0] not in _MARKS:
            table = LOW if script == "sub" else RAISED
            signs = "".join(takewhile(table.__contains__, rest))
            yield script, "".join(map(table.__getitem__, signs)).replace("-", "−")
            rest = rest[len(signs) :]
        elif closing:
            inside, _, rest = rest[2:].partition(closing)
            yield script, inside
        else:
            signs = "".join(takewhile(_is_name, rest[1:]))
            yield script, signs
            rest = rest[1 + len(signs) :]


_MARKS = {"_": "sub", "^": "sup"}
_CLOSING = {"{": "}", "(": ")"}


def _script(sign: str) -> str:
    """Which script begins with this sign, if any."""
    return _MARKS.get(sign) or ("sub" if sign in LOW else "sup" if sign in RAISED else "")


def _is_name(sign: str) -> bool:
    return sign.isalnum() and not _script(sign)


def _formula_html(formula: str) -> str:
    made = ""
    for script, text in scripts(formula):
        shown = _letters(text)
        if script == "sup" and made.endswith("</sub>") and made.rpartition("<sub>")[0][-1:] == "∑":
            before, _, below = made.removesuffix("</sub>").rpartition("∑<sub>")
            made = f'{before}<span class="sum"><span>{shown}</span>∑<span>{below}</span></span>'
        else:
            made += f"<{script}>{shown}</{script}>" if script else shown
    return made


def _letters(text: str) -> str:
    """Single letters in italics, names of functions upright."""
    if "½ E(" in text:
        return (_HALF + " 𝔼(").join(map(_letters, text.split("½ E(")))
    made = ""
    for letters, signs in groupby(text, str.isalpha):
        word = markup.escape("".join(signs), quote=False)
        alone = letters and len(word) == 1 and (word.isascii() or word in "θσ")
        made += f"<i>{word}</i>" if alone else word
    return made


_HALF = '<span class="half"><span>1</span><span>2</span></span>'
