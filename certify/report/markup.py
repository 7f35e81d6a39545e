"""Pieces of HTML made of a certificate alone: the theorem, the table of claims, and the fragment
that a notebook shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from importlib.resources import files

from certify.certificate import Certificate
from certify.enclosure import Enclosure
from certify.kernel.foundation.outcomes import Proved
from certify.kernel.foundation.words import Math, Words
from certify.report.rows import Bound, Row
from certify.report.view import COROLLARIES
from certify.report.views import view_of
from certify.report.words import html, number_html

__all__ = [
    "ascii_html",
    "claims_table",
    "corollaries_html",
    "fragment",
    "stylesheet",
    "theorem_html",
]


@dataclass
class _Part:
    """A paragraph, or an item with its letter; rows: lines that stand for themselves."""

    letter: str
    pieces: list[tuple[str, list[Words]]] = field(default_factory=list)  # ("text" | "rows", lines)

    def add(self, kind: str, line: Words) -> None:
        if not self.pieces or self.pieces[-1][0] != kind:
            self.pieces.append((kind, []))
        self.pieces[-1][1].append(line)

    def html(self) -> str:
        made = []
        for kind, lines in self.pieces:
            shown = [html(line).strip() for line in lines]
            if kind == "text":
                made.append(" ".join(shown))
            else:
                made.append("<ul>" + "".join(f"<li>{line}</li>" for line in shown) + "</ul>")
        return " ".join(made)


def _parts(lines: Iterable[Words]) -> list[_Part]:
    """The paragraphs of a theorem, told apart by how far a line is indented."""
    parts: list[_Part] = [_Part("")]
    for line in lines:
        start = line[0] if line and isinstance(line[0], str) else ""
        indent = len(start) - len(start.lstrip())
        if not line:
            parts.append(_Part(""))
        elif indent == 2 and start[2:3] == "(" and start[4:7] == ")  ":
            parts.append(_Part(start[3]))
            parts[-1].add("text", (start[7:], *line[1:]))
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


def theorem_html(lines: Iterable[Words], heading: str) -> str:
    """The kernel's theorem as paragraphs and items. `heading` stands in the place of the word
    THEOREM.
    """
    made, items = [], []
    for part in [*_parts(lines), _Part("")]:
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


def corollaries_html(found: Iterable[Words]) -> str:
    """What a theorem says besides, as paragraphs that can be opened; nothing if there is none."""
    paragraphs = "".join(f"<p>{html(words)}</p>" for words in found)
    if not paragraphs:
        return ""
    return (
        '<details class="more"><summary>Corollaries, by lemmas that no checker needs'
        f" (<code>{COROLLARIES}</code>)</summary>{paragraphs}</details>"
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
        symbol, meaning = html((Math(row.symbol),)), html(row.meaning)
        lines.append(
            f"<tr><td>{symbol} {row.relation} {_value(row, digits)}</td><td>{meaning}</td></tr>"
        )
    return (
        '<table class="claims"><thead><tr><th>claim</th><th>meaning</th></tr></thead><tbody>'
        + "\n".join(lines)
        + "</tbody></table>"
    )


def _value(row: Row, digits: int) -> str:
    """The value; where it is rounded, with all its digits as its title."""
    if isinstance(row.value, Enclosure | Bound):
        return number_html(row.printed(digits), row.exactly)
    return html(row.words(digits))


def stylesheet(name: str) -> str:
    """A style sheet or script of this package, plain ASCII."""
    return files("certify.report").joinpath("templates", name).read_text(encoding="ascii")


def ascii_html(html: str) -> str:
    """The same page in ASCII: everything else as character references."""
    return html.encode("ascii", "xmlcharrefreplace").decode("ascii")


def fragment(certificate: Certificate) -> str:
    """Theorem, claims and heat map for a notebook, and what the kernel has said of them in this
    process. The picture is left out without matplotlib.
    """
    claim, view = certificate.statement, view_of(certificate.kind)
    try:
        drawn = [
            f"<figure>{picture.svg}</figure>"
            for picture in view.pictures(claim, certificate.digest)
        ]
    except ImportError:
        drawn = []
    proved = isinstance(certificate.outcome, Proved)
    body = (
        theorem_html(claim.theorem(), "Theorem" if proved else "Claim")
        + (corollaries_html(view.corollaries(claim)) if proved else "")
        + claims_table(view.claims(claim))
        + f'<div class="pictures">{"".join(drawn)}</div>'
    )
    style = f"<style>{stylesheet('certificate.css')}</style>"
    return f'<div class="certify">{style}{_note(certificate)}{body}</div>'


def _note(certificate: Certificate) -> str:
    """What the kernel has said of the certificate in this process."""
    outcome, about = certificate.outcome, f"{certificate.kind}, {certificate.digest[:12]}"
    if outcome is None:
        said = f"Not checked yet ({about}): <code>certify.check</code> decides."
    elif isinstance(outcome, Proved):
        said = f"{outcome.verdict.capitalize()} by the kernel in this session ({about})."
    else:
        said = f"{outcome.verdict.capitalize()} ({about}): {escape(outcome.summary)}."
    return f'<p class="note">{said}</p>'
