"""Mutants of the checkers, each against the corpus (`judged.py`), and if it outlives that, against
the tests that should see it: a seeded sample of a module's mutants by the operators of cosmic-ray,
run in copies of the repository, recorded line by line.

    python tests/mutate.py certify/kernel/landscape/tilted.py --sample 100 --jobs 2

It goes on from the records; a module that has changed since is begun anew. `--table` prints what
the records say. Needs the extra `slow`. (The copies are of HEAD: commit first.)
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import queue
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RECORDS = ROOT / "tests" / "mutants.jsonl"
# bitwise operators, and an identity for a comparison, are no slips that a person makes
EXCLUDED = ("RShift", "LShift", "BitXor", "BitOr", "BitAnd", "Eq_Is", "Lt_Is", "Gt_Is", "LtE_Is",
            "GtE_Is")  # fmt: skip
CORPUS_SECONDS = 8.0
# the fastest tests that could kill what outlives the corpus; the first prefix that fits
LANDSCAPES = "slopes-landscape or landscape-plane or landscape-level"
TESTS: dict[str, list[str]] = {
    "certify/kernel/landscape/search": [
        "tests/cli/test_shards.py",
        "tests/kernel/landscape/test_tilted.py",
    ],
    "certify/kernel/landscape/": [
        "tests/kernel/landscape",
        "tests/corpus/test_corpus.py",
        "-k",
        f"test_tilted or test_landscape or (test_kernel_is_right and ({LANDSCAPES}))",
    ],
    "proofs/recheck/tilted_plane": ["tests/recheck/test_recheck_tilted_plane.py"],
    "proofs/recheck/slopes_landscape": ["tests/recheck/test_recheck_tilted_plane.py"],
    "proofs/recheck/triangle": [
        "tests/recheck/test_recheck_tilted_plane.py",
        "tests/recheck/test_recheck_landscape_search.py",
    ],
    "proofs/recheck/landscape": ["tests/recheck/test_recheck_landscape.py"],
    "proofs/recheck/trained": ["tests/recheck/test_recheck_trained_derivatives.py"],
    "proofs/recheck/": ["tests/recheck/test_recheck.py", "tests/recheck/test_recheck_matrices.py"],
    "certify/kernel/check": ["tests/cli/test_shards.py", "tests/law/test_kernel_law.py"],
    "certify/kernel/foundation/": [
        "tests/kernel/foundation",
        "tests/law/test_errors.py",
        "tests/corpus/test_corpus.py::test_both_sides_are_what_they_were",
    ],
    **{
        f"certify/kernel/{wing}/": [f"tests/kernel/{wing}"]
        for wing in ("gaussian", "piecewise", "smooth", "trained")
    },
}


def tests_of(module: str) -> list[str]:
    """Raises `SystemExit` for a module without tests in the table."""
    for prefix, tests in TESTS.items():
        if module.startswith(prefix):
            return tests
    sys.exit(f"no tests are named for {module}: add a row to TESTS")


def mutants(module: str) -> Iterator[tuple[str, int, tuple[int, int]]]:
    """Operator, occurrence and place of each."""
    from cosmic_ray.ast import ast_nodes, get_ast_from_path
    from cosmic_ray.plugins import get_operator, operator_names

    tree = get_ast_from_path(ROOT / module)
    for name in sorted(operator_names()):
        if any(part in name for part in EXCLUDED):
            continue
        operator = get_operator(name)
        if operator.arguments():
            continue
        found = (
            start for node in ast_nodes(tree) for start, _ in operator().mutation_positions(node)
        )
        for occurrence, start in enumerate(found):
            yield name, occurrence, start


def source_of(module: str, operator: str, occurrence: int) -> str:
    """The text of the mutant."""
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    text = (ROOT / module).read_text(encoding="utf-8")
    changed = mutate_code(text, get_operator(operator)(), occurrence)
    if changed is None:
        raise ValueError(f"{module}: no such mutant")
    return str(changed)


def digest(module: str) -> str:
    return hashlib.sha256((ROOT / module).read_bytes()).hexdigest()[:16]


def records() -> list[dict[str, Any]]:
    if not RECORDS.exists():
        return []
    return [json.loads(line) for line in RECORDS.read_text(encoding="utf-8").splitlines()]


def current() -> dict[tuple[str, str, int], dict[str, Any]]:
    """The records of modules as they are now."""
    digests: dict[str, str] = {}
    found = {}
    for record in records():
        module = record["module"]
        if module not in digests:
            digests[module] = digest(module) if (ROOT / module).exists() else ""
        if record["digest"] == digests[module]:
            found[module, record["operator"], record["occurrence"]] = record
    return found


def python(folder: Path, limit: float, *command: str) -> tuple[bool, str]:
    """Whether a command of Python in a copy ends well within a limit of seconds, and its output."""
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    run = subprocess.run(
        [sys.executable, "-B", *command],
        cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=limit,
    )  # fmt: skip
    return run.returncode == 0, run.stdout


def planned(folder: Path, module: str) -> list[str]:
    """The cases of the corpus that a mutant of the module has to get right."""
    _, out = python(folder, 600, "tests/judged.py", checker(module), module, "--plan",
                    "--seconds", str(CORPUS_SECONDS))  # fmt: skip
    return [str(name) for name in json.loads(out)]


def checker(module: str) -> str:
    return "kernel" if module.startswith("certify") else "second"


def judge(
    folder: Path, module: str, text: str | None, cases: list[str], limit: float
) -> tuple[str, str, float]:
    """killed, timeout or survived, by what, and the seconds; text None: the module as it is."""
    target = folder / module
    original = target.read_text(encoding="utf-8")
    steps = {
        "corpus": ["tests/judged.py", checker(module), "--cases", *cases],
        "tests": ["-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider",
                  "-m", "not long and not slow", *tests_of(module)],
    }  # fmt: skip
    began = time.monotonic()
    outcome, by = "survived", ""
    try:
        if text is not None:
            target.write_text(text, encoding="utf-8")
        for by, command in steps.items():
            if (by == "tests" or cases) and not python(folder, limit, *command)[0]:
                outcome = "killed"
                break
    except subprocess.TimeoutExpired:
        outcome = "timeout"
    finally:
        target.write_text(original, encoding="utf-8")
    return outcome, "" if outcome == "survived" else by, time.monotonic() - began


def copied(folder: Path) -> Path:
    """A copy of HEAD."""
    folder.mkdir()
    archive = subprocess.Popen(["git", "archive", "HEAD"], cwd=ROOT, stdout=subprocess.PIPE)
    subprocess.run(["tar", "-x", "-C", folder], stdin=archive.stdout, check=True)
    if archive.wait():
        sys.exit("git archive fails")
    return folder


def run(modules: list[str], sample: int, seed: int, jobs: int) -> None:
    """Judge what is not recorded yet."""
    known = current()
    todo = []
    for module in modules:
        every = list(mutants(module))
        chosen = random.Random(f"{seed} {module}").sample(every, min(sample, len(every)))
        todo += [(module, *one) for one in chosen if (module, *one[:2]) not in known]
        print(f"{module}: {len(every)} mutants, {len(chosen)} in the sample", flush=True)
    with tempfile.TemporaryDirectory(prefix="certify-mutants-") as scratch:
        free: queue.Queue[Path] = queue.Queue()
        for number in range(jobs):
            free.put(copied(Path(scratch) / str(number)))

        @cache
        def measured(module: str) -> tuple[list[str], float]:
            """The cases, and a limit from what the module takes without a mutant."""
            folder = free.get()
            try:
                cases = planned(folder, module)
                outcome, by, seconds = judge(folder, module, None, cases, 600)
            finally:
                free.put(folder)
            if outcome != "survived":
                sys.exit(f"{module}: {by} fails without a mutant")
            return cases, 15 + 2 * seconds

        def one(task: tuple[str, str, int, tuple[int, int]]) -> dict[str, Any]:
            module, operator, occurrence, place = task
            cases, limit = measured(module)
            folder = free.get()
            try:
                text = source_of(module, operator, occurrence)
                outcome, by, seconds = judge(folder, module, text, cases, limit)
            finally:
                free.put(folder)
            return {
                "module": module,
                "digest": digest(module),
                "operator": operator,
                "occurrence": occurrence,
                "line": place[0],
                "outcome": outcome,
                "by": by,
                "seconds": round(seconds, 1),
            }

        with ThreadPoolExecutor(jobs) as pool, RECORDS.open("a", encoding="utf-8") as file:
            for number, record in enumerate(pool.map(one, todo), start=1):
                file.write(json.dumps(record) + "\n")
                file.flush()
                print(f"{number} of {len(todo)}: {record['module']}:{record['line']}"
                      f" {record['operator']}: {record['outcome']}", flush=True)  # fmt: skip


def table() -> str:
    """Counts for each module, and the survivors."""
    found = sorted(current().values(), key=lambda record: (record["module"], record["line"]))
    rows = ["| module | mutants run | killed | survived |", "|---|---|---|---|"]
    survivors = []
    for module in dict.fromkeys(record["module"] for record in found):
        mine = [record for record in found if record["module"] == module]
        counts = Counter(record["outcome"] for record in mine)
        killed = len(mine) - counts["survived"]
        share = f"{killed} ({100 * killed / len(mine):.0f} %)"
        rows.append(f"| `{module}` | {len(mine)} | {share} | {counts['survived']} |")
        lines = (ROOT / module).read_text(encoding="utf-8").splitlines()
        survivors += [
            f"{module}:{record['line']} {record['operator'].removeprefix('core/')}:"
            f" {lines[record['line'] - 1].strip()}"
            for record in mine
            if record["outcome"] == "survived"
        ]
    return "\n".join([*rows, "", *survivors])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("modules", nargs="*")
    parser.add_argument("--sample", type=int, default=10**6)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--table", action="store_true")
    given = parser.parse_args()
    if given.modules:
        run(given.modules, given.sample, given.seed, given.jobs)
    if given.table:
        print(table())
