"""One LaTeX document about certificates that have been examined; it compiles with pdflatex and the
AMS packages.
"""

from __future__ import annotations

from certify.kernel.foundation.outcomes import Proved, Rejected
from certify.report.examination import Examined
from certify.report.latex import corollaries
from certify.report.page import seconds_text, summary
from certify.report.tex import escaped, table_row
from certify.report.views import view_of
from certify.version import __version__

__all__ = ["latex_document"]

_PREAMBLE = r"""\documentclass{article}
\usepackage[margin=1in]{geometry}
\usepackage{amsmath,amssymb,amsthm,array,longtable}
\newtheorem{theorem}{Theorem}
\newtheorem*{unproved}{Claim (not proved)}
\allowdisplaybreaks
\raggedright
\setlength{\parindent}{0pt}
\setlength{\parskip}{0.6ex plus 0.3ex}
\begin{document}
"""


def latex_document(examined: list[Examined], title: str) -> str:
    """The document, plain ASCII: an index, and a section for each certificate."""
    parts = [
        _PREAMBLE,
        (
            f"\\section*{{{escaped(title)}}}\n{escaped(summary(examined))}. Made by certify"
            f" {escaped(__version__)}; a document proves nothing, the checkers' verdicts are those"
            " of that run.\n"
        ),
    ]
    if len(examined) > 1:
        rows = (
            f"{_breakable(one.name)} & {escaped(one.line.verdict)} & {escaped(one.line.code)}\\\\"
            for one in examined
        )
        parts.append(
            "\\begin{longtable}{@{}>{\\raggedright\\arraybackslash}p{0.6\\textwidth}ll@{}}\n"
            + "\n".join(rows)
            + "\n\\end{longtable}\n"
        )
    parts += [_section(one) for one in examined]
    return "\n".join([*parts, "\\end{document}\n"])


def _breakable(text: str) -> str:
    """A name in typewriter type that may break anywhere."""
    return (
        "\\texttt{"
        + "\\allowbreak{}".join(escaped(text[i : i + 4]) for i in range(0, len(text), 4))
        + "}"
    )


def _section(one: Examined) -> str:
    proved = one.line.verdict == Proved.verdict
    said = "; ".join(
        f"{escaped(v.checker)}: {escaped(v.line.verdict)} {escaped(v.line.code)}"
        f" ({seconds_text(v.seconds)})"
        for v in one.verdicts
    )
    lines = [
        f"\\subsection*{{{_breakable(one.name)}}}",
        f"\\textbf{{{escaped(one.line.verdict)}}}\\quad {said}\n",
    ]
    if isinstance(one.outcome, Rejected):
        failed = one.outcome.failed
        lines.append(
            f"Not proved, which is no refutation: {escaped(failed.sentence)} (code"
            f" {escaped(failed.code)}). Needed: {_breakable(failed.left)}"
            f" ${_relation(failed.relation)}$ {_breakable(failed.right)}.\n"
        )
    elif not proved:
        lines.append(f"{escaped(one.line.message)}\n")
    if one.certificate is None:
        return "\n".join(lines)
    view, claim = view_of(one.certificate.kind), one.certificate.statement
    name = "theorem" if proved else "unproved"
    lines.append(
        f"\\begin{{{name}}}\n{view.latex(claim, one.certificate.digest)}\n\\end{{{name}}}"
        f"{corollaries(one.certificate) if proved else ''}\n"
    )
    lines.append(
        "\\begin{longtable}{@{}"
        ">{\\raggedright\\arraybackslash}p{0.54\\textwidth}"
        ">{\\raggedright\\arraybackslash}p{0.42\\textwidth}@{}}\n"
        + "\n".join(table_row(row) for row in view.claims(claim) if not row.one_of_many)
        + "\n\\end{longtable}\n"
    )
    lines.append(f"Digest (SHA-256): {_breakable(one.certificate.digest)}\n")
    return "\n".join(lines)


def _relation(sign: str) -> str:
    return {"<=": r"\le"}.get(sign, sign)
