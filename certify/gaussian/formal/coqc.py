"""Runs coqc on a formal certificate and believes only what it accepts and prints: the statement,
read back, and the assumptions.

The theorem is `spurious_minimum` of formal/Statement.v. It is believed if all of this holds: the
kernel proves the file; coqc accepts; the statement Coq prints equals the file's, field by field;
every assumption that Coq prints is a line of formal/assumptions*.txt, name and statement.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from pathlib import Path

from certify.errors import NotProved
from certify.gaussian.formal.block import BlockStatement, block_source, block_statement
from certify.gaussian.formal.certificate import (
    FormalStatement,
    coq_source,
    exactly,
    formal_statement,
)
from certify.judge import read_input
from certify.kernel.check import check_bytes, read_claim
from certify.kernel.foundation.exact import digest, parse_json
from certify.kernel.foundation.outcomes import Declined, Outcome, Proved
from certify.kernel.foundation.witness import GUARD_BITS
from certify.kernel.gaussian.minimum import GaussianMinimum
from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric
from certify.processes import run_program
from certify.shipped import shipped

__all__ = [
    "UNCOVERED",
    "FormalProof",
    "NotFormal",
    "build",
    "development",
    "prove_formally",
    "read_back",
]

APT = "apt-get install coq libcoq-interval libcoq-coquelicot libcoq-flocq libcoq-bignums"

UNCOVERED = (
    "the distance entry by entry of a symmetric file, radius, eigenvalues and the strictness of the"
    " loss bounds of the file, that the critical point is the only one in its ball, and what is"
    " said of symmetry (the kernel proved them)."
)

_NUMBER = r"(-?\d+)"
_RATIO = rf"\(ratio {_NUMBER} {_NUMBER}\)"
_SIGNED = r"\(ratio (\d+|\(-\d+\)) (\d+)\)"
_PRINTED = re.compile(
    rf"^minimum\n     : (spurious_minimum {_SIGNED} {_SIGNED} (\d+) (\d+) (\d+)"
    rf" \(rational (\[\[[-0-9; \[\]]*\]\]) {_NUMBER}\) {_RATIO} {_RATIO} {_RATIO})$",
    re.MULTILINE,
)
# n, k, d and the rows that may be permuted are one number and the number before it
_SIZE = r"\(S \(Z\.to_nat (?P=rest)\)\)"
_PRINTED_BLOCK = re.compile(
    rf"^minimum\n     : (spurious_minimum {_SIGNED} {_SIGNED}"
    rf" \(S \(Z\.to_nat (?P<rest>\d+)\)\) {_SIZE} {_SIZE}"
    rf" \(block \(Z\.to_nat (?P=rest)\) {' '.join([_SIGNED] * 5)}\) {_RATIO} {_RATIO} {_RATIO})$",
    re.MULTILINE,
)
Statement = FormalStatement | BlockStatement

Progress = Callable[[str], None]


@dataclass(frozen=True)
class FormalProof:
    """What coqc accepted: the statement as Coq printed it, and read back; the assumptions as Coq
    printed them, each with what it says; the Coq file, and the seconds it took.
    """

    statement: str
    read: Statement
    assumptions: tuple[str, ...]
    source: str
    seconds: float
    remark: str = ""  # where the distance proved is larger than that of the file


@dataclass(frozen=True)
class NotFormal:
    """No formal proof, and why. This is not a refutation."""

    reason: str


def prove_formally(
    path: Path, reference: bool, progress: Progress = lambda _: None
) -> FormalProof | NotFormal | Outcome:
    """Prove the statement of a `gaussian-minimum` or `gaussian-symmetric-minimum` file in Coq. The
    kernel's outcome is returned if the kernel does not prove it; `Declined` without Coq.

    `reference`: computed on Z, with Coq's standard axioms of the reals only; otherwise on machine
    numbers, which is faster.
    Raises `Malformed` if the file is.
    """
    data = read_input(path)
    outcome = check_bytes(data)
    if not isinstance(outcome, Proved):
        return outcome
    document = parse_json(data)
    claim = read_claim(document)
    if not isinstance(claim, GaussianMinimum | GaussianSymmetric):
        return Declined(
            "kind",
            "the Coq development is about the kinds gaussian-minimum and"
            f" gaussian-symmetric-minimum, not {document['kind']}",
        )
    block = block_statement(claim) if isinstance(claim, GaussianSymmetric) else None
    statement = formal_statement(claim) if block is None else block[0]
    if isinstance(statement, Declined):
        return statement
    if shutil.which("coqc") is None or shutil.which("make") is None:
        return Declined("coq", f"Coq is not installed: {APT} make")
    folder = development()
    if folder is None:
        return Declined("coq", "the folder formal/ of the Coq development is not installed")
    bits = outcome.bits + GUARD_BITS
    comment = (
        f"written by `certify formal` for the statement with digest {digest(document)}; coqc judges"
        " it"
    )
    if isinstance(statement, FormalStatement):
        text = coq_source(statement, bits, reference, comment)
    elif block is not None:
        text, reference = block_source(*block, bits, comment), True
    try:
        build(folder, progress)
    except NotProved as error:
        return NotFormal(str(error))
    with tempfile.TemporaryDirectory(prefix="certify-") as scratch:
        target = Path(scratch) / "minimum.v"
        target.write_text(text, encoding="ascii")
        began = time.monotonic()
        run = _run(["coqc", "-q", "-Q", str(folder), "Certify", str(target)], progress, "coqc")
        seconds = time.monotonic() - began
    if run.returncode != 0:
        told = " ".join((run.stderr.strip() or "no message").split())
        return NotFormal(f"coqc does not accept the certificate: {told[:300]}")
    believed = _believe(run.stdout, statement, reference, folder, text, seconds)
    if isinstance(believed, FormalProof) and isinstance(statement, BlockStatement):
        wanted = statement.k * exactly(claim.distance.value)
        if statement.distance > wanted:
            remark = f"delta is larger than k times the distance of the file, {float(wanted):.3g}"
            return replace(believed, remark=remark)
    return believed


def _believe(
    output: str,
    statement: Statement,
    reference: bool,
    folder: Path,
    source: str,
    seconds: float,
) -> FormalProof | NotFormal:
    """The proof, if what Coq printed is the statement and nothing but the listed assumptions."""
    printed = _PRINTED.search(output) or _PRINTED_BLOCK.search(output)
    told = read_back(output)
    if printed is None or told is None:
        return NotFormal("the statement that Coq printed cannot be read")
    if type(told) is not type(statement):
        return NotFormal("the statement that Coq printed is of another form than the file")
    for field in fields(statement):
        if getattr(told, field.name) != getattr(statement, field.name):
            return NotFormal(
                f"the statement that Coq printed differs from the file in {field.name}"
            )
    assumptions = read_assumptions(output)
    if assumptions is None:
        return NotFormal("Coq printed no list of assumptions")
    strange = sorted(set(assumptions) - listed_assumptions(folder, reference))
    if strange:
        return NotFormal(
            f"the theorem rests on assumptions that are not listed: {'; '.join(strange)}"
        )
    return FormalProof(printed.group(1), told, assumptions, source, seconds)


def read_back(output: str) -> Statement | None:
    """The statement that Coq printed, None if there is none of an expected form."""
    found = [*_PRINTED.finditer(output), *_PRINTED_BLOCK.finditer(output)]
    if len(found) != 1:
        return None
    return _read_block(found[0]) if found[0].re is _PRINTED_BLOCK else _read_matrix(found[0])


def _read_matrix(found: re.Match[str]) -> FormalStatement | None:
    _, p, over_p, q, over_q, n, k, d, rows, denominator, *ratios = found.groups()
    claims = _fractions(ratios)
    activation = _fractions([p, over_p, q, over_q])
    if claims is None or activation is None or int(denominator) <= 0:
        return None
    centre = tuple(
        tuple(Fraction(int(x), int(denominator)) for x in row.split(";"))
        for row in re.findall(r"\[([^\[\]]+)\]", rows)
    )
    distance, low, high = claims
    return FormalStatement(
        activation[0], activation[1], int(n), int(k), int(d), centre, distance, low, high
    )


def _read_block(found: re.Match[str]) -> BlockStatement | None:
    _, *numbers = found.groups()
    rest = numbers.pop(4)
    read = _fractions(numbers)
    if read is None:
        return None
    positive, negative, *centre, distance, low, high = read
    return BlockStatement(positive, negative, int(rest) + 1, tuple(centre), distance, low, high)


def _fractions(numbers: list[str]) -> list[Fraction] | None:
    """Of numerators, each followed by its denominator; None if one of these is not above 0."""
    read = [int(number.strip("()")) for number in numbers]
    if any(under <= 0 for under in read[1::2]):
        return None
    return [Fraction(p, q) for p, q in zip(read[::2], read[1::2], strict=True)]


def read_assumptions(output: str) -> tuple[str, ...] | None:
    """The axioms that `Print Assumptions` printed after the statement, each a line with its name
    and what it says. None if it printed none: every theorem about real numbers has some.
    """
    lines = output.splitlines()
    if lines.count("Axioms:") != 1:
        return None
    axioms = [line for line in lines[lines.index("Axioms:") + 1 :] if line]
    if not axioms or not all(re.match(r"^\S+ : \S", line) for line in axioms):
        return None
    return tuple(axioms)


def listed_assumptions(folder: Path, reference: bool) -> set[str]:
    """The axioms allowed: those of Coq's real numbers and, for machine numbers, those of primitive
    integers and floats.
    """
    files = ["assumptions.txt"] if reference else ["assumptions.txt", "assumptions-machine.txt"]
    return {
        line
        for name in files
        for line in (folder / name).read_text(encoding="ascii").split("\n")
        if line and not line.startswith("#")
    }


def development() -> Path | None:
    """The folder formal; None if this installation has none."""
    return shipped("formal")


def build(folder: Path, progress: Progress) -> None:
    """Compile the development where that has not been done. Raises `NotProved` where that fails."""
    with (folder / "Makefile").open() as alone:  # two at once would spoil each other's files
        fcntl.flock(alone, fcntl.LOCK_EX)
        run = _run(["make", "--silent", "-j1", "-C", str(folder)], progress, "building formal/")
    if run.returncode != 0:
        told = " ".join((run.stderr or run.stdout).split())
        raise NotProved(f"make -C {folder} fails: {told[-300:]}")


def _run(command: list[str], progress: Progress, what: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; `progress` is told the seconds that have passed."""
    # only the installed libraries are used; other settings of coqc and make are not passed on
    environment = {
        name: os.environ[name]
        for name in ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL")
        if name in os.environ
    }
    environment["XDG_DATA_HOME"] = environment["XDG_DATA_DIRS"] = os.devnull
    run = run_program(
        command,
        environment=environment,
        progress=lambda seconds: progress(f"{what}: {seconds:.0f} s"),
    )
    return subprocess.CompletedProcess(
        command,
        run.returncode,
        run.stdout.decode(errors="replace"),
        run.stderr.decode(errors="replace"),
    )
