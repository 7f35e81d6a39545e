"""What one certificate asks its reader to believe: the path from the command to the inequality, the
modules that were loaded to decide it, in reading order, and the lemmas they name.

Nothing here decides anything: sources are read and counted.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import fill
from typing import Any

from certify.errors import Malformed, Undecided, UnusableInput
from certify.judge import judge, read_input
from certify.kernel.check import check_bytes, check_document
from certify.kernel.foundation.exact import parse_json
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.outcomes import Declined, Proved, Rejected
from certify.kernel.gaussian.consequence import DENSE, SYMMETRIC
from certify.kernel.kind import Kind
from certify.kernel.kinds import KINDS, kind_of
from certify.progress import at
from certify.report import lemmas
from certify.report.modules import Module, in_order
from certify.report.plan import Text, minutes, texts
from certify.shipped import second_checker, shipped_folder

__all__ = [
    "Trust",
    "described",
    "entries",
    "example",
    "overview",
    "plan",
    "row",
    "table",
    "trust_of",
]

_ROOT = Path(str(files("certify"))).parent
_KERNEL = """
import sys
from pathlib import Path
from certify.kernel.check import check_file
from certify.kernel.foundation.errors import Malformed
try:
    outcome = check_file(Path(sys.argv[1]))
    print(outcome.verdict, outcome.summary, sep="\\n")
except Malformed as error:
    print("MALFORMED", error, sep="\\n")
print(*(module for module in sys.modules if module.startswith("certify")), sep="\\n")
"""
_SECOND = """
import runpy, sys
main, folder, file = sys.argv[1:]
sys.argv = [main, file]
try:
    runpy.run_path(main, run_name="__main__")
except SystemExit as ended:
    print(ended.code)
modules = [getattr(module, "__file__", None) or "" for module in list(sys.modules.values())]
print(main, *(path for path in modules if path.startswith(folder)), sep="\\n")
"""
# of the second checker, by its exit code
_VERDICTS = {str(what.exit_code): what.verdict for what in (Proved, Rejected, Declined)}
_CONSEQUENCES = ("gaussian-splitting", "gaussian-basin")


@dataclass(frozen=True)
class Trust:
    """What has to be read for one certificate. verdicts: of the kernel and of the second checker.
    kernel, second: in reading order, what is needed first; path: function and place, from the
    command on. words: of each lemma and theorem named.
    """

    kind: Kind[Any, Any]
    verdicts: tuple[str, str]
    path: tuple[tuple[str, str], ...]
    kernel: tuple[Module, ...]
    second: tuple[Module, ...]
    words: dict[str, int]

    @property
    def texts(self) -> tuple[Text, ...]:
        """The pages, lemmas and theorems to be read, in order."""
        loaded = {module.name for module in self.kernel}
        minimum = SYMMETRIC if "certify.kernel.gaussian.symmetric" in loaded else DENSE
        about = minimum if self.kind.name in _CONSEQUENCES else ""
        return tuple(texts(self.kind, self.words, about))


def trust_of(path: Path, command: Callable[..., None]) -> Trust:
    """What a certificate asks its reader to believe; command: the one that checks.

    Both checkers run once, each in a process of its own, and their modules are listed. Raises
    `UnusableInput` where the file is none or the second checker is not installed, `Undecided` where
    the kernel does not know the kind.
    """
    try:
        data = read_input(path)
    except Malformed as error:
        raise UnusableInput(f"{path}: {error}") from None
    main = second_checker()
    if main is None:
        raise UnusableInput("the second checker is not installed")
    folder = str(main.parent)
    with TemporaryDirectory(prefix="certify-") as place:
        copy = Path(place) / "certificate.json"
        copy.write_bytes(data)
        # -P and -I: nothing that lies in the current folder is imported
        verdict, said, *names = _output([sys.executable, "-P", "-c", _KERNEL, str(copy)])
        judged = verdict in (Proved.verdict, Rejected.verdict)
        kind = kind_of(parse_json(data)["kind"]) if judged else None
        if kind is None:
            refused = Undecided if verdict == Declined.verdict else UnusableInput
            raise refused(f"{path}: {said}")
        found = _output([sys.executable, "-I", "-c", _SECOND, str(main), folder, str(copy)])
    kernel = in_order(Module(name, _source(name)) for name in names)
    files = dict.fromkeys(Path(entry) for entry in found if entry.startswith(folder))
    second = in_order(Module(f"recheck.{file.stem}", file) for file in files)
    verdicts = (verdict, _VERDICTS.get(next(filter(str.isdigit, found), ""), "no verdict"))
    return Trust(kind, verdicts, tuple(_path(kind, command)), kernel, second, _words(kernel))


def _output(command: list[str]) -> list[str]:
    """The lines that a checker and what runs it print."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason was printed"])[-1]
        raise UnusableInput(f"a checker could not be run: {reason}")
    return done.stdout.splitlines()


