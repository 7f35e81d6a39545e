r"""The theorem of a certificate as a LaTeX environment that stands on its own (amsmath, amssymb,
amsthm).
"""

from __future__ import annotations

from certify.certificate import Certificate
from certify.report.views import view_of

__all__ = ["theorem"]


def theorem(certificate: Certificate) -> str:
    """The theorem environment. Raises `Malformed`."""
    statement = certificate.statement
    body = view_of(certificate.kind).latex(statement, certificate.digest)
    return f"\\begin{{theorem}}\n{body}\n\\end{{theorem}}"
