r"""The theorem of a certificate as a LaTeX environment that stands on its own (amsmath, amssymb,
amsthm).
"""

from __future__ import annotations

from certify.kernel.kind import Statement
from certify.report import latex_gaussian, latex_smooth
from certify.report import latex_piecewise as latex_data
from certify.report.environment import theorem_body

__all__ = ["latex_data", "latex_gaussian", "latex_smooth", "theorem", "theorem_body"]


def theorem(claim: Statement, digest: str) -> str:
    """The theorem environment. Raises `TypeError` for a kind that has no function here."""
    return f"\\begin{{theorem}}\n{theorem_body(claim, digest)}\n\\end{{theorem}}"