def _source(name: str) -> Path:
    """The file of a module of this package."""
    place = _ROOT.joinpath(*name.split("."))
    return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")


def _path(kind: Kind[Any, Any], command: Callable[..., None]) -> Iterator[tuple[str, str]]:
    """From the command to the inequality."""
    yield "certify check FILE", _place(command)
    yield "judge", _place(judge)
    yield "check_bytes", _place(check_bytes)
    yield "check_document", _place(check_document)
    yield f'kind_of("{kind.name}")', _place(kind_of)
    for part in ("read_statement", "read_witness", "verify"):
        function = getattr(kind, part)
        short = function.__name__ == "<lambda>"
        yield part if short else f"{part}: {function.__qualname__}", _place(function)
    yield "Ledger.require", _place(Ledger.require)


def _place(function: Any) -> str:
    """File and line, from the package on."""
    function = getattr(function, "__func__", function)
    module = Module(function.__module__, _source(function.__module__))
    first = function.__code__.co_firstlineno
    if Path(function.__code__.co_filename) != module.path:  # a decorator's
        name = function.__name__
        first = next(node.lineno for node in module.tree.body if getattr(node, "name", "") == name)
    return f"{module.path.relative_to(_ROOT).as_posix()}:{first}"


def _words(modules: Iterable[Module]) -> dict[str, int]:
    """The lemmas and theorems that the modules name, with their lengths."""
    named = sorted(set().union(*(module.mentions() for module in modules)))
    return {f"{what} {number}": lemmas.words(f"{what} {number}") for what, number in named}


@cache
def _kinds(path: Path) -> tuple[str, str]:
    """The kind of a shipped certificate, and of the minimum that it is about; empty for none."""
    document = parse_json(path.read_bytes())
    minimum = document.get("statement", {}).get("minimum", {})
    return document.get("kind", ""), minimum.get("kind", "")


def example(name: str, minimum: str = "") -> Path:
    """The smallest shipped certificate of this kind; minimum: the kind of the minimum that it is
    about, if any. Raises `UnusableInput`.
    """
    if name not in KINDS:
        raise UnusableInput(f"{name!r} is neither a file nor one of the kinds {', '.join(KINDS)}")
    folder = shipped_folder()
    files = sorted(folder.rglob("*.json"), key=lambda path: path.stat().st_size) if folder else []
    for path in files:
        kind, about = _kinds(path)
        if kind == name and minimum in ("", about):
            return path
    raise UnusableInput(f"no certificate of the kind {name} is installed: give a file")


def described(trust: Trust) -> str:
    """All of it in words, for a terminal."""
    kind, (own, other) = trust.kind, trust.verdicts
    format_page = f"FORMAT {kind.section} (proofs/format/{kind.name}.md)"
    theorem = f"{kind.theorem} ({lemmas.page_of(kind.theorem)})"
    lines = [
        f"{kind.name}, {format_page}, {theorem}:",
        f"{own} by the kernel, {other} by the second checker",
        "",
        "From the command to the inequality:",
        *_columns(trust.path),
        "",
        "The text, in reading order (words; a formula counts as one):",
        *_columns(
            (text.name.capitalize(), text.page if text.words is None else _words_of(text))
            for text in trust.texts
        ),
        f"  in all {_time(trust.texts)}",
        "",
        "The kernel, in reading order (statements, lines):",
        *_listed(trust.kernel),
        f"  in all {_sizes(trust.kernel)}; beside them Python and python-flint",
        "",
        "The second checker, in reading order (statements, lines):",
        *_listed(trust.second),
        f"  in all {_sizes(trust.second)}; beside them Python",
    ]
    return "\n".join(lines)


