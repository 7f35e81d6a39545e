"""Pieces of HTML made of a certificate alone: the theorem, the table of claims, and the fragment
that a notebook shows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from importlib.resources import files

from certify.certificate import Certificate
from certify.enclosure import Enclosure
from certify.report.claims import Row, claim_rows
from certify.report.words import ABOVE, BELOW, CLAIMED, on_the_line, unicode

__all__ = [
    "ascii_html",
    "claims_table",
    "fragment",
    "in_words",
    "mathematics",
    "stylesheet",
    "theorem_html",
]

_DIGITS = 16  # of enclosures within the theorem; the exact ones are their titles
_ITEM = re.compile(r"  \((\w)\)  (.*)")


def mathematics(text: str) -> str:
    """The kernel's words as HTML: Unicode signs, raised and lowered indices as elements, variables
    in italics.

    >>> mathematics("|W* - C| <= 9e-41")
    '‖<i>W</i>* − <i>C</i>‖ ≤ 9·10<sup>−41</sup>'
    """
    html = escape(unicode(text))
    html = re.sub(f"[{BELOW}]+", lambda m: f"<sub>{_line(m[0])}</sub>", html)
    html = re.sub(f"[{ABOVE}]+", lambda m: f"<sup>{_line(m[0])}</sup>", html)
    html = re.sub(
        "∑<sub>(.*?)</sub><sup>(.*?)</sup>",
        r'<span class="sum"><span>\2</span>∑<span>\1</span></span>',
        html,
    )
    html = html.replace("½ E(", '<span class="half"><span>1</span><span>2</span></span> 𝔼(')
    html = re.sub(r"ℝ\^(?:\{([^}]*)\}|(\w))", lambda m: f"ℝ<sup>{m[1] or m[2]}</sup>", html)
    html = re.sub(r"\^\((−?1/2)\)", r"<sup>\1</sup>", html)
    html = re.sub(
        r"(?<=[A-Za-z∑λ])_(?:\{([^}]*)\}|(\w+))", lambda m: f"<sub>{m[1] or m[2]}</sub>", html
    )
    return re.sub(
        r"(?<![\w<&/])(?:[CDFGIKLNRSWfhknrtvwxyzθ]|(?<!;)s|d(?=<sub>)|[ab](?=\d|[,)]"
        r" |[)*|]|$))(?![\w>])(?!')",
        r"<i>\g<0></i>",
        html,
    )


def _line(text: str) -> str:
    return on_the_line(text).replace("-", "−")


def _number(text: str, exact: str = "") -> str:
    title = f' title="{escape(exact)}"' if exact and exact != text else ""
    return f'<span class="number"{title}>{mathematics(text)}</span>'


def in_words(line: str, digits: int = _DIGITS) -> str:
    """A line of the kernel's; claimed enclosures are rounded outward."""
    parts, end = [], 0
    for match in CLAIMED.finditer(line):
        exact = f"[{match[2]}, {match[3]}]"
        parts += [
            mathematics(line[end : match.end(1)]),
            _number(Enclosure.of(match[2], match[3]).printed(digits), exact),
        ]
        end = match.end()
    return "".join([*parts, mathematics(line[end:])])


@dataclass
class _Part:
    """A paragraph, or an item with its letter; rows: lines that stand for themselves."""

    letter: str
    pieces: list[tuple[str, list[str]]] = field(default_factory=list)  # ("text" | "rows", lines)

    def add(self, kind: str, line: str) -> None:
        if not self.pieces or self.pieces[-1][0] != kind:
            self.pieces.append((kind, []))
        self.pieces[-1][1].append(line.strip())

    def html(self) -> str:
        made = []
        for kind, lines in self.pieces:
            if kind == "text":
                made.append(in_words(" ".join(lines)))
            else:
                made.append(
                    "<ul>" + "".join(f"<li>{in_words(line)}</li>" for line in lines) + "</ul>"
                )
        return " ".join(made)


def _parts(text: str) -> list[_Part]:
    parts: list[_Part] = [_Part("")]
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip())
        if not line.strip():
            parts.append(_Part(""))
        elif match := _ITEM.fullmatch(line):
            parts.append(_Part(match[1]))
            parts[-1].add("text", match[2])
        elif indent == 4:
            parts.append(_Part("display"))
            parts[-1].add("text", line)
        elif indent == 0:
            if parts[-1].letter:
                parts.append(_Part(""))
            parts[-1].add("text", line)
        else:
            parts[-1].add("rows" if indent in (2, 9, 11) else "text", line)
    return [part for part in parts if part.pieces]


def theorem_html(text: str, heading: str) -> str:
    """The kernel's theorem as paragraphs and items. `heading` stands in the place of the word
    THEOREM.
    """
    made, items = [], []
    for part in [*_parts(text), _Part("")]:
        if part.letter and part.letter != "display":
            items.append(f'<li><span class="letter">({part.letter})</span> {part.html()}</li>')
            continue
        if items:
            made.append('<ol class="parts">' + "".join(items) + "</ol>")
            items = []
        if part.pieces:
            made.append(f"<p{' class=display' if part.letter else ''}>{part.html()}</p>")
    return (
        '<div class="theorem">'
        + "\n".join(made).replace("THEOREM.", f"<strong>{escape(heading)}.</strong>", 1)
        + "</div>"
    )


def claims_table(rows: list[Row], digits: int = 12) -> str:
    """One claim a line: what, in which interval (rounded outward; in full as its title), and what
    that means.
    """
    table = _table([row for row in rows if not row.one_of_many], digits)
    if many := [row for row in rows if row.one_of_many]:
        table += (
            f'<details class="more"><summary>All {len(many)} enclosures of eigenvalues, in'
            f" increasing order</summary>{_table(many, digits)}</details>"
        )
    return table


def _table(rows: list[Row], digits: int) -> str:
    lines = []
    for row in rows:
        exact = row.value if isinstance(row.value, str) else row.printed(400)
        claim = f"{mathematics(row.symbol)} {row.relation} {_number(row.printed(digits), exact)}"
        lines.append(f"<tr><td>{claim}</td><td>{mathematics(row.meaning)}</td></tr>")
    return (
        '<table class="claims"><thead><tr><th>claim</th><th>meaning</th></tr></thead><tbody>'
        + "\n".join(lines)
        + "</tbody></table>"
    )


def stylesheet(name: str) -> str:
    """A style sheet or script of this package, plain ASCII."""
    return files("certify.report").joinpath("templates", name).read_text(encoding="ascii")


def ascii_html(html: str) -> str:
    """The same page in ASCII: everything else as character references."""
    return html.encode("ascii", "xmlcharrefreplace").decode("ascii")


def fragment(certificate: Certificate) -> str:
    """Theorem, claims and heat map for a notebook: a claim, not a verdict. The picture is left out
    without matplotlib.
    """
    claim = certificate.statement
    try:
        from certify.report.figures import pictures

        drawn = [f"<figure>{picture.svg}</figure>" for picture in pictures(certificate)]
    except ImportError:
        drawn = []
    note = (
        f'<p class="note">Unchecked: what the certificate claims ({escape(certificate.kind)}).'
        " <code>certify.check</code> decides.</p>"
    )
    body = (
        theorem_html(claim.theorem(), "Claim")
        + claims_table(claim_rows(claim))
        + f'<div class="pictures">{"".join(drawn)}</div>'
    )
    return f'<div class="certify"><style>{stylesheet("certificate.css")}</style>{note}{body}</div>'
