"""The reading plans on the pages of the format, and the table in proofs/README.md, as the program
says them: `python tests/law/plans.py` writes them anew.
"""

from __future__ import annotations

from pathlib import Path

from certify.cli.check import check
from certify.kernel.kinds import KINDS
from certify.report.trust import Trust, entries, example, plan, row, table, trust_of

__all__ = ["plan_of"]

PROOFS = Path(__file__).resolve().parents[2] / "proofs"


def plan_of(title: str, trust: Trust) -> str:
    """The plan for one row of the table; with a title, if its kind has two of them."""
    about = title.partition(" of a ")[2]
    head = f"For a `{about}`:\n\n" if about else ""
    return f"{head}{plan(trust)}\n"


def _replace(page: Path, name: str, text: str) -> None:
    """Put a text between the marks of this name."""
    mark = f"<!-- {name} -->\n"
    before, _, rest = page.read_text().partition(mark)
    _, end, after = rest.partition("<!-- end -->")
    page.write_text(f"{before}{mark}{text}{end}{after}")


def _write() -> None:
    trusts = {title: trust_of(example(*which), check) for title, *which in entries()}
    _replace(PROOFS / "README.md", "trust", table(row(*entry) for entry in trusts.items()) + "\n")
    for kind in KINDS:
        plans = [plan_of(*entry) for entry in trusts.items() if entry[1].kind.name == kind]
        _replace(PROOFS / "format" / f"{kind}.md", "reading", "\n".join(plans))


if __name__ == "__main__":
    _write()
