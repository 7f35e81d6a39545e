"""The measurements as Markdown, and the page that holds them between two markers."""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from math import isnan
from os import cpu_count, getloadavg
from pathlib import Path

import flint

from benchmarks import radii
from benchmarks.measurement import Effort, Measurement
from benchmarks.scaling import Growth
from benchmarks.shipped import SECOND, shipped
from benchmarks.timing import ROOT, Cost, Failed

__all__ = ["Run", "commit", "insert", "markdown", "require_page"]

BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
_BETWEEN = re.compile(f"{BEGIN}.*{END}", re.DOTALL)
_LIBRARIES = ("numpy", "scipy", "python-flint", "mpmath", "gmpy2")


@dataclass(frozen=True)
class Run:
    """What was asked for, when it began, and what was left out for which reason."""

    what: str
    effort: Effort
    began: datetime
    load: tuple[float, float, float]
    skipped: tuple[str, ...]
    earlier: str = ""  # its commit
    whole: bool = True  # no rows were named


def markdown(run: Run, measured: Sequence[Measurement], found: Sequence[Growth]) -> str:
    """All tables; those for which nothing was measured are left out."""
    parts = [_machine(run), _main(measured, run.earlier)]
    if others := _peers(measured):
        parts.append("## All peers\n\n" + others)
    if shipped().kernel:
        parts.append("## All shipped certificates\n\n" + _kinds())
    if found:
        parts.append("## How costs grow\n\n" + _growths(found))
    parts.append("## Left out\n\n" + "\n".join(f"* {line}" for line in run.skipped or ("nothing",)))
    if run.whole:
        parts.append("## Radii\n\n" + "\n".join(radii.table()))
    return "\n\n".join(parts)


def insert(page: Path, text: str) -> None:
    """Put the text between the markers of the page."""
    after = f"{BEGIN}\n\n{text}\n\n{END}"
    page.write_text(_BETWEEN.sub(lambda _: after, page.read_text()))


def require_page(page: Path) -> None:
    """See before the work that the page can be written. Raises `Failed`."""
    if not page.is_file():
        raise Failed(f"{page} is not there; it is to have the lines {BEGIN} and {END}")
    if not _BETWEEN.search(page.read_text()):
        raise Failed(f"{page} does not have the lines {BEGIN} and {END}")


def _machine(run: Run) -> str:
    """Where and when."""
    wall = (datetime.now(UTC) - run.began).total_seconds()
    loads = " and ".join(f"{load:.1f}" for load in (run.load[0], getloadavg()[0]))
    names = [f"Python {platform.python_version()}", f"FLINT {flint.__FLINT_VERSION__}"]
    names += [f"{name} {_version(name)}" for name in _LIBRARIES]
    earlier = f" The earlier checkout is {run.earlier}." if run.earlier else ""
    return (
        f"`{run.what}`, {run.began:%Y-%m-%d %H:%M} UTC, commit {commit(ROOT)}; {_processor()},"
        f" {cpu_count()} processors, {platform.system()}; load average {loads} at the beginning"
        f" and the end; {wall:.0f} s of wall time. {', '.join(names)}; one thread for"
        f" linear algebra. The best of at most {run.effort.rounds} rounds, fewer where they take"
        f" more than {run.effort.seconds:g} s.{earlier}"
    )


def commit(root: Path) -> str:
    """The commit of a checkout, and whether files differ from it."""
    git = shutil.which("git")
    if git is None:
        return "unknown"
    said = [
        subprocess.run(
            [git, "-C", str(root), *words], capture_output=True, text=True, check=False
        ).stdout.strip()
        for words in (("rev-parse", "--short=10", "HEAD"), ("status", "--porcelain", "-uno"))
    ]
    return f"{said[0] or 'unknown'}{', with changes' if said[1] else ''}"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _processor() -> str:
    """The name of the processor, where the system tells."""
    known = Path("/proc/cpuinfo")
    told = known.read_text() if known.exists() else ""
    name = re.search(r"^model name\s*: (.*)$", told, re.MULTILINE)
    return name[1] if name else platform.processor() or platform.machine()


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _time(cost: Cost | str | None) -> str:
    """Three digits and a unit; the peak of memory, if it is known."""
    if not isinstance(cost, Cost):
        return (cost or "-").replace("|", "\\|")
    s = cost.seconds
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if s >= size or unit == "us":
            break
    peak = f", {cost.megabytes:.0f} MB" if cost.megabytes is not None else ""
    return f"{_number(s / size)} {unit}{peak}"


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _main(measured: Sequence[Measurement], earlier: str) -> str:
    head = [
        "row",
        "what",
        "certify",
        "peer in the same run",
        "ratio (of single rounds)",
        "rounds",
        "reach",
    ]
    lines = []
    for one in measured:
        peer, ratio = one.peer, one.ratio
        alone = next((f"{name}: {why}" for name, why in one.peers.items()), "-")
        spread = f" ({' to '.join(map(_number, one.ratios))})" if one.ratios else ""
        line = [
            f"`{one.row.name}`",
            one.row.what,
            _time(one.own),
            f"{peer[0]}: {_time(peer[1])}" if peer else alone if one.peers else "-",
            f"{_number(ratio)} x{spread}" if ratio else "-",
            str(one.rounds),
            _reached(one),
        ]
        if earlier:
            gain = f", {one.gain:.2f} x" if one.gain else ""
            line.append(f"{_time(one.earlier)}{gain}")
        lines.append(line)
    return _table([*head, *(["earlier checkout"] if earlier else [])], lines)


def _reached(one: Measurement) -> str:
    reach = str(one.row.reach)
    if reach == "-" or isinstance(one.own, str):
        return reach
    missed = one.row.reach.missed(one.own, one.ratio)
    return f"{reach}: {'reached' if missed <= 1 else f'{missed:.2f} times that'}"


def _peers(measured: Sequence[Measurement]) -> str:
    """For each kind of row with several peers a table: a column for each row, the whole check of
    ours in the first line.
    """
    groups: dict[str, list[Measurement]] = {}
    for one in measured:
        if len(one.peers) > 1:
            groups.setdefault(one.row.name.partition("-")[0], []).append(one)
    return "\n\n".join(map(_beside, groups.values()))


def _beside(group: Sequence[Measurement]) -> str:
    proves = {name: text for one in group for name, text in one.proves.items()}
    lines = [["certify", *(_time(one.own) for one in group), "everything"]]
    lines += [
        [name, *(_time(one.peers.get(name)) for one in group), text]
        for name, text in proves.items()
    ]
    return _table(["", *(one.row.name for one in group), "proves"], lines)


def _kinds() -> str:
    """Files and seconds of each kind, the costliest first."""
    done = shipped()
    order = sorted(done.kernel, key=lambda kind: -done.kernel[kind])
    lines = [
        [
            kind,
            str(len(done.files[kind])),
            f"{done.kernel[kind]:.2f} s",
            f"{done.recheck[kind]:.2f} s" if kind in done.recheck else "-",
        ]
        for kind in order
    ]
    return _table(["kind", "files", "kernel", SECOND], lines)


def _exponent(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}"  # no -0.00


def _growths(found: Sequence[Growth]) -> str:
    """Exponents p of cost = c size^p."""
    lines = [
        [
            one.name,
            one.axis,
            f"{one.sizes[0]:g} to {one.sizes[-1]:g}",
            _exponent(one.exponent) + ("" if isnan(one.error) else f" ± {one.error:.2f}"),
            _exponent(one.last),
        ]
        for one in found
    ]
    head = ["cost of", "against", "sizes", "exponent ± standard error", "between the last two"]
    return _table(head, lines)
