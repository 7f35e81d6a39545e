"""The bodies of `certify report` and `certify show`."""

from __future__ import annotations

from pathlib import Path

from certify.certificate import Certificate, check, load
from certify.files import write_text
from certify.kernel.outcomes import Declined, Inequality, Outcome, Proved, Rejected
from certify.report.examination import Examined, examine_all
from certify.report.words import for_output, unicode
from certify.verdicts import Checker, Line, certificate_files, exit_code, printable

__all__ = ["Unusable", "latex", "report", "show", "theorem_text", "write_report"]

_MISSING = "needs jinja2 and matplotlib: pip install 'certify[report]'"


class Unusable(Exception):
    """There is nothing to report on, or no way to; the message is one clear sentence (exit code 2)."""


def report(paths: list[Path], output: Path, checker: Checker, jobs: int) -> int:
    """Examine the certificates, write the report and answer the exit code of `certify check`. Raises `Unusable`, `Unwritable`."""
    _require(output)
    files = list(certificate_files(paths))
    if not files:
        raise Unusable(f"no certificate (*.json) in {', '.join(map(str, paths))}")
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("checking", total=len(files))
        examined = list(examine_all(files, checker, jobs, lambda: bar.advance(task)))
    if not any(one.verdicts for one in examined):
        raise Unusable("; ".join(f"{one.name}: {one.line.message}" for one in examined))
    title = f"Certificates in {', '.join(map(str, paths))}" if len(paths) < 4 else f"{len(examined)} certificates"
    title = str(files[0]) if len(files) == 1 else title
    write_report(examined, title, output)
    return exit_code(one.line for one in examined)


def _require(output: Path) -> None:
    """Whatever can be seen to fail before the work is seen before it."""
    if output.suffix not in (".html", ".tex"):
        raise Unusable(f"the report is written as .html or .tex, and {output} is neither")
    if output.suffix == ".html":
        try:
            import jinja2  # noqa: F401
            import matplotlib as mpl  # noqa: F401
        except ImportError:
            raise Unusable(f"a report in HTML {_MISSING}") from None


def write_report(examined: list[Examined], title: str, output: Path) -> None:
    """Write the page or the document, atomically. Raises `Unusable`, `Unwritable`."""
    _require(output)
    if output.suffix == ".html":
        from certify.report.page import html_page

        write_text(html_page(examined, title), output)
    else:
        from certify.report.document import latex_document

        write_text(latex_document(examined, title), output)


def theorem_text(certificate: Certificate) -> str:
    """The theorem for the terminal: Unicode where standard output can hold it. Raises `Malformed`."""
    words = certificate.theorem()
    return for_output(unicode(words), words)


def show(path: Path) -> int:
    """Theorem, table of claims, every inequality that was verified, and the verdict, on standard output. Raises `Malformed`."""
    from typer import echo

    certificate = load(path)
    outcome = check(certificate)
    if not isinstance(outcome, Declined):
        echo(f"{theorem_text(certificate)}\n\nCertificate {printable(str(path))}, digest {certificate.digest}\n")
        echo(_claims_text(certificate))
    for inequality in _verified(outcome):
        echo(f"  {inequality.code:>16}  {inequality}   {inequality.sentence}")
    echo(Line.of(str(path), outcome).text)
    return outcome.exit_code


def latex(path: Path) -> tuple[str, Line]:
    """The theorem environment, empty if the kernel has not proved it, and the kernel's verdict. Raises `Malformed`."""
    from certify.report.latex import theorem

    certificate = load(path)
    outcome = check(certificate)
    line = Line.of(str(path), outcome)
    return (theorem(certificate.statement, certificate.digest) if isinstance(outcome, Proved) else ""), line


def _verified(outcome: Outcome) -> tuple[Inequality, ...]:
    if isinstance(outcome, Proved):
        return outcome.inequalities
    return outcome.proved_before if isinstance(outcome, Rejected) else ()


def _claims_text(certificate: Certificate) -> str:
    """The table of claims, or nothing where standard output cannot hold its signs: the theorem says it all."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from certify.report.claims import claim_rows

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("claim", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("rounded outward", no_wrap=True)
    table.add_column("meaning")
    for row in claim_rows(certificate.statement):
        table.add_row(*(Text(unicode(text)) for text in (row.symbol, row.relation, row.printed(), row.meaning)))
    console = Console(highlight=False)
    console.width = max(console.width, 100)  # a narrow terminal wraps lines; a cut number would be worse
    with console.capture() as captured:
        console.print(table)
    return for_output(captured.get(), "")