def _words_of(text: Text) -> str:
    return f"{text.words:>5}  {text.page}"


def _time(read: Iterable[Text]) -> str:
    whole = sum(text.words for text in read)
    return f"{whole} words, {minutes(whole)} minutes at 200 words a minute"


def plan(trust: Trust) -> str:
    """What is read for a kind, in order: in Markdown, for its page of the format."""
    rows = []
    for text in trust.texts:
        place = text.page.replace("proofs/", "../").replace("../format/", "")
        anchor = f"#{text.anchor}" if text.anchor else ""
        rows.append(f"| [{text.name}]({place}{anchor}) | {text.words} |")
    sizes = [
        f"{title} ({len(modules)} files, {_sizes(modules)}):"
        f" {', '.join(f'`{module.short}`' for module in modules)}."
        for title, modules in (
            ("Then the kernel", trust.kernel),
            ("Or the second checker", trust.second),
        )
    ]
    return "\n".join(
        [
            "| text | words |",
            "|---|---|",
            *rows,
            f"| in all | {_time(trust.texts)} |",
            *(f"\n{fill(size, 118, break_on_hyphens=False)}" for size in sizes),
        ]
    )


def _columns(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    entries = list(rows)
    width = max((len(first) for first, _ in entries), default=0)
    return (f"  {first:<{width}}  {second}".rstrip() for first, second in entries)


def _listed(modules: Iterable[Module]) -> Iterator[str]:
    entries = list(modules)
    width = max((len(module.name) for module in entries), default=0)
    for module in entries:
        numbers = f"{module.statements:>5} {module.lines:>5}"
        yield f"  {module.name:<{width}} {numbers}  {module.purpose}"


def _sizes(modules: Iterable[Module]) -> str:
    entries = list(modules)
    return f"{_statements(entries)} statements, {_lines(entries)} lines"


def _statements(modules: Iterable[Module]) -> int:
    return sum(module.statements for module in modules)


def _lines(modules: Iterable[Module]) -> int:
    return sum(module.lines for module in modules)


def row(title: str, trust: Trust) -> str:
    """A row of the table of all kinds, in Markdown."""
    counts = [
        count
        for modules in (trust.kernel, trust.second)
        for count in (len(modules), _statements(modules), _lines(modules))
    ]
    whole = sum(text.words or 0 for text in trust.texts)
    counts += [whole, minutes(whole)]
    return f"| {' | '.join([title, *map(str, counts)])} |"


def entries() -> list[tuple[str, str, str]]:
    """Title, kind, and kind of the minimum it is about if any: what the table has rows for."""
    return [
        (f"{name} of a {minimum}" if minimum else name, name, minimum)
        for name in KINDS
        for minimum in ((DENSE, SYMMETRIC) if name in _CONSEQUENCES else ("",))
    ]


def table(rows: Iterable[str]) -> str:
    """The table of all kinds, in Markdown."""
    counts = ["modules", "statements", "lines"]
    columns = ["kind", *(f"{who}: {what}" for who in ("kernel", "second") for what in counts)]
    columns += ["text: words", "text: minutes"]
    return "\n".join([f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}", *rows])


def overview(command: Callable[..., None]) -> str:
    """For each kind what has to be read, in both checkers: a table in Markdown."""
    rows, missing = [], []
    for title, name, minimum in entries():
        at(title)
        try:
            rows.append(row(title, trust_of(example(name, minimum), command)))
        except UnusableInput:
            missing.append(title)
    head = [f"No certificate is installed of: {', '.join(missing)}.", ""] if missing else []
    return "\n".join([*head, table(rows)])
