r"""The theorem of a certificate as a LaTeX environment that stands on its own (amsmath, amssymb,
amsthm), and the paragraph of its corollaries.
"""

from __future__ import annotations

from certify.certificate import Certificate
from certify.report.tex import tex
from certify.report.view import COROLLARIES
from certify.report.views import view_of

__all__ = ["corollaries", "theorem"]


def theorem(certificate: Certificate) -> str:
    """The theorem environment, and behind it what the theorem says besides. Raises `Malformed`."""
    statement = certificate.statement
    body = view_of(certificate.kind).latex(statement, certificate.digest)
    return f"\\begin{{theorem}}\n{body}\n\\end{{theorem}}{corollaries(certificate)}"


def corollaries(certificate: Certificate) -> str:
    """What follows a theorem environment, empty if there is nothing. Raises `Malformed`."""
    found = view_of(certificate.kind).corollaries(certificate.statement)
    if not found:
        return ""
    source = rf"by \textup{{\texttt{{{COROLLARIES}}}}}; no checker looks at them"
    return f"\n\\noindent\\emph{{Corollaries}} ({source}).\n" + "\n".join(map(tex, found))
