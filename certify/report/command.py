"""The bodies of `certify report` and `certify show`."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from textwrap import wrap

from certify.certificate import Certificate, check
from certify.errors import UnusableInput
from certify.files import fitting, refuse_to_lose, write_result
from certify.judge import (
    Checker,
    Line,
    certificate_files,
    exit_code,
    read_input,
)
from certify.kernel.foundation.exact import parse_json
from certify.kernel.foundation.outcomes import (
    Declined,
    Inequality,
    Outcome,
    Proved,
    Rejected,
)
from certify.kernel.foundation.words import plain
from certify.kernel.kinds import kind_of
from certify.progress import counted
from certify.report.examination import Examined, examine_all
from certify.report.lemmas import page_of
from certify.report.rows import Row
from certify.report.view import COROLLARIES
from certify.report.views import view_of
from certify.report.words import for_output, unicode
from certify.terminal import printable, terminal_width

__all__ = ["Unusable", "latex", "report", "require_goal", "show", "theorem_text", "write_report"]

_ROOM, _LEAST_ROOM, _MOST_ROOM = 100, 60, 120  # columns: no terminal, narrowest, widest
_LEAST_MEANING = 24  # columns for the meaning of a claim beside it
# the SHA-256 of the report with zeros in its place
_SEAL = re.compile(r'(certify-seal(?:" content="|: ))([0-9a-f]{64})')


class Unusable(UnusableInput):
    """There is nothing to report on, or no way to."""


def report(
    paths: list[Path],
    output: Path | None,
    checker: Checker,
    jobs: int,
    *,
    force: bool = False,
    tell: Callable[[str], None] = print,
) -> int:
    """Examine the certificates, tell each verdict as it comes and the totals, write the report and
    answer the exit code of `certify check`.

    output: None for a name of its own. A report that nobody has changed since it was written is
    replaced; nothing else is, without `force`.
    Raises `Unusable`, `Unwritable`.
    """
    files = list(certificate_files(paths))
    if not files:
        raise Unusable(f"no certificate (*.json) in {', '.join(map(str, paths))}")
    goal = output or Path(_default_name(paths, files))
    require_goal(goal, files, force=force)
    examined: list[Examined] = []
    untold: list[str] = []  # until one can be read: if none can, the reasons are the message
    with counted("checking", len(files), "files", bar=False) as advance:
        for one in examine_all(files, checker, jobs, lambda: advance(1, "")):
            examined.append(one)
            untold.append(one.line.text)
            if any(other.verdicts for other in examined):
                for line in untold:
                    tell(line)
                untold.clear()
    if untold:
        raise Unusable("; ".join(f"{one.name}: {one.line.message}" for one in examined))
    from certify.report.page import summary

    tell(summary(examined))
    title = (
        f"Certificates in {', '.join(map(str, paths))}"
        if len(paths) < 4
        else f"{len(examined)} certificates"
    )
    title = str(files[0]) if len(files) == 1 else title
    write_report(examined, title, goal)
    tell(f"wrote {printable(str(goal))}")
    return exit_code(one.line for one in examined)


def _default_name(paths: list[Path], files: list[Path]) -> str:
    """What the report is about, in its name."""
    first = (
        paths[0].resolve().name
        if paths[0].is_dir()
        else "stdin"
        if str(paths[0]) == "-"
        else paths[0].stem
    ) or "certificates"
    others = len(paths) - 1
    return fitting(
        f"{first}{f'-and-{others}-more' if others and len(files) > 1 else ''}.report.html"
    )


def require_goal(output: Path, inputs: Iterable[Path] = (), *, force: bool = False) -> None:
    """What can be seen to fail, or to destroy something, is seen before the work. Raises
    `Unusable`, `Unwritable`.
    """
    _require_suffix(output)
    refuse_to_lose(output, inputs=inputs, force=force or _is_report(output))


def _require_suffix(output: Path) -> None:
    if output.suffix not in (".html", ".tex"):
        raise Unusable(f"the report is written as .html or .tex, and {output} is neither")


def _sealed(text: str) -> str:
    """The report with its seal: what was changed by hand afterwards is seen."""
    blank = _SEAL.sub(lambda match: match[1] + "0" * 64, text, count=1)
    seal = hashlib.sha256(blank.encode()).hexdigest()
    return _SEAL.sub(lambda match: match[1] + seal, text, count=1)


def _is_report(path: Path) -> bool:
    """Whether the file is a report as it was written, which can be made again."""
    if not os.path.isfile(path):  # noqa: PTH113 - a pipe would be waited for
        return False
    try:
        text = path.read_text(encoding="ascii")
    except (OSError, ValueError):
        return False
    return _SEAL.search(text) is not None and _sealed(text) == text


def write_report(examined: list[Examined], title: str, output: Path) -> None:
    """Write the page or the document, atomically, elsewhere if need be. Raises `Unusable`,
    `Unwritable`.
    """
    _require_suffix(output)
    if output.suffix == ".html":
        from certify.report.page import html_page

        write_result(_sealed(html_page(examined, title)), output, force=True)
    else:
        from certify.report.document import latex_document

        head, rest = latex_document(examined, title).split("\n", 1)
        write_result(_sealed(f"{head}\n% certify-seal: {'0' * 64}\n{rest}"), output, force=True)


def theorem_text(certificate: Certificate) -> str:
    """The theorem for the terminal, in Unicode where standard output can hold it. Raises
    `Malformed`.
    """
    shown = "\n".join(map(unicode, certificate.statement.theorem()))
    return for_output(shown, certificate.theorem())


def _corollaries_text(certificate: Certificate) -> Iterator[str]:
    """What the theorem says besides, and an empty line; nothing if there is nothing."""
    found = view_of(certificate.kind).corollaries(certificate.statement)
    if not found:
        return
    yield f"COROLLARIES, by {COROLLARIES}; no checker looks at them."
    for words in found:
        text = for_output(unicode(words), plain(words))
        yield from wrap(text, _room(), initial_indent="  ", subsequent_indent="    ")
    yield ""


def show(path: Path) -> tuple[str, Line]:
    """Theorem, corollaries, table of claims, every inequality that was verified, verdict, as text;
    and the verdict. Raises `Malformed`.
    """
    certificate = _read(path)
    outcome = check(certificate)
    parts = []
    if not isinstance(outcome, Declined):
        parts += [
            theorem_text(certificate),
            "",
            f"Certificate {printable(str(path))}, digest {certificate.digest}",
            "",
            *(_corollaries_text(certificate) if isinstance(outcome, Proved) else ()),
            _claims_text(certificate),
        ]
    parts += [
        f"  {inequality.code:>16}  {inequality}   {inequality.sentence}"
        for inequality in _verified(outcome)
    ]
    if isinstance(outcome, Proved):
        parts += ["", *_why(certificate.kind), ""]
    line = replace(Line.of(str(path), outcome), short="")  # here no interval is rounded
    return "\n".join([*parts, line.text]), line


def _why(name: str) -> Iterator[str]:
    """Where a reader finds why the inequalities suffice. name: the kind."""
    kind = kind_of(name)
    assert kind is not None  # noqa: S101 - it has just been proved
    yield f"Why these suffice: {kind.theorem}, {page_of(kind.theorem)}."
    yield f"The codes, in this order: FORMAT {kind.section}, proofs/format/{name}.md."


def _read(path: Path) -> Certificate:
    return Certificate(parse_json(read_input(path)))


def latex(path: Path) -> tuple[str, Line]:
    """The theorem environment, empty if the kernel has not proved it, and the kernel's verdict.
    Raises `Malformed`.
    """
    from certify.report.latex import theorem

    certificate = _read(path)
    outcome = check(certificate)
    line = Line.of(str(path), outcome)
    return theorem(certificate) if isinstance(outcome, Proved) else "", line


def _verified(outcome: Outcome) -> tuple[Inequality, ...]:
    if isinstance(outcome, Proved):
        return outcome.inequalities
    return outcome.proved_before if isinstance(outcome, Rejected) else ()


def _room() -> int:
    """Columns for a table: those of the terminal, within limits."""
    width = terminal_width()
    return _ROOM if width is None else min(max(width, _LEAST_ROOM), _MOST_ROOM)


def _claims_text(certificate: Certificate) -> str:
    """The table of claims, or nothing where standard output cannot hold its signs: the theorem says
    it all.
    """
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    rows = view_of(certificate.kind).claims(certificate.statement)

    def table(*, meaning: bool) -> Table:
        made = Table(box=SIMPLE_HEAD, pad_edge=False)
        made.add_column("claim", justify="right", no_wrap=True)
        made.add_column("", no_wrap=True)
        made.add_column("rounded outward", no_wrap=True)
        if meaning:
            made.add_column("meaning")
        for row in rows:
            told = (row.symbol, row.relation, unicode(row.words()), unicode(row.meaning))
            made.add_row(*map(Text, told[: len(made.columns)]))
        return made

    console = Console(highlight=False, emoji=False, markup=False)
    # a narrow terminal wraps lines; a cut number would be worse
    console.width = 10**6
    numbers = console.measure(table(meaning=False)).maximum
    console.width = room = max(_room(), numbers)
    if room - numbers < _LEAST_MEANING:
        return for_output(_one_below_another(rows, room), "")
    with console.capture() as captured:
        console.print(table(meaning=True))
    return for_output(captured.get(), "")


def _one_below_another(rows: list[Row], room: int) -> str:
    """Each claim in a line and its meaning below it, for a narrow terminal."""
    lines = []
    for row in rows:
        meaning = wrap(
            unicode(row.meaning),
            room,
            initial_indent="    ",
            subsequent_indent="    ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        lines += [f"{row.symbol} {row.relation} {unicode(row.words())}", *meaning]
    return "\n".join(["claims, rounded outward:", *lines, ""])
